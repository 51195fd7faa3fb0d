// The receiving side of a connection. Octets go to the parser as they come, and wait there; when more wait than may be read ahead
// and nobody asks for them, the stream is paused. Only then: a paused socket does not see the peer leave.
import { Socket } from 'node:net'
import type { ParserEvent, RequestLine, RequestParser } from '@rawhttp/request-parser'
import type { ByteStream } from './byte-stream.ts'
import type { ParserPool } from './parser-pool.ts'

/** Octets in, events out, with bounded look-ahead. */
export class Intake {
  readonly #stream: ByteStream
  // A socket gives octets in new memory each time. What others give may be memory of the one who wrote it.
  readonly #ours: boolean
  readonly #parsers: ParserPool
  readonly #readAheadBytes: number
  // Only while a message is on its way.
  #parser: RequestParser | undefined
  #paused = false
  #ended = false
  // The memory of which octets were pushed and that is used again at `giveBack`.
  #borrowed: ArrayBufferLike | undefined

  constructor(stream: ByteStream, parsers: ParserPool, readAheadBytes: number) {
    this.#stream = stream
    this.#ours = stream instanceof Socket
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

  /** As RequestParser. */
  get knownMethod(): string | undefined {
    return this.#parser?.knownMethod
  }

  /** Whether as much waits as may be read ahead. */
  get full(): boolean {
    return this.heldBytes >= this.#readAheadBytes
  }

  /** As RequestParser. */
  push(octets: Uint8Array): void {
    this.parser.push(octets)
  }

  /** As `push`, for octets in memory that is used again at `giveBack`. */
  pushBorrowed(octets: Uint8Array): void {
    this.#borrowed = octets.buffer
    this.push(octets)
  }

  /** Copies what has not been read. */
  giveBack(): void {
    this.#borrowed = undefined
    this.#parser?.releaseMemory()
  }

  /**
   * Octets that the parser has found, for others to keep, change or transfer: in memory in which nothing else lies. Only what fills
   * memory that came from a socket has that already. Never from the pool of Buffer, which cannot be transferred.
   */
  owned(octets: Uint8Array): Uint8Array {
    const { buffer, length } = octets
    const alone = this.#ours && length > 0 && length === buffer.byteLength
    return alone && buffer !== this.#borrowed ? octets : new Uint8Array(octets)
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

  /** As RequestParser, in memory of the caller's own. */
  takeRemaining(): Uint8Array {
    return this.owned(this.parser.takeRemaining())
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
