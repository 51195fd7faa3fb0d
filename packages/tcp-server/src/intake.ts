// The receiving side of a connection. Octets go to the parser as they come, and wait there; when more wait than may be read ahead
// and nobody asks for them, the stream is paused. Only then: a paused socket does not see the peer leave.
import { RequestParser } from '@rawhttp/request-parser'
import type { ParserEvent, ParserLimits } from '@rawhttp/request-parser'
import type { ByteStream } from './byte-stream.ts'

/** Octets in, events out, with bounded look-ahead. */
export class Intake {
  readonly parser: RequestParser
  readonly #stream: ByteStream
  readonly #readAheadBytes: number
  #paused = false
  // Whether the octets that are here lie in memory that is not ours.
  #borrowed = false

  constructor(
    stream: ByteStream,
    limits: Partial<ParserLimits> | undefined,
    readAheadBytes: number,
  ) {
    this.parser = new RequestParser(limits)
    this.#stream = stream
    this.#readAheadBytes = readAheadBytes
  }

  /** As RequestParser. Reads on from the stream when there is room again. @throws ProtocolError */
  next(): ParserEvent | null {
    const event = this.parser.next()
    if (this.#paused && (event === null || this.parser.heldBytes < this.#readAheadBytes)) {
      this.resume()
    }
    return event
  }

  /** Content, after 'Body', in memory that stays as it is. */
  get bodyOctets(): Uint8Array {
    const { bodyOctets } = this.parser
    return this.#borrowed ? Buffer.from(bodyOctets) : bodyOctets
  }

  /** As RequestParser, in memory that stays as it is. */
  takeRemaining(): Uint8Array {
    const octets = this.parser.takeRemaining()
    return this.#borrowed ? Buffer.from(octets) : octets
  }

  /** The octets that are pushed from here on lie in memory that is used again at `giveBack`. */
  borrow(): void {
    this.#borrowed = true
  }

  /** Copies what has not been read. */
  giveBack(): void {
    this.#borrowed = false
    this.parser.releaseMemory()
  }

  /** Whether as much waits as may be read ahead. */
  get full(): boolean {
    return this.parser.heldBytes >= this.#readAheadBytes
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
