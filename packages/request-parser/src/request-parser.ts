// How it works: push hands octets over, next takes one step and says what it found. Octets are read where they lie. Only when a
// head is cut by the end of a piece does its beginning move to a receive buffer of its own, where the rest is added until it is
// whole; and only octets that nobody has asked for when more come are joined. A body is never stored: it is pointed at.
import { Headers, INCOMPLETE, ProtocolError, ReceiveBuffer, UsageError } from '@rawhttp/headers'
import { ChunkedDecoder, FRAMING_FAULTS, LengthDecoder } from '@rawhttp/message-framing'
import type { BodyDecoder } from '@rawhttp/message-framing'
import { REQUEST_FAULTS } from './faults.ts'
import { completeLimits } from './limits.ts'
import type { ParserLimits } from './limits.ts'
import type { ParserEvent, ParserState } from './parser-state.ts'
import { RequestHeadReader } from './request-head.ts'
import type { RequestHead, RequestLine } from './request.ts'

const NOTHING = new Uint8Array(0)

// The place where heads that come whole are read: it has a DataView, a zero behind its end and room for words of four, which a
// piece from a socket has not, and copying costs 25-50 ns. One serves every parser, since a head is read and taken in one call.
// Pipelined heads share one copy: `mirrored` says of which piece it is, from which index on.
const MIRROR_BYTES = 2048
const mirror = new ReceiveBuffer(MIRROR_BYTES)
let mirrored: Uint8Array | undefined
let mirroredFrom = 0

// How much of a piece is added to the beginning of a cut head at a time: behind the head, octets would be copied for nothing.
const HEAD_STEP_BYTES = 2048

/** A strict HTTP/1.1 request parser without I/O: octets in, events out, as many requests in a row as come. */
export class RequestParser {
  readonly #limits: ParserLimits
  readonly #headReader: RequestHeadReader
  readonly #lengthDecoder = new LengthDecoder()
  #chunkedDecoder: ChunkedDecoder | undefined
  #decoder: BodyDecoder | undefined
  #state: ParserState = 'Initialized'
  #failure: ProtocolError | undefined
  #ended = false

  // Octets to read: #piece from #position up to #end. It is what was pushed, or the octets of #joined.
  #piece: Uint8Array = NOTHING
  #position = 0
  #end = 0
  #joined: ReceiveBuffer | undefined
  // The beginning of a head that was cut by the end of a piece.
  #cutHead: ReceiveBuffer | undefined

  #head: RequestHead | undefined
  #headBytes = 0
  #bodyBytes = 0
  #bodyOctets: Uint8Array = NOTHING
  #trailers: Headers | undefined

  /**
   * @param limits bounds other than the defaults, see ParserLimits
   * @throws UsageError ERR_OPTION
   */
  constructor(limits?: Partial<ParserLimits>) {
    this.#limits = completeLimits(limits)
    this.#headReader = new RequestHeadReader(this.#limits)
  }

  /** Where in the message the parser is. */
  get state(): ParserState {
    return this.#state
  }

  /** Whether anything of the message has been read; empty lines before it are nothing (RFC 9112 §2.2). */
  get started(): boolean {
    return this.#state !== 'Initialized' || this.#headReader.started
  }

  /** Octets that were pushed and not read yet, or read and held until the rest of a head or trailer section comes. */
  get heldBytes(): number {
    const unread = this.#end - this.#position
    return unread + (this.#cutHead?.end ?? 0) + (this.#chunkedDecoder?.heldBytes ?? 0)
  }

  /** The request line, header section and framing; from 'Head' on. @throws UsageError ERR_PARSER_STATE before */
  get head(): RequestHead {
    if (this.#head === undefined) throw tooEarly('head', 'Head')
    return this.#head
  }

  /**
   * Content, after 'Body', framing removed: a view of what was pushed, or that itself when all of it is content; a copy where octets
   * had to be joined. It stays as it is for as long as the memory that was pushed does.
   */
  get bodyOctets(): Uint8Array {
    return this.#bodyOctets
  }

  /** The trailer section, after 'End'; empty when there was none. @throws UsageError ERR_PARSER_STATE before */
  get trailers(): Headers {
    if (this.#state !== 'Done') throw tooEarly('trailers', 'End')
    return (this.#trailers ??= new Headers())
  }

  /**
   * The request line as soon as the head has been read to its end, also when it is refused then: what answers it must know the
   * method, and a log the target. Undefined before.
   */
  get requestLine(): RequestLine | undefined {
    return this.#headReader.requestLine
  }

  /**
   * Hands octets over; nothing is parsed yet. They are kept by reference: the memory must not be used again. Behind a failure they
   * are dropped.
   *
   * @throws UsageError ERR_OCTETS for what is no Uint8Array
   */
  push(octets: Uint8Array): void {
    if (!(octets instanceof Uint8Array)) {
      throw new UsageError('ERR_OCTETS', `push takes a Uint8Array, got ${typeof octets}`)
    }
    if (this.#failure !== undefined) return
    if (mirrored === octets) mirrored = undefined
    if (this.#position === this.#end) {
      this.#joined = undefined
      this.#piece = octets
      this.#position = 0
      this.#end = octets.length
    } else {
      this.#join(octets)
    }
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
   */
  next(): ParserEvent | null {
    if (this.#failure !== undefined) throw this.#failure
    try {
      if (this.#state === 'Done') return null
      return this.#state === 'ParsingBody' ? this.#readBody() : this.#readHead()
    } catch (error) {
      if (error instanceof ProtocolError) {
        this.#failure = error
        this.#letGo()
        this.#cutHead = undefined
      }
      throw error
    }
  }

  /** Goes on to the next message; pipelined octets stay. @throws UsageError ERR_PARSER_STATE unless Done */
  startNextMessage(): void {
    if (this.#state !== 'Done') {
      throw new UsageError(
        'ERR_PARSER_STATE',
        `startNextMessage is due in Done, not in ${this.#state}`,
      )
    }
    this.#state = 'Initialized'
    this.#head = undefined
    if (this.#decoder !== undefined) {
      this.#decoder = undefined
      this.#trailers = undefined
      this.#bodyBytes = 0
    }
    // What was read to its end is let go: a connection may idle for long.
    if (this.#position === this.#end) this.#letGo()
    this.#headReader.begin()
  }

  /** Takes the octets that were not read, for a protocol switch. @throws UsageError ERR_PARSER_STATE unless Done */
  takeRemaining(): Uint8Array {
    if (this.#state !== 'Done') {
      throw new UsageError(
        'ERR_PARSER_STATE',
        `takeRemaining is due in Done, not in ${this.#state}`,
      )
    }
    const remaining = this.#view(this.#position, this.#end)
    this.#position = this.#end
    return remaining
  }

  #readHead(): ParserEvent | null {
    if (this.#position === this.#end) return this.#waitForHead()
    let cutHead = this.#cutHead
    if (cutHead !== undefined && cutHead.end > 0) return this.#readCutHead(cutHead)
    let base = this.#mirrorAt(this.#position)
    let headEnd = this.#headReader.read(mirror, base)
    if (headEnd === INCOMPLETE && base > 0 && mirroredFrom + mirror.end < this.#end) {
      // The head is cut by the end of the mirror, not of the piece: move on to where it begins.
      this.#fillMirror(this.#position)
      base = 0
      headEnd = this.#headReader.read(mirror, base)
    }
    if (headEnd !== INCOMPLETE) {
      this.#position += headEnd - base
      return this.#takeHead(mirror, base, headEnd)
    }
    cutHead ??= new ReceiveBuffer(this.#limits.initialBufferBytes)
    cutHead.append(mirror.octets, base, mirror.end)
    this.#cutHead = cutHead
    this.#position += mirror.end - base
    return this.#readCutHead(cutHead)
  }

  #readCutHead(cutHead: ReceiveBuffer): ParserEvent | null {
    while (this.#position < this.#end) {
      const heldBefore = cutHead.end
      const stepEnd = Math.min(this.#end, this.#position + HEAD_STEP_BYTES)
      cutHead.append(this.#piece, this.#position, stepEnd)
      const headEnd = this.#headReader.read(cutHead, 0)
      if (headEnd !== INCOMPLETE) {
        this.#position += headEnd - heldBefore
        const event = this.#takeHead(cutHead, 0, headEnd)
        // What it grew to for one head is not kept for a connection that may idle for long.
        if (cutHead.octets.length > 2 * this.#limits.initialBufferBytes) this.#cutHead = undefined
        else cutHead.clear()
        return event
      }
      this.#position = stepEnd
    }
    return this.#waitForHead()
  }

  #waitForHead(): null {
    if (this.#headReader.lineComplete) this.#state = 'ParsingHeaders'
    if (this.#ended && this.#headReader.started)
      throw this.#incomplete('the empty line that ends the header section')
    return null
  }

  #takeHead(buffer: ReceiveBuffer, base: number, headEnd: number): ParserEvent {
    const head = this.#headReader.take(buffer, base, headEnd)
    this.#headBytes = headEnd - base
    const { framing } = head
    if (framing.kind === 'chunked') {
      this.#chunkedDecoder ??= new ChunkedDecoder(this.#limits)
      this.#chunkedDecoder.begin(this.#headBytes)
      this.#decoder = this.#chunkedDecoder
    } else if (framing.kind === 'length') {
      if (framing.length > this.#limits.maxBodyBytes) {
        const expected = `at most ${this.#limits.maxBodyBytes} octets`
        const offset = head.headers.offsetOf('content-length')
        throw new ProtocolError(
          FRAMING_FAULTS.ERR_BODY_TOO_LARGE,
          expected,
          `${framing.length}`,
          offset,
        )
      }
      this.#lengthDecoder.begin(framing.length)
      this.#decoder = this.#lengthDecoder
    }
    this.#head = head
    this.#state = 'ParsingBody'
    return 'Head'
  }

  #readBody(): ParserEvent | null {
    const decoder = this.#decoder
    if (decoder === undefined) return this.#finish()
    for (;;) {
      const start = this.#position
      if (start === this.#end) {
        if (decoder.complete) return this.#finish()
        if (this.#ended) throw this.#incomplete('the rest of the body')
        return null
      }
      const position = decoder.decode(this.#piece, start, this.#end)
      this.#position = position
      this.#bodyBytes += position - start
      const { contentStart, contentEnd } = decoder
      if (contentStart < contentEnd) {
        this.#bodyOctets = this.#view(contentStart, contentEnd)
        return 'Body'
      }
      if (decoder.complete) return this.#finish()
    }
  }

  #finish(): ParserEvent {
    this.#bodyOctets = NOTHING
    if (this.#decoder === this.#chunkedDecoder) this.#trailers = this.#chunkedDecoder?.trailers
    this.#state = 'Done'
    return 'End'
  }

  #letGo(): void {
    if (mirrored === this.#piece) mirrored = undefined
    this.#piece = NOTHING
    this.#joined = undefined
    this.#position = 0
    this.#end = 0
  }

  // Octets of the message that were read so far, which is where the message was cut.
  #incomplete(expected: string): ProtocolError {
    const offset = this.#head === undefined ? this.heldBytes : this.#headBytes + this.#bodyBytes
    return new ProtocolError(
      REQUEST_FAULTS.ERR_INCOMPLETE_MESSAGE,
      expected,
      'the end of the octets',
      offset,
    )
  }

  // Joined octets move when they are shifted or grow, so what is handed out of them must be a copy.
  #view(start: number, end: number): Uint8Array {
    if (this.#joined !== undefined) return this.#piece.slice(start, end)
    if (start === 0 && end === this.#piece.length) return this.#piece
    // Not subarray: for a Buffer that asks for its species first, and half as much again is lost.
    return new Uint8Array(this.#piece.buffer, this.#piece.byteOffset + start, end - start)
  }

  // The index in the mirror of the piece's `position`; the mirror is filled from there unless it holds it already.
  #mirrorAt(position: number): number {
    if (
      mirrored !== this.#piece ||
      position < mirroredFrom ||
      position >= mirroredFrom + mirror.end
    ) {
      this.#fillMirror(position)
    }
    return position - mirroredFrom
  }

  #fillMirror(position: number): void {
    mirror.clear()
    mirror.append(this.#piece, position, Math.min(this.#end, position + MIRROR_BYTES))
    mirrored = this.#piece
    mirroredFrom = position
  }

  #join(octets: Uint8Array): void {
    let joined = this.#joined
    if (joined === undefined) {
      joined = new ReceiveBuffer(this.#limits.initialBufferBytes)
      joined.append(this.#piece, this.#position, this.#end)
      this.#joined = joined
      this.#position = 0
    } else if (this.#position > joined.end / 2) {
      joined.shift(this.#position)
      this.#position = 0
    }
    joined.append(octets)
    if (mirrored === this.#piece || mirrored === joined.octets) mirrored = undefined
    this.#piece = joined.octets
    this.#end = joined.end
  }
}

function tooEarly(property: string, event: ParserEvent): UsageError {
  return new UsageError('ERR_PARSER_STATE', `${property} can be read from '${event}' on`)
}
