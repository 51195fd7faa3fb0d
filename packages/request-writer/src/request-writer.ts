// A request goes out in the order of the calls, and writer-state.ts says which calls are due. The head is held back until the
// first octets of the body, so that both leave in one write. What a call does not accept it refuses before anything has changed:
// the request can still be completed, or given up with reset.
import type { Headers } from '@rawhttp/headers'
import {
  checkedHeaders,
  checkedOctets,
  CHUNK_END,
  chunkSizeLine,
  LAST_CHUNK,
  lastChunk,
  lengthError,
  misuse,
  utf8Content,
  writeContent,
  writeText,
} from '@rawhttp/message-framing'
import type { ByteSink } from '@rawhttp/message-framing'
import { BODY_FOLLOWS, NO_FIELDS, RequestHead } from './request-head.ts'
import type { RequestWriterOptions } from './request-head.ts'
import { dueCalls, REQUEST_WRITER_TRANSITIONS } from './writer-state.ts'
import type { RequestWriterCall, RequestWriterState } from './writer-state.ts'

/**
 * Writes one request after another to a sink.
 *
 * Every method throws UsageError ERR_WRITER_STATE when another call is due, and then nothing has changed. Octets given as a body
 * are kept by reference until the sink has sent them; strings are sent as UTF-8.
 */
export class RequestWriter {
  readonly #sink: ByteSink
  readonly #head = new RequestHead()
  #state: RequestWriterState = 'AwaitingRequestLine'
  #writtenBytes = 0
  // The head while it is held back.
  #heldHead = ''
  #headSent = false

  constructor(sink: ByteSink, options: RequestWriterOptions = {}) {
    this.#sink = sink
    this.#head.begin(options)
  }

  /** Which part of the request is due. */
  get state(): RequestWriterState {
    return this.#state
  }

  /** Method of the request, empty until it is known. The reader of the response must be told (RFC 9112 §6.3). */
  get method(): string {
    return this.#state === 'AwaitingRequestLine' ? '' : this.#head.method
  }

  /** Whether the connection may live on. From `writeHeaders` or `request` on it is what the head says. */
  get persistent(): boolean {
    return this.#head.persistent
  }

  /**
   * Whether the head says `Expect: 100-continue` (RFC 9110 §10.1.1). It has been sent then, and the body may be held back until 100
   * comes, though not for ever; `request` does not wait. When a final response comes first, the request is completed all the same,
   * with its whole body, or the connection closed: there is no other way to tell the server that no body follows.
   */
  get expectsContinue(): boolean {
    return this.#head.expectsContinue
  }

  /** Whether the head was handed to the sink. Until then `reset` can give the request up. */
  get headSent(): boolean {
    return this.#headSent
  }

  /** Octets of content given so far to the request in progress or just written. */
  get writtenBytes(): number {
    return this.#writtenBytes
  }

  /**
   * Begins a request. The version is always HTTP/1.1 (RFC 9110 §2.5).
   *
   * @param requestTarget in origin-form, or the absolute-form that proxies want; host and port for CONNECT; "*" for OPTIONS
   * @throws UsageError ERR_METHOD when it is no token, or has lower-case letters; ERR_REQUEST_TARGET when it is in no form that the method has
   */
  writeRequestLine(method: string, requestTarget: string): void {
    this.#expect('writeRequestLine')
    this.#head.line(method, requestTarget)
    this.#state = 'AwaitingHeaders'
  }

  /**
   * Completes the head and holds it back for the first octets of the body; a request without a body is sent at once, and so is a
   * head that waits for 100 (Continue). `headers` is only read. Host goes first (RFC 9110 §7.2); where the request target names an
   * authority it may be left out. Without framing fields there is no body, and POST, PUT and PATCH say `Content-Length: 0`.
   * Connection is made to say close where the connection ends, and to name TE, Upgrade and Keep-Alive.
   *
   * @throws UsageError ERR_HOST when there is none, or another one than the request target says, or more, or one that is none;
   *   ERR_CONTENT_LENGTH, ERR_TRANSFER_ENCODING, ERR_FRAMING_CONFLICT when the fields frame the body twice or in no way that is
   *   known; ERR_BODY_FORBIDDEN when they promise content that the method has not; ERR_EXPECT without content; ERR_TE when it
   *   offers chunked (RFC 9112 §7.4); ERR_HEADERS_TYPE
   */
  writeHeaders(headers: Headers): void {
    this.#expect('writeHeaders')
    const head = this.#head
    this.#heldHead = head.complete(headers, BODY_FOLLOWS, this.#sink)
    if (head.framing === 'none' || head.contentLength === 0) this.#state = 'Done'
    else this.#state = head.framing === 'chunked' ? 'InChunkedBody' : 'AwaitingBody'
    if (this.#state === 'Done' || head.expectsContinue) this.flushHead()
  }

  /**
   * Writes octets of a body of known length.
   *
   * @returns false: await `drained` before the next ones
   * @throws UsageError ERR_BODY_TOO_LONG beyond the Content-Length, ERR_BODY_FORBIDDEN when no field has promised any; ERR_BODY_TYPE
   */
  writeBody(body: Uint8Array | string): boolean {
    const content = typeof body === 'string' ? utf8Content(body) : checkedOctets(body)
    if (content.length === 0) return this.#writeNothing('writeBody')
    if (this.#state === 'Done') this.#refuseBehindEnd('writeBody', content.length)
    this.#expect('writeBody')
    const { contentLength } = this.#head
    const writtenBytes = this.#writtenBytes + content.length
    if (writtenBytes > contentLength) throw lengthError(contentLength, writtenBytes)
    if (writtenBytes === contentLength) this.#state = 'Done'
    this.#writtenBytes = writtenBytes
    return this.#send('', content, '')
  }

  /**
   * Writes one chunk; no octets make none, for an empty chunk would end the body.
   *
   * @returns false: await `drained` before the next one
   * @throws UsageError ERR_BODY_FORBIDDEN when no field has promised any; ERR_BODY_TYPE
   */
  writeChunkedBody(body: Uint8Array | string): boolean {
    const content = typeof body === 'string' ? utf8Content(body) : checkedOctets(body)
    if (content.length === 0) return this.#writeNothing('writeChunkedBody')
    if (this.#state === 'Done') this.#refuseBehindEnd('writeChunkedBody', content.length)
    this.#expect('writeChunkedBody')
    this.#writtenBytes += content.length
    return this.#send(chunkSizeLine(content.length), content, CHUNK_END)
  }

  /** Ends the chunked body; when `Trailer` was among the headers, `writeTrailers` is due. */
  writeChunkedBodyDone(): void {
    this.#expect('writeChunkedBodyDone')
    if (this.#head.announcesTrailers) this.#state = 'AwaitingTrailers'
    else this.#completeChunks(LAST_CHUNK)
  }

  /**
   * Ends the chunked body, where it has not ended yet, and the request with a trailer section. `Trailer` among the headers should
   * name its fields, but they may be unknown then (RFC 9110 §6.6.2).
   *
   * @throws UsageError ERR_TRAILER_FIELD when a field may not stand in a trailer section (RFC 9110 §6.5.1); ERR_HEADERS_TYPE
   */
  writeTrailers(trailers: Headers): void {
    this.#expect('writeTrailers')
    this.#completeChunks(lastChunk(checkedHeaders(trailers)))
  }

  /**
   * Writes a whole request, in one write when the body has at most 2 KiB. Content-Length is added where there is a body or POST, PUT
   * or PATCH has none, or compared when it is given; otherwise as `writeHeaders`.
   *
   * @throws UsageError as `writeRequestLine` and `writeHeaders`; ERR_BODY_TOO_LONG or ERR_BODY_TOO_SHORT when the Content-Length
   *   given is another; ERR_BODY_TYPE
   */
  request(
    method: string,
    requestTarget: string,
    headers: Headers = NO_FIELDS,
    body: Uint8Array | string = '',
  ): void {
    this.#expect('request')
    const content = typeof body === 'string' ? utf8Content(body) : checkedOctets(body)
    this.#head.line(method, requestTarget)
    this.#heldHead = this.#head.complete(headers, content.length, this.#sink)
    this.#writtenBytes = content.length
    this.#state = 'Done'
    this.#send('', content, '')
  }

  /** Hands a head that is held back to the sink. Call it when the body may be long in coming. */
  flushHead(): void {
    if (this.#heldHead !== '') writeText(this.#sink, this.#takeHead())
  }

  /** Sends a head that is held back, and resolves when the sink can take more; at once when the sink does not say. */
  drained(): Promise<void> {
    this.flushHead()
    return this.#sink.drained === undefined ? Promise.resolve() : this.#sink.drained()
  }

  /**
   * Says that no more calls come: an empty trailer section is complete then. Any other request that is not complete is an error,
   * and the connection must be cut.
   *
   * @throws UsageError ERR_BODY_TOO_SHORT, ERR_WRITER_STATE
   */
  finish(): void {
    if (this.#state === 'AwaitingBody') {
      throw lengthError(this.#head.contentLength, this.#writtenBytes)
    }
    this.#expect('finish')
    if (this.#state === 'AwaitingTrailers') this.#completeChunks(LAST_CHUNK)
  }

  /**
   * Starts the next request, or gives one up of which nothing was sent. Options that are not given stay as they are. Behind CONNECT
   * and Upgrade wait for the response first: another protocol may follow on the connection.
   *
   * @throws UsageError ERR_WRITER_STATE when the request was sent in part, for another one behind it would be read as the rest, or
   *   when the connection ends with it (`persistent` is false)
   */
  reset(options: RequestWriterOptions = {}): void {
    this.#expect('reset')
    this.#head.begin(options)
    this.#state = 'AwaitingRequestLine'
    this.#writtenBytes = 0
    this.#heldHead = ''
    this.#headSent = false
  }

  #writeNothing(call: RequestWriterCall): boolean {
    if (REQUEST_WRITER_TRANSITIONS[this.#state].writeNothing === undefined) this.#refuse(call)
    return true
  }

  #takeHead(): string {
    const head = this.#heldHead
    this.#heldHead = ''
    this.#headSent = true
    return head
  }

  #send(before: string, content: Uint8Array | string, after: string): boolean {
    const opening = this.#heldHead === '' ? before : this.#takeHead() + before
    return writeContent(this.#sink, opening, content, after)
  }

  #completeChunks(text: string): void {
    this.#state = 'Done'
    this.#send(text, '', '')
  }

  #expect(call: RequestWriterCall): void {
    const cell = REQUEST_WRITER_TRANSITIONS[this.#state][call]
    if (cell === undefined) this.#refuse(call)
    if (cell.only === undefined) return
    const holds = cell.only === 'persistent' ? this.#head.persistent : !this.#headSent
    if (!holds) this.#refuse(call)
  }

  #refuse(call: RequestWriterCall): never {
    const due = dueCalls(this.#state, this.#head.persistent)
    throw misuse('ERR_WRITER_STATE', `Call order in ${this.#state}`, due, call)
  }
  // Octets behind the end of a body mostly mean that its length is wrong, or that it was never promised.
  #refuseBehindEnd(call: RequestWriterCall, bytes: number): void {
    const { framing, contentLength } = this.#head
    if (framing === 'chunked') return
    if (contentLength <= 0) {
      const expected = 'none without Transfer-Encoding or a Content-Length above 0'
      throw misuse('ERR_BODY_FORBIDDEN', 'Body', expected, `${bytes} octets`)
    }
    if (call === 'writeBody') throw lengthError(contentLength, this.#writtenBytes + bytes)
  }
}
