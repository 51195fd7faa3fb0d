import { Headers, ProtocolError } from '@rawhttp/headers'
import { Client, TransportError } from '@rawhttp/tcp-client'
import type { Cancellation, IncomingResponse, TransportErrorCode } from '@rawhttp/tcp-client'

/** A request to the upstream, fields as they are to be sent but for Host. */
interface UpstreamRequest {
  readonly method: string
  /** Origin-form: a path that starts with "/", with its query. */
  readonly requestTarget: string
  readonly headers: Headers
  /** Read as the upstream takes it, and not before there is a connection; undefined: the request has no body. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined
  /** Asked for when the body has ended. */
  readonly trailers: (() => Promise<Headers>) | undefined
  /** Ends the exchange early: nobody waits for the response any more. */
  readonly signal: Cancellation
  /** Told of every interim response (1xx). */
  readonly onInformational: (statusCode: number, headers: Headers) => void
}

/** The one server that requests are passed on to. */
export interface Upstream {
  /** What is put before the path of each request; empty when its URL has none. */
  readonly basePath: string
  /** Resolves with the head of the response. @throws UpstreamError; and what reading the request's body rejects with */
  send(request: UpstreamRequest): Promise<IncomingResponse>
}

/**
 * The upstream gave no response, or not all of it: 502; or not in time: 504; or was not asked, since too many wait: 503. What happened
 * is in `cause`.
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly code = 'ERR_UPSTREAM'
  readonly status: 502 | 503 | 504

  constructor(cause: unknown) {
    super(`Upstream: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.status = cause instanceof TransportError ? statusOf(cause.code) : 502
  }
}

function statusOf(code: TransportErrorCode): 502 | 503 | 504 {
  if (code === 'ERR_QUEUE_FULL' || code === 'ERR_QUEUE_TIMEOUT') return 503
  return code.endsWith('_TIMEOUT') ? 504 : 502
}

/**
 * Connections to an upstream, kept and shared. They go to the host of `url` whatever a request says; the path of `url` is put
 * before that of each request. Certificates are verified, redirects are not followed, contents are not decoded. Idle
 * connections do not keep the process alive.
 *
 * @param maxConnections at a time
 * @param timeoutMs the longest wait for a connection, for the head of the response, and for each next part of either body
 */
export function connectUpstream(url: URL, maxConnections: number, timeoutMs: number): Upstream {
  const client = new Client({
    maxConnectionsPerOrigin: maxConnections,
    queueTimeoutMs: timeoutMs,
    connectTimeoutMs: timeoutMs,
    handshakeTimeoutMs: timeoutMs,
    writeTimeoutMs: timeoutMs,
    responseTimeoutMs: timeoutMs,
    bodyTimeoutMs: timeoutMs,
  })
  const basePath = url.pathname.replace(/\/$/, '')
  // Each reading of it makes it anew.
  const { origin } = url
  return { basePath, send: (request) => send(client, origin, basePath, request) }
}

async function send(
  client: Client,
  origin: string,
  basePath: string,
  request: UpstreamRequest,
): Promise<IncomingResponse> {
  const { method, requestTarget, headers, trailers, signal, onInformational } = request
  const body = watchedBody(request.body)
  try {
    return await client.request({
      origin,
      method,
      requestTarget: basePath + requestTarget,
      headers,
      body,
      trailers,
      signal,
      onInformational,
    })
  } catch (error) {
    const failed = body instanceof WatchedBody && body.failed
    throw signal.aborted || failed ? error : new UpstreamError(error)
  }
}

function watchedBody(body: UpstreamRequest['body']): Uint8Array | WatchedBody | undefined {
  return body === undefined || body instanceof Uint8Array ? body : new WatchedBody(body)
}

/** What reading the body of a response was ended by, for those who care who is at fault. */
export function bodyFailure(error: unknown): unknown {
  const fault = error instanceof TransportError || error instanceof ProtocolError
  return fault ? new UpstreamError(error) : error
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
