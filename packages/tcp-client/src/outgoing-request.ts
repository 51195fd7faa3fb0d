// What is sent. The head is made, and checked, before there is a connection: a request that cannot be written costs none.
import { Headers, isUint8Array } from '@rawhttp/headers'
import { RequestWriter } from '@rawhttp/request-writer'
import type { ByteSink } from '@rawhttp/request-writer'
import { asError } from './errors.ts'
import type { RequestBody, RequestOptions } from './options.ts'
import { optionError } from './options.ts'
import { MAX_COPIED_BYTES } from './outbox.ts'
import type { Outbox } from './outbox.ts'

/** A request that is sent in one piece. */
export interface WholeRequest {
  /** One octet a character. */
  readonly text: string
  /** What follows it. */
  readonly octets: Uint8Array | undefined
  /** Whether the connection may live on. */
  readonly persistent: boolean
}

type Piece = Uint8Array | string
type Pieces = AsyncIterator<Piece> | Iterator<Piece>

/** Makes whole requests. A writer of its own for each would cost more than the request. */
class Composer implements ByteSink {
  #writer = new RequestWriter(this)
  #text = ''
  #octets: Uint8Array | undefined

  write(octets: Uint8Array): void {
    this.#octets = octets
  }

  writeLatin1(text: string): void {
    this.#text += text
  }

  /** @throws UsageError of @rawhttp/request-writer */
  compose(
    method: string,
    requestTarget: string,
    headers: Headers,
    body: Piece,
    host: string,
  ): WholeRequest {
    this.#text = ''
    this.#octets = undefined
    if (isLast(method, body.length > 0)) {
      const writer = new RequestWriter(this, { host, persistent: false })
      writer.request(method, requestTarget, headers, body)
      return { text: this.#text, octets: this.#octets, persistent: false }
    }
    this.#writer.reset({ host })
    this.#writer.request(method, requestTarget, headers, body)
    const { persistent } = this.#writer
    if (!persistent) this.#writer = new RequestWriter(this)
    return { text: this.#text, octets: this.#octets, persistent }
  }
}

const NO_FIELDS = new Headers()
const composer = new Composer()

/** A request whose body is sent as it comes, or is held back until the peer wants it. */
export class StreamedRequest implements ByteSink {
  readonly #writer: RequestWriter
  readonly #pieces: Pieces
  readonly #trailers: (() => Headers | Promise<Headers>) | undefined
  // What was written before there was a connection.
  #early = ''
  #outbox: Outbox | undefined
  #stopped = false
  #held: Promise<void> | undefined
  #proceed: () => void = () => {}

  /** @throws UsageError of @rawhttp/request-writer */
  constructor(
    method: string,
    requestTarget: string,
    headers: Headers,
    body: RequestBody,
    trailers: (() => Headers | Promise<Headers>) | undefined,
    host: string,
  ) {
    const persistent = !isLast(method, headers.get('content-length') !== '0')
    this.#writer = new RequestWriter(this, { host, persistent })
    this.#writer.writeRequestLine(method, requestTarget)
    this.#writer.writeHeaders(headers)
    this.#trailers = trailers
    this.#pieces = piecesOf(body)
    if (this.#writer.expectsContinue) {
      this.#held = new Promise((resolve) => {
        this.#proceed = resolve
      })
    }
  }

  /** Whether the connection may live on. */
  get persistent(): boolean {
    return this.#writer.persistent
  }

  /** Whether the body waits for 100 (Continue). */
  get held(): boolean {
    return this.#held !== undefined
  }

  /** As ByteSink. */
  write(octets: Uint8Array): boolean {
    return this.#outbox?.write(octets) ?? true
  }

  /** As ByteSink. */
  writeLatin1(text: string): boolean {
    if (this.#outbox !== undefined) return this.#outbox.writeLatin1(text)
    this.#early += text
    return true
  }

  /** As ByteSink. */
  drained(): Promise<void> {
    return this.#outbox?.drained() ?? Promise.resolve()
  }

  /**
   * Sends the request.
   *
   * @returns whether it was sent to its end; false when it was stopped
   * @throws what the body or the trailers threw; UsageError of @rawhttp/request-writer when they are not what the head says
   */
  async send(outbox: Outbox): Promise<boolean> {
    this.#outbox = outbox
    if (this.#early !== '') outbox.writeLatin1(this.#early)
    this.#writer.flushHead()
    if (this.#held !== undefined) await this.#held
    try {
      while (!this.#stopped) {
        const piece = await this.#pieces.next()
        if (this.#stopped) break
        if (piece.done === true) return await this.#finish()
        const flowing = this.#writePiece(piece.value)
        // Larger ones are kept by reference until they have left, and their memory may be used again for the next ones.
        if (!flowing || piece.value.length > MAX_COPIED_BYTES) await this.#writer.drained()
      }
      return false
    } catch (error) {
      if (this.#stopped) return false
      this.stop()
      throw asError(error)
    }
  }

  /** Lets a body that was held back go. */
  proceed(): void {
    this.#held = undefined
    this.#proceed()
  }

  /** The rest is not wanted. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#proceed()
    void release(this.#pieces)
  }

  #writePiece(piece: Piece): boolean {
    const writer = this.#writer
    return writer.state === 'InChunkedBody'
      ? writer.writeChunkedBody(piece)
      : writer.writeBody(piece)
  }

  async #finish(): Promise<boolean> {
    const writer = this.#writer
    if (this.#trailers !== undefined) {
      const trailers = await this.#trailers()
      if (this.#stopped) return false
      writer.writeTrailers(trailers)
    } else if (writer.state === 'InChunkedBody') {
      writer.writeChunkedBodyDone()
    }
    writer.finish()
    await writer.drained()
    return !this.#stopped
  }
}

/**
 * The request that `options` ask for.
 *
 * @param host the Host field to send when neither the fields nor the request target of `options` say it (RFC 9112 §3.2)
 * @throws UsageError of @rawhttp/request-writer; ERR_OPTION
 */
export function outgoingRequest(
  options: RequestOptions,
  host: string,
): WholeRequest | StreamedRequest {
  const { method = 'GET', requestTarget = '/', headers = NO_FIELDS, body = '', trailers } = options
  const whole = typeof body === 'string' || isUint8Array(body)
  if (trailers !== undefined && headers.has('content-length')) {
    throw optionError('trailers', 'a body in chunks to stand behind', 'Content-Length in headers')
  }
  if (whole && trailers === undefined && !headers.has('expect')) {
    return composer.compose(method, requestTarget, headers, body, host)
  }
  const framed = framedHeaders(headers, body, trailers !== undefined)
  return new StreamedRequest(method, requestTarget, framed, body, trailers, host)
}

// RFC 9110 §9.3.3, §9.3.4 and RFC 5789 §2: with these alone every server reads content.
const WITH_CONTENT = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Whether the connection serves no other request after this one. RFC 9110 §9.3.1: content has no meaning with other methods, so some
 * servers leave it unread, and then take it for the next request. Other servers send content to HEAD (against §9.3.2), which would
 * be taken for the next response. The request says close (RFC 9112 §9.6), so that a server parses nothing that follows either.
 */
function isLast(method: string, hasContent: boolean): boolean {
  return method === 'HEAD' || (hasContent && !WITH_CONTENT.has(method))
}

function framedHeaders(headers: Headers, body: RequestBody, chunked: boolean): Headers {
  if (headers.has('content-length') || headers.has('transfer-encoding')) return headers
  const framed = new Headers(headers.lines())
  if (!chunked && typeof body === 'string') {
    return framed.set('Content-Length', String(Buffer.byteLength(body)))
  }
  if (!chunked && isUint8Array(body)) {
    return framed.set('Content-Length', String(body.length))
  }
  return framed.set('Transfer-Encoding', 'chunked')
}

// The types say so already, but plain JavaScript may give anything.
function piecesOf(body: unknown): Pieces {
  if (typeof body === 'string' || isUint8Array(body)) return [body].values()
  if (isAsyncIterable(body)) return body[Symbol.asyncIterator]()
  if (isIterable(body)) return body[Symbol.iterator]()
  throw optionError('body', 'octets, a string or something to iterate over', body)
}

function isAsyncIterable(body: unknown): body is AsyncIterable<Piece> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

function isIterable(body: unknown): body is Iterable<Piece> {
  return typeof body === 'object' && body !== null && Symbol.iterator in body
}

// Whoever makes the body is told that no more is wanted; what he says to it concerns nobody.
async function release(pieces: Pieces): Promise<void> {
  try {
    await pieces.return?.()
  } catch {
    // The request has failed already, or is answered.
  }
}
