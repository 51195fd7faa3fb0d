// How it works: push hands octets over, next takes one step and says what it found. The intake holds the octets, the head reader
// and the decoders say what they are; here is only which of them is due.
import { Headers, ProtocolError, UsageError } from '@rawhttp/headers'
import {
  ChunkedDecoder,
  completeLimits,
  FRAMING_FAULTS,
  LengthDecoder,
  NO_BODY,
  OctetIntake,
} from '@rawhttp/message-framing'
import type { BodyDecoder } from '@rawhttp/message-framing'
import { REQUEST_FAULTS } from './faults.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { ParserLimits } from './limits.ts'
import type { ParserEvent, ParserState } from './parser-state.ts'
import { RequestHeadReader } from './request-head.ts'
import type { RequestHead, RequestLine } from './request.ts'

// The states of the table by number: each comparison with a word asks first whether it is an internalized string.
const STATES: readonly ParserState[] = ['Initialized', 'ParsingHeaders', 'ParsingBody', 'Done']
const INITIALIZED = 0
const PARSING_HEADERS = 1
const PARSING_BODY = 2
const DONE = 3

/** A strict HTTP/1.1 request parser without I/O: octets in, events out, as many requests in a row as come. */
export class RequestParser {
  readonly #limits: ParserLimits
  readonly #intake: OctetIntake
  readonly #headReader: RequestHeadReader
  readonly #lengthDecoder = new LengthDecoder()
  #chunkedDecoder: ChunkedDecoder | undefined
  #decoder: BodyDecoder | undefined
  #state = INITIALIZED
  #failure: ProtocolError | undefined
  #ended = false
  #head: RequestHead | undefined
  #trailers: Headers | undefined
  #discardedTrailers: Headers | undefined

  /**
   * @param limits bounds other than the defaults, see ParserLimits
   * @throws UsageError ERR_OPTION
   */
  constructor(limits?: Partial<ParserLimits>) {
    this.#limits = completeLimits(DEFAULT_LIMITS, limits, 'maxBodyBytes')
    this.#intake = new OctetIntake(this.#limits.initialBufferBytes)
    this.#headReader = new RequestHeadReader(this.#limits)
  }

  /** Where in the message the parser is. */
  get state(): ParserState {
    return STATES[this.#state]
  }

  /** Whether anything of the message has been read; empty lines before it are nothing (RFC 9112 §2.2). */
  get started(): boolean {
    return this.#state !== INITIALIZED || this.#headReader.started
  }

  /** Octets that were pushed and not read yet, or read and held until the rest of a head or trailer section comes. */
  get heldBytes(): number {
    return this.#intake.heldBytes + (this.#chunkedDecoder?.heldBytes ?? 0)
  }

  /** The request line, header section and framing; from 'Head' on. @throws UsageError ERR_PARSER_STATE before */
  get head(): RequestHead {
    if (this.#head === undefined) throw tooEarly('head', 'Head')
    return this.#head
  }

  /**
   * Content, after 'Body', framing removed: a view of what was pushed, or that itself when all of it is content; a copy where octets
   * had to be joined. It stays as it is for as long as the memory that was pushed does. The view is made when it is first asked for;
   * who needs none, since the octets are copied or counted anyway, has them by `bodySource`, `bodyStart` and `bodyEnd`.
   */
  get bodyOctets(): Uint8Array {
    return this.#intake.content
  }

  /** The memory in which the content lies after 'Body': nearly always what was pushed. */
  get bodySource(): Uint8Array {
    return this.#intake.contentSource
  }

  /** Index in `bodySource` of the first octet of content, after 'Body'. */
  get bodyStart(): number {
    return this.#intake.contentStart
  }

  /** Index in `bodySource` behind the last octet of content, after 'Body'. */
  get bodyEnd(): number {
    return this.#intake.contentEnd
  }

  /** The trailer section, after 'End'; empty when there was none. @throws UsageError ERR_PARSER_STATE before */
  get trailers(): Headers {
    if (this.#state !== DONE) throw tooEarly('trailers', 'End')
    return (this.#trailers ??= new Headers())
  }

  /**
   * Fields of the trailer section that may not stand there (RFC 9110 §6.5.1), after 'End'; mostly empty. They are nothing to go by:
   * whoever merges one into the headers is fooled by it. What frames, routes or authenticates a message is refused instead.
   *
   * @throws UsageError ERR_PARSER_STATE before
   */
  get discardedTrailers(): Headers {
    if (this.#state !== DONE) throw tooEarly('discardedTrailers', 'End')
    return (this.#discardedTrailers ??= new Headers())
  }

  /**
   * The request line as soon as the head has been read to its end, also when it is refused then: what answers it must know the
   * method, and a log the target. Undefined before.
   */
  get requestLine(): RequestLine | undefined {
    return this.#headReader.requestLine
  }

  /**
   * The method, before there is a request line: as soon as it and the space after it have been read, when it is GET, HEAD, POST, PUT,
   * PATCH, DELETE or OPTIONS. What refuses the rest must know it, since a response to HEAD has no content (RFC 9110 §9.3.2).
   */
  get knownMethod(): string | undefined {
    return this.#headReader.knownMethod
  }

  /**
   * Hands octets over; nothing is parsed yet. They are kept by reference: the memory must not be used again before
   * `releaseMemory`. Behind a failure they are dropped.
   *
   * @throws UsageError ERR_OCTETS for what is no Uint8Array, or one whose memory was transferred
   */
  push(octets: Uint8Array): void {
    this.#intake.push(octets)
    if (this.#failure !== undefined) this.#intake.clear()
  }

  /**
   * Copies what was pushed and not read, so that the memory that was pushed can be used again. Copy `bodyOctets` before, if they
   * are still needed: they are a view of it.
   */
  releaseMemory(): void {
    this.#intake.releaseMemory()
  }

  /** Says that the peer sends no more; `next` then gives null between messages and throws inside one. */
  end(): void {
    this.#ended = true
  }

  /**
   * Takes one step.
   *
   * @returns 'Head', 'Body' or 'End', or null: nothing more until octets are pushed or, when Done, the next message is started
   * @throws ProtocolError when the octets break the protocol, then the same one for ever (RFC 9112 §2.2: nothing behind it can
   *   be trusted); ERR_INCOMPLETE_MESSAGE when they end inside a message
   * @throws UsageError ERR_OCTETS when memory that was pushed was transferred or shrunk before it was read
   */
  next(): ParserEvent | null {
    if (this.#failure !== undefined) throw this.#failure
    try {
      if (this.#state === DONE) return null
      return this.#state === PARSING_BODY ? this.#readBody() : this.#readHead()
    } catch (error) {
      if (error instanceof ProtocolError) {
        this.#failure = error
        this.#intake.clear()
      }
      throw error
    }
  }

  /** Goes on to the next message; pipelined octets stay. @throws UsageError ERR_PARSER_STATE unless Done */
  startNextMessage(): void {
    if (this.#state !== DONE) throw notDone('startNextMessage', this.state)
    this.#state = INITIALIZED
    this.#head = undefined
    this.#decoder = undefined
    this.#trailers = undefined
    this.#discardedTrailers = undefined
    // What was read to its end is let go: a connection may idle for long.
    this.#intake.rest()
    this.#headReader.begin()
  }

  /** Takes the octets that were not read, for a protocol switch. @throws UsageError ERR_PARSER_STATE unless Done */
  takeRemaining(): Uint8Array {
    if (this.#state !== DONE) throw notDone('takeRemaining', this.state)
    return this.#intake.takeRemaining()
  }

  #readHead(): ParserEvent | null {
    const head = this.#intake.readHead(this.#headReader)
    if (head === undefined) {
      if (this.#headReader.lineComplete) this.#state = PARSING_HEADERS
      if (this.#ended && this.#headReader.started)
        throw this.#incomplete('the empty line that ends the header section')
      return null
    }
    if (head.framing !== NO_BODY) this.#beginBody(head)
    this.#head = head
    this.#state = PARSING_BODY
    return 'Head'
  }

  #beginBody({ framing, headers }: RequestHead): void {
    if (framing.kind === 'length') {
      if (framing.length > this.#limits.maxBodyBytes) this.#failTooLarge(framing.length, headers)
      this.#lengthDecoder.begin(framing.length)
      this.#decoder = this.#lengthDecoder
    } else {
      this.#chunkedDecoder ??= new ChunkedDecoder(this.#limits, 'discard-in-request')
      this.#chunkedDecoder.begin(this.#intake.messageBytes)
      this.#decoder = this.#chunkedDecoder
    }
  }

  #failTooLarge(length: number, headers: Headers): never {
    throw new ProtocolError(
      FRAMING_FAULTS.ERR_BODY_TOO_LARGE,
      `at most ${this.#limits.maxBodyBytes} octets`,
      `${length}`,
      headers.offsetOf('content-length'),
    )
  }

  #readBody(): ParserEvent | null {
    const decoder = this.#decoder
    if (decoder === undefined || decoder.complete) return this.#finish()
    if (this.#intake.readBody(decoder)) return 'Body'
    if (decoder.complete) return this.#finish()
    if (this.#ended) throw this.#incomplete('the rest of the body')
    return null
  }

  #finish(): ParserEvent {
    if (this.#decoder !== undefined) this.#intake.dropContent()
    if (this.#decoder === this.#chunkedDecoder) {
      this.#trailers = this.#chunkedDecoder?.trailers
      this.#discardedTrailers = this.#chunkedDecoder?.discardedTrailers
    }
    this.#state = DONE
    return 'End'
  }

  // Octets of the message that were read so far, which is where the message was cut.
  #incomplete(expected: string): ProtocolError {
    const offset = this.#head === undefined ? this.heldBytes : this.#intake.messageBytes
    return new ProtocolError(
      REQUEST_FAULTS.ERR_INCOMPLETE_MESSAGE,
      expected,
      'the end of the octets',
      offset,
    )
  }
}

function tooEarly(property: string, event: ParserEvent): UsageError {
  return new UsageError('ERR_PARSER_STATE', `${property} can be read from '${event}' on`)
}

function notDone(call: string, state: ParserState): UsageError {
  return new UsageError('ERR_PARSER_STATE', `${call} is due in Done, not in ${state}`)
}
