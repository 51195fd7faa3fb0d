// A response goes out in the order of the calls, and writer-state.ts says which calls are due. The head is held back until the
// first octets of the body, so that both leave in one write. What a call does not accept it refuses before anything has changed:
// the response can still be completed, or given up with reset.
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
import { BODY_FOLLOWS, NO_FIELDS, ResponseHead } from './response-head.ts'
import type { WriterOptions } from './response-head.ts'
import { dueCalls, WRITER_TRANSITIONS } from './writer-state.ts'
import type { WriterCall, WriterCondition, WriterState } from './writer-state.ts'

/**
 * Writes one response after another to a sink.
 *
 * Every method throws UsageError ERR_WRITER_STATE when another call is due, and then nothing has changed. Octets given as a body
 * are kept by reference until the sink has sent them; strings are sent as UTF-8.
 */
export class ResponseWriter {
  readonly #sink: ByteSink
  readonly #head = new ResponseHead()
  #state: WriterState = 'AwaitingStatusLine'
  #statusCode = 0
  #statusLine = ''
  #writtenBytes = 0
  // The head while it is held back.
  #heldHead = ''
  #headSent = false

  constructor(sink: ByteSink, options?: WriterOptions) {
    this.#sink = sink
    if (options !== undefined) this.#head.begin(options)
  }

  /** Which part of the response is due. */
  get state(): WriterState {
    return this.#state
  }

  /** Status code of the final response; 0 until it is known. */
  get statusCode(): number {
    return this.#statusCode
  }

  /**
   * Whether the connection may live on. From `writeHeaders` or `respond` on it is what the head says: false when it says `close`,
   * when the body ends with the connection, and behind 101 and 2xx to CONNECT, where another protocol follows.
   */
  get persistent(): boolean {
    return this.#head.persistent
  }

  /** Whether the head of the final response was handed to the sink. Until then `reset` can give the response up for another one. */
  get headSent(): boolean {
    return this.#headSent
  }

  /** Octets of content given so far to the response in progress or just written; for HEAD they were counted and not sent. */
  get writtenBytes(): number {
    return this.#writtenBytes
  }

  /**
   * Sends an interim response at once, such as 100 (Continue) or 103 (Early Hints). To an HTTP/1.0 client, which knows none, it
   * sends nothing (RFC 9110 §15.2).
   *
   * @throws UsageError ERR_STATUS_CODE when it is not 1xx, or 101: that one is final; ERR_BODY_FORBIDDEN, ERR_HEADERS_TYPE
   */
  writeInformational(statusCode: number, headers?: Headers): void {
    this.#expect('writeInformational')
    const text = this.#head.interim(statusCode, headers)
    if (this.#head.httpVersion === '1.1') writeText(this.#sink, text)
  }

  /**
   * Begins the final response. The version is always HTTP/1.1 (RFC 9110 §2.5).
   *
   * @param reasonPhrase a reason phrase other than the registered one
   * @throws UsageError ERR_STATUS_CODE outside 200-599, but for 101 to an HTTP/1.1 client; ERR_REASON_PHRASE
   */
  writeStatusLine(statusCode: number, reasonPhrase?: string): void {
    this.#expect('writeStatusLine')
    this.#statusLine = this.#head.finalStatusLine(statusCode, reasonPhrase)
    this.#statusCode = statusCode
    this.#state = 'AwaitingHeaders'
  }

  /**
   * Completes the head and holds it back for the first octets of the body; a response without a body is sent at once. `headers`
   * is only read. Added are Date, what Connection must say, and the framing field where there is none: `Transfer-Encoding:
   * chunked`, or for 205 `Content-Length: 0`. Left out are Transfer-Encoding and Trailer for HTTP/1.0, and a Content-Length of 0
   * where there must be none.
   *
   * @throws UsageError ERR_CONTENT_LENGTH, ERR_TRANSFER_ENCODING, ERR_FRAMING_CONFLICT when the fields frame the body twice or in
   *   no way that is known; ERR_BODY_FORBIDDEN when they promise content that the status forbids; ERR_UPGRADE when 101 names no
   *   protocol; ERR_HEADERS_TYPE
   */
  writeHeaders(headers: Headers): void {
    this.#expect('writeHeaders')
    const head = this.#head
    this.#heldHead = head.final(
      this.#statusLine,
      this.#statusCode,
      headers,
      BODY_FOLLOWS,
      this.#sink,
    )
    if (head.framing === 'none' || head.contentLength === 0) this.#complete()
    else this.#state = head.framing === 'chunked' ? 'InChunkedBody' : 'AwaitingBody'
  }

  /**
   * Writes octets of a body of known length, or of one that ends with the connection.
   *
   * @returns false: await `drained` before the next ones
   * @throws UsageError ERR_BODY_TOO_LONG beyond the Content-Length, ERR_BODY_FORBIDDEN when the status forbids content; ERR_BODY_TYPE
   */
  writeBody(body: Uint8Array | string): boolean {
    const content = typeof body === 'string' ? utf8Content(body) : checkedOctets(body)
    if (content.length === 0) return this.#writeNothing('writeBody')
    if (this.#state === 'Done') this.#refuseBehindEnd('writeBody', content.length)
    this.#expect('writeBody')
    const writtenBytes = this.#writtenBytes + content.length
    const { framing, contentLength } = this.#head
    if (framing === 'length') {
      if (writtenBytes > contentLength) throw lengthError(contentLength, writtenBytes)
      if (writtenBytes === contentLength) this.#state = 'Done'
    }
    this.#writtenBytes = writtenBytes
    return this.#send('', content, '')
  }

  /**
   * Writes one chunk; no octets make none, for an empty chunk would end the body. To HTTP/1.0 the octets go as they are.
   *
   * @returns false: await `drained` before the next one
   * @throws UsageError ERR_BODY_FORBIDDEN when the status forbids content; ERR_BODY_TYPE
   */
  writeChunkedBody(body: Uint8Array | string): boolean {
    const content = typeof body === 'string' ? utf8Content(body) : checkedOctets(body)
    if (content.length === 0) return this.#writeNothing('writeChunkedBody')
    if (this.#state === 'Done') this.#refuseBehindEnd('writeChunkedBody', content.length)
    this.#expect('writeChunkedBody')
    this.#writtenBytes += content.length
    if (this.#head.framing !== 'chunked') return this.#send('', content, '')
    return this.#send(chunkSizeLine(content.length), content, CHUNK_END)
  }

  /** Ends the chunked body; when `Trailer` was among the headers, `writeTrailers` is due. */
  writeChunkedBodyDone(): void {
    this.#expect('writeChunkedBodyDone')
    if (this.#head.announcesTrailers) this.#state = 'AwaitingTrailers'
    else this.#completeChunks(LAST_CHUNK)
  }

  /**
   * Ends the response with a trailer section. To HTTP/1.0, which has none, it is not sent.
   *
   * @throws UsageError ERR_TRAILER_FIELD when a field may not stand in a trailer section (RFC 9110 §6.5.1); ERR_HEADERS_TYPE
   */
  writeTrailers(trailers: Headers): void {
    this.#expect('writeTrailers')
    this.#completeChunks(lastChunk(checkedHeaders(trailers)))
  }

  /**
   * Writes a whole response, in one write when the body has at most 2 KiB. Content-Length is added, or compared when it is given;
   * otherwise as `writeHeaders`. For HEAD the body is counted and not sent; with Content-Length given it may be left out.
   *
   * @throws UsageError as `writeStatusLine` and `writeHeaders`; ERR_BODY_TOO_LONG or ERR_BODY_TOO_SHORT when the Content-Length
   *   given is another; ERR_BODY_TYPE
   */
  respond(statusCode: number, body: Uint8Array | string = '', headers: Headers = NO_FIELDS): void {
    this.#expect('respond')
    const content = typeof body === 'string' ? utf8Content(body) : checkedOctets(body)
    const head = this.#head
    const line = head.finalStatusLine(statusCode)
    this.#heldHead = head.final(line, statusCode, headers, content.length, this.#sink)
    this.#statusCode = statusCode
    this.#writtenBytes = content.length
    this.#state = 'Done'
    this.#send('', content, '')
  }

  /** Hands a head that is held back to the sink. Call it at the end of a handler's turn: the body may be long in coming. */
  flushHead(): void {
    if (this.#heldHead !== '') writeText(this.#sink, this.#takeHead())
  }

  /** Sends a head that is held back, and resolves when the sink can take more; at once when the sink does not say. */
  drained(): Promise<void> {
    this.flushHead()
    return this.#sink.drained === undefined ? Promise.resolve() : this.#sink.drained()
  }

  /**
   * Says that no more calls come. A body that ends with the connection, or with an empty trailer section, is complete then, and so
   * is a response to HEAD without a body; any other that is not complete is an error, and the connection must be cut.
   *
   * @throws UsageError ERR_BODY_TOO_SHORT, ERR_WRITER_STATE
   */
  finish(): void {
    this.#expect('finish')
    if (this.#state === 'Done') return
    if (this.#state === 'AwaitingTrailers') {
      this.#completeChunks(LAST_CHUNK)
      return
    }
    const { framing, contentLength } = this.#head
    if (framing === 'length' && !this.#holds('unwritten HEAD')) {
      throw lengthError(contentLength, this.#writtenBytes)
    }
    this.#complete()
  }

  /**
   * Starts the next response; options that are not given have their defaults. A response of which nothing was sent is given up for
   * another one to the same request; options that are not given stay.
   *
   * @throws UsageError ERR_WRITER_STATE when the response was sent in part, for another one behind it would be read as the rest, or
   *   when the connection ends with it (`persistent` is false); ERR_OPTION
   */
  reset(options: WriterOptions = {}): void {
    this.#expect('reset')
    if (this.#state === 'Done') this.#head.begin(options)
    else this.#head.beginAgain(options)
    this.#state = 'AwaitingStatusLine'
    this.#statusCode = 0
    this.#writtenBytes = 0
    this.#heldHead = ''
    this.#headSent = false
  }

  #writeNothing(call: WriterCall): boolean {
    if (WRITER_TRANSITIONS[this.#state].writeNothing === undefined) this.#refuse(call)
    return true
  }

  #takeHead(): string {
    const head = this.#heldHead
    this.#heldHead = ''
    this.#headSent = true
    return head
  }

  #send(before: string, content: Uint8Array | string, after: string): boolean {
    if (this.#head.requestMethod === 'HEAD') {
      this.flushHead()
      return true
    }
    const opening = this.#heldHead === '' ? before : this.#takeHead() + before
    return writeContent(this.#sink, opening, content, after)
  }

  #complete(): void {
    this.#state = 'Done'
    this.flushHead()
  }

  #completeChunks(text: string): void {
    this.#state = 'Done'
    if (this.#head.framing === 'chunked') this.#send(text, '', '')
    else this.flushHead()
  }

  #expect(call: WriterCall): void {
    const cell = WRITER_TRANSITIONS[this.#state][call]
    if (cell === undefined || (cell.only !== undefined && !this.#holds(cell.only))) {
      this.#refuse(call)
    }
  }

  #holds(condition: WriterCondition): boolean {
    switch (condition) {
      case 'close-delimited':
        return this.#head.framing === 'close-delimited'
      case 'unwritten HEAD':
        return this.#head.requestMethod === 'HEAD' && this.#writtenBytes === 0
      case 'head unsent':
        return !this.#headSent
      case 'persistent':
        return this.#head.persistent
    }
  }

  #refuse(call: WriterCall): never {
    const due = dueCalls(this.#state, (condition) => this.#holds(condition))
    throw misuse('ERR_WRITER_STATE', `Call order in ${this.#state}`, due, call)
  }

  // Octets behind the end of a body mostly mean that its length is wrong, or that there should have been none.
  #refuseBehindEnd(call: WriterCall, bytes: number): void {
    const { framing, contentLength } = this.#head
    if (framing === 'none') {
      const expected = `none with status ${this.#statusCode}`
      throw misuse('ERR_BODY_FORBIDDEN', 'Body', expected, `${bytes} octets`)
    }
    if (call === 'writeBody' && this.#writtenBytes === contentLength) {
      throw lengthError(contentLength, this.#writtenBytes + bytes)
    }
  }
}
