// How it works: push hands octets over, next takes one step and says what it found. The intake holds the octets, the head reader
// and the decoders say what they are; here is only which of them is due.
import { Headers, ProtocolError, UsageError } from '@rawhttp/headers'
import {
  ChunkedDecoder,
  CloseDelimitedDecoder,
  completeLimits,
  describeValue,
  LengthDecoder,
  OctetIntake,
} from '@rawhttp/message-framing'
import type { BodyDecoder } from '@rawhttp/message-framing'
import { RESPONSE_FAULTS, responseError } from './faults.ts'
import { LenientHeadReader } from './lenient-head.ts'
import { LENIENT_RULES } from './lenient-rules.ts'
import type { Anomaly, LenientRule } from './lenient-rules.ts'
import { DEFAULT_RESPONSE_LIMITS } from './limits.ts'
import type { ResponseLimits } from './limits.ts'
import { ResponseHeadReader } from './response-head.ts'
import type { ResponseEvent, ResponseState } from './response-state.ts'
import type { ResponseHead } from './response.ts'

/** Limits other than the defaults, and what is let pass. */
export interface ResponseParserOptions extends Partial<ResponseLimits> {
  /** Mistakes of old servers that are let pass, each by its name. Default none: see LENIENT_RULES for what each risks. */
  readonly lenient?: readonly LenientRule[]
  /** Is told each use of a rule, from within `next`, before that gives 'Head' or 'Interim'. It must not throw. */
  readonly onAnomaly?: (anomaly: Anomaly) => void
}

/** A strict HTTP/1.1 response parser without I/O: octets in, events out, as many responses in a row as come. */
export class ResponseParser {
  readonly #limits: ResponseLimits
  readonly #intake: OctetIntake
  readonly #headReader: ResponseHeadReader | LenientHeadReader
  readonly #onAnomaly: ((anomaly: Anomaly) => void) | undefined
  readonly #lengthDecoder = new LengthDecoder()
  #chunkedDecoder: ChunkedDecoder | undefined
  #decoder: BodyDecoder | undefined
  #requestMethod: string
  #state: ResponseState = 'Initialized'
  #failure: ProtocolError | undefined
  #ended = false
  #interimHead: ResponseHead | undefined
  #interimCount = 0
  #head: ResponseHead | undefined
  #trailers: Headers | undefined
  #discardedTrailers: Headers | undefined

  /**
   * @param requestMethod method of the request that the first response answers. It decides whether there is a body, and where it
   *   ends: a wrong one makes one response of two, or two of one
   * @param options limits other than the defaults, see ResponseLimits, and what is let pass
   * @throws UsageError ERR_OPTION
   */
  constructor(requestMethod: string, options: ResponseParserOptions = {}) {
    const { lenient = [], onAnomaly, ...limits } = options
    this.#limits = completeLimits(
      DEFAULT_RESPONSE_LIMITS,
      limits,
      'maxBodyBytes',
      'maxInterimResponses',
    )
    this.#intake = new OctetIntake(this.#limits.initialBufferBytes)
    const rules = checkedRules(lenient)
    this.#headReader =
      rules.size === 0
        ? new ResponseHeadReader(this.#limits)
        : new LenientHeadReader(this.#limits, rules)
    if (onAnomaly !== undefined && typeof onAnomaly !== 'function') {
      throw new UsageError('ERR_OPTION', 'onAnomaly: expected a function')
    }
    this.#onAnomaly = onAnomaly
    this.#requestMethod = checkedMethod(requestMethod)
    this.#headReader.begin(requestMethod)
  }

  /** Where in the response the parser is. */
  get state(): ResponseState {
    return this.#state
  }

  /** Whether anything of the response has been read, an interim response before it included. */
  get started(): boolean {
    return this.#state !== 'Initialized' || this.#headReader.started || this.#interimCount > 0
  }

  /** Octets that were pushed and not read yet, or read and held until the rest of a head or trailer section comes. */
  get heldBytes(): number {
    return this.#intake.heldBytes + (this.#chunkedDecoder?.heldBytes ?? 0)
  }

  /** The last interim response before this one; from 'Interim' on. @throws UsageError ERR_PARSER_STATE when there was none */
  get interimHead(): ResponseHead {
    if (this.#interimHead === undefined) throw tooEarly('interimHead', 'Interim')
    return this.#interimHead
  }

  /** The status line, header section and framing; from 'Head' on. @throws UsageError ERR_PARSER_STATE before */
  get head(): ResponseHead {
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
    if (this.#state !== 'Done' && this.#state !== 'Switched') throw tooEarly('trailers', 'End')
    return (this.#trailers ??= new Headers())
  }

  /**
   * Fields of the trailer section that may not stand there (RFC 9110 §6.5.1), after 'End'; mostly empty. They are nothing to go by:
   * whoever merges one into the headers is fooled by it. What frames or routes a message is refused instead.
   *
   * @throws UsageError ERR_PARSER_STATE before
   */
  get discardedTrailers(): Headers {
    if (this.#state !== 'Done' && this.#state !== 'Switched') {
      throw tooEarly('discardedTrailers', 'End')
    }
    return (this.#discardedTrailers ??= new Headers())
  }

  /**
   * Hands octets over; nothing is parsed yet. They are kept by reference: the memory must not be used again. Behind a failure they
   * are dropped.
   *
   * @throws UsageError ERR_OCTETS for what is no Uint8Array, or one whose memory was transferred
   */
  push(octets: Uint8Array): void {
    this.#intake.push(octets)
    if (this.#failure !== undefined) this.#intake.clear()
  }

  /**
   * Says that the peer sends no more. A body that ends with the connection is then complete; anything else that is cut is an error,
   * which `next` throws. When nothing of a response has come, `next` gives null and `started` is false: whether one was due is the
   * caller's to know.
   */
  end(): void {
    this.#ended = true
  }

  /**
   * Takes one step.
   *
   * @returns 'Interim', 'Head', 'Body' or 'End', or null: nothing more until octets are pushed or, when Done, the next message is
   *   started
   * @throws ProtocolError when the octets break the protocol, then the same one for ever (RFC 9112 §2.2: nothing behind it can
   *   be trusted); ERR_INCOMPLETE_MESSAGE when they end inside a message
   * @throws UsageError ERR_OCTETS when memory that was pushed was transferred or shrunk before it was read
   */
  next(): ResponseEvent | null {
    if (this.#failure !== undefined) throw this.#failure
    let event
    try {
      event = this.#step()
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#failure = responseError(error)
      this.#intake.clear()
      throw this.#failure
    }
    if (event === 'Head' || event === 'Interim') this.#reportAnomalies()
    return event
  }

  /**
   * Goes on to the next response; octets of it that came already stay.
   *
   * @param requestMethod method of the request that it answers
   * @throws UsageError ERR_PARSER_STATE unless Done; ERR_OPTION
   */
  startNextMessage(requestMethod: string): void {
    if (this.#state !== 'Done') {
      throw new UsageError(
        'ERR_PARSER_STATE',
        `startNextMessage is due in Done, not in ${this.#state}`,
      )
    }
    this.#requestMethod = checkedMethod(requestMethod)
    this.#state = 'Initialized'
    this.#head = undefined
    this.#interimHead = undefined
    this.#interimCount = 0
    this.#decoder = undefined
    this.#trailers = undefined
    this.#discardedTrailers = undefined
    // What was read to its end is let go: a connection may idle for long.
    this.#intake.rest()
    this.#headReader.begin(requestMethod)
  }

  /**
   * Takes the octets that were not read: those of the protocol that was switched to, or those that came behind a response. What is
   * pushed later is had by another call.
   *
   * @throws UsageError ERR_PARSER_STATE unless Done or Switched
   */
  takeRemaining(): Uint8Array {
    if (this.#state !== 'Done' && this.#state !== 'Switched') {
      throw new UsageError(
        'ERR_PARSER_STATE',
        `takeRemaining is due in Done or Switched, not in ${this.#state}`,
      )
    }
    return this.#intake.takeRemaining()
  }

  #step(): ResponseEvent | null {
    switch (this.#state) {
      case 'Initialized':
      case 'ParsingHeaders':
        return this.#readHead()
      case 'ParsingBody':
        return this.#readBody()
      case 'Done':
      case 'Switched':
        return null
    }
  }

  #readHead(): ResponseEvent | null {
    const head = this.#intake.readHead(this.#headReader)
    if (head === undefined) {
      if (this.#headReader.lineComplete) this.#state = 'ParsingHeaders'
      if (this.#ended && this.started) throw this.#incomplete(this.#dueInHead())
      return null
    }
    const { statusCode } = head.statusLine
    if (statusCode < 200 && statusCode !== 101) return this.#takeInterim(head)
    this.#beginBody(head)
    this.#head = head
    this.#state = 'ParsingBody'
    return 'Head'
  }

  #takeInterim(head: ResponseHead): ResponseEvent {
    const { maxInterimResponses } = this.#limits
    if (this.#interimCount === maxInterimResponses) {
      const expected = `at most ${maxInterimResponses} before the final response`
      const fault = RESPONSE_FAULTS.ERR_TOO_MANY_INTERIM_RESPONSES
      throw new ProtocolError(fault, expected, 'one more', 0)
    }
    this.#interimCount++
    this.#interimHead = head
    this.#headReader.begin(this.#requestMethod)
    this.#state = 'Initialized'
    return 'Interim'
  }

  #beginBody({ framing }: ResponseHead): void {
    if (framing.kind === 'chunked') {
      this.#chunkedDecoder ??= new ChunkedDecoder(this.#limits, 'discard')
      this.#chunkedDecoder.begin(this.#intake.messageBytes)
      this.#decoder = this.#chunkedDecoder
    } else if (framing.kind === 'length') {
      this.#lengthDecoder.begin(framing.length)
      this.#decoder = this.#lengthDecoder
    } else if (framing.kind === 'close-delimited') {
      // There is one in the life of a connection, behind which it ends.
      const decoder = new CloseDelimitedDecoder(this.#limits.maxBodyBytes)
      decoder.begin(this.#intake.messageBytes)
      this.#decoder = decoder
    }
  }

  #readBody(): ResponseEvent | null {
    const decoder = this.#decoder
    if (decoder === undefined) return this.#finish()
    if (this.#intake.readBody(decoder)) return 'Body'
    if (decoder.complete) return this.#finish()
    if (!this.#ended) return null
    if (decoder instanceof CloseDelimitedDecoder) return this.#finish()
    throw this.#incomplete('the rest of the body')
  }

  #finish(): ResponseEvent {
    if (this.#decoder !== undefined) this.#intake.dropContent()
    if (this.#decoder === this.#chunkedDecoder) {
      this.#trailers = this.#chunkedDecoder?.trailers
      this.#discardedTrailers = this.#chunkedDecoder?.discardedTrailers
    }
    this.#state = this.#head?.switchesProtocol === true ? 'Switched' : 'Done'
    return 'End'
  }

  #reportAnomalies(): void {
    const reader = this.#headReader
    if (!(reader instanceof LenientHeadReader) || this.#onAnomaly === undefined) return
    for (const anomaly of reader.anomalies) this.#onAnomaly(anomaly)
  }

  #dueInHead(): string {
    return this.#headReader.started
      ? 'the empty line that ends the header section'
      : 'the final response'
  }

  // Octets of the message that were read so far, which is where the message was cut.
  #incomplete(expected: string): ProtocolError {
    return new ProtocolError(
      RESPONSE_FAULTS.ERR_INCOMPLETE_MESSAGE,
      expected,
      'the end of the octets',
      this.#head === undefined ? this.heldBytes : this.#intake.messageBytes,
    )
  }
}

// The types say so already, but plain JavaScript may leave them out, and a HEAD that is taken for a GET waits for a body.
function checkedMethod(requestMethod: unknown): string {
  if (typeof requestMethod === 'string') return requestMethod
  throw new UsageError(
    'ERR_OPTION',
    `requestMethod: expected the method of the request, got a value of type ${typeof requestMethod}`,
  )
}

// A copy, so that the rules that are checked are those that are used.
function checkedRules(lenient: unknown): ReadonlySet<LenientRule> {
  if (!Array.isArray(lenient)) throw wrongRule(lenient)
  const rules = new Set<LenientRule>()
  for (const name of lenient as readonly unknown[]) {
    if (!isRule(name)) throw wrongRule(name)
    rules.add(name)
  }
  return rules
}

function wrongRule(given: unknown): UsageError {
  const expected = 'names of LENIENT_RULES'
  return new UsageError('ERR_OPTION', `lenient: expected ${expected}, got ${describeValue(given)}`)
}

function isRule(name: unknown): name is LenientRule {
  return typeof name === 'string' && Object.hasOwn(LENIENT_RULES, name)
}

function tooEarly(property: string, event: ResponseEvent): UsageError {
  return new UsageError('ERR_PARSER_STATE', `${property} can be read from '${event}' on`)
}
