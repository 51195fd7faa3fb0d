// The receiving side of a connection. Octets go to the parser as they come, and wait there; when more wait than may be read ahead
// and nobody asks for them, the stream is paused. Only then: a paused socket does not see the peer leave.
import type { ParserEvent, RequestLine, RequestParser } from '@rawhttp/request-parser'
import type { ByteStream } from './byte-stream.ts'
import type { ParserPool } from './parser-pool.ts'

/** Octets in, events out, with bounded look-ahead. */
export class Intake {
  readonly #stream: ByteStream
  readonly #parsers: ParserPool
  readonly #readAheadBytes: number
  // Only while a message is on its way.
  #parser: RequestParser | undefined
  #paused = false
  #ended = false
  // Whether the octets that are here lie in memory that is not ours.
  #borrowed = false

  constructor(stream: ByteStream, parsers: ParserPool, readAheadBytes: number) {
    this.#stream = stream
    this.#parsers = parsers
    this.#readAheadBytes = readAheadBytes
  }

  /** What the message in progress says; it must be one that has begun. */
  get parser(): RequestParser {
    return (this.#parser ??= this.#parsers.take())
  }

  /** As RequestParser. */
  get started(): boolean {
    return this.#parser?.started === true
  }

  /** As RequestParser. */
  get heldBytes(): number {
    return this.#parser?.heldBytes ?? 0
  }

  /** As RequestParser. */
  get requestLine(): RequestLine | undefined {
    return this.#parser?.requestLine
  }

  /** Whether as much waits as may be read ahead. */
  get full(): boolean {
    return this.heldBytes >= this.#readAheadBytes
  }

  /** Content, after 'Body', in memory that stays as it is. */
  get bodyOctets(): Uint8Array {
    const { bodyOctets } = this.parser
    return this.#borrowed ? Buffer.from(bodyOctets) : bodyOctets
  }

  /** As RequestParser. */
  push(octets: Uint8Array): void {
    this.parser.push(octets)
  }

  /** The octets that are pushed from here on lie in memory that is used again at `giveBack`. */
  borrow(): void {
    this.#borrowed = true
  }

  /** Copies what has not been read. */
  giveBack(): void {
    this.#borrowed = false
    this.#parser?.releaseMemory()
  }

  /** As RequestParser. */
  end(): void {
    this.#ended = true
    this.#parser?.end()
  }

  /** As RequestParser. Reads on from the stream when there is room again. @throws ProtocolError */
  next(): ParserEvent | null {
    const event = this.#parser === undefined ? null : this.#parser.next()
    if (this.#paused && (event === null || !this.full)) this.resume()
    return event
  }

  /** As RequestParser. */
  startNextMessage(): void {
    const { parser } = this
    parser.startNextMessage()
    if (this.#ended || parser.heldBytes > 0) return
    this.#parser = undefined
    this.#parsers.giveBack(parser)
  }

  /** Nothing more will be read: gives the parser to others, if it is fit for them. */
  finish(): void {
    const parser = this.#parser
    if (parser?.state !== 'Done') return
    parser.startNextMessage()
    this.#parser = undefined
    if (!this.#ended && parser.heldBytes === 0) this.#parsers.giveBack(parser)
  }

  /** As RequestParser, in memory that stays as it is. */
  takeRemaining(): Uint8Array {
    const octets = this.parser.takeRemaining()
    return this.#borrowed ? Buffer.from(octets) : octets
  }

  /** Reads no more, until octets are asked for or `resume`. */
  pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#stream.pause()
  }

  /** Reads on, whatever waits. */
  resume(): void {
    this.#paused = false
    this.#stream.resume()
  }
}
