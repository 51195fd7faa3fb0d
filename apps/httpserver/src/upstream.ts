import { Readable } from 'node:stream'
import { Headers } from '@rawhttp/headers'
import { errors, Pool } from 'undici'

/** A request to the upstream, end-to-end fields only. */
interface UpstreamRequest {
  readonly method: string
  /** Origin-form: a path that starts with "/", with its query. */
  readonly requestTarget: string
  readonly headers: Headers
  /** Read as the upstream takes it, and not before there is a connection; undefined: the request has no body. */
  readonly body: AsyncIterable<Uint8Array> | undefined
  /** Ends the exchange early: nobody waits for the response any more. */
  readonly signal: AbortSignal
  /** Told of every interim response (1xx). */
  readonly onInformational: (statusCode: number, headers: Headers) => void
}

/** The head of a response and the way to its body. */
export interface UpstreamResponse {
  readonly statusCode: number
  readonly headers: Headers
  /** The content as it comes, transfer codings removed; rejects when it ends before its end. */
  readonly body: AsyncIterable<Uint8Array>
  /** The trailer section, when the body has ended. */
  trailers(): Headers
}

/** The one server that requests are passed on to. */
export interface Upstream {
  /** Resolves with the head of the response. @throws UpstreamError; and what reading the request's body rejects with */
  send(request: UpstreamRequest): Promise<UpstreamResponse>
}

/** The upstream gave no response, or not all of it: 502; or not in time: 504. What happened is in `cause`. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly code = 'ERR_UPSTREAM'
  readonly status: 502 | 504

  constructor(cause: unknown) {
    super(`Upstream: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.status = isTimeout(cause) ? 504 : 502
  }
}

/**
 * Connections to an upstream, kept and shared. They go to the host of `url` whatever a request says; the path of `url` is put
 * before that of each request. Certificates are verified, redirects are not followed, contents are not decoded. Idle
 * connections do not keep the process alive.
 *
 * @param timeoutMs the longest wait for a connection, for the head of the response, and for each next part of its body
 */
export function connectUpstream(url: URL, timeoutMs: number): Upstream {
  const pool = new Pool(url.origin, {
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  const basePath = url.pathname.replace(/\/$/, '')
  return { send: (request) => send(pool, basePath, request) }
}

async function send(
  pool: Pool,
  basePath: string,
  request: UpstreamRequest,
): Promise<UpstreamResponse> {
  const { method, requestTarget, headers, signal, onInformational } = request
  const body = request.body === undefined ? undefined : new WatchedBody(request.body)
  try {
    const response = await pool.request({
      method,
      path: basePath + requestTarget,
      headers: [...headers.lines()].flat(),
      body: body === undefined ? null : Readable.from(body, { objectMode: false }),
      signal,
      responseHeaders: 'raw',
      onInfo: (head) => onInformational(head.statusCode, readFields(head.headers)),
    })
    return {
      statusCode: response.statusCode,
      headers: readFields(response.headers),
      body: readBody(response.body, signal),
      trailers: () => readFields(Object.entries(response.trailers).flat()),
    }
  } catch (error) {
    throw signal.aborted || body?.failed === true ? error : new UpstreamError(error)
  }
}

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body
  } catch (error) {
    throw signal.aborted ? error : new UpstreamError(error)
  }
}

/** A request's body that remembers whether reading it was what failed. */
class WatchedBody {
  readonly #body: AsyncIterable<Uint8Array>
  failed = false

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#body = body
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    const body = this.#body
    try {
      yield* body
    } catch (error) {
      this.failed = true
      throw error
    }
  }
}

// The field lines as they came: names and values in turn.
function readFields(raw: unknown): Headers {
  const headers = new Headers()
  if (!Array.isArray(raw)) return headers
  for (let i = 0; i < raw.length; i += 2) headers.append(String(raw[i]), String(raw[i + 1]))
  return headers
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  )
}
