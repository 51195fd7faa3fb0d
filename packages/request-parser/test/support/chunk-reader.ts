import type { ChunkReader } from '../../src/index.ts'

/** A source that gives at most `octetsPerRead` octets a read, however many there are. */
export class SteppedReader implements ChunkReader {
  readonly #octets: Uint8Array
  readonly #octetsPerRead: number
  #position = 0

  constructor(octets: Uint8Array, octetsPerRead: number) {
    this.#octets = octets
    this.#octetsPerRead = octetsPerRead
  }

  /** Octets that nobody has asked for. */
  get unread(): number {
    return this.#octets.length - this.#position
  }

  read(): Promise<Uint8Array | null> {
    if (this.unread === 0) return Promise.resolve(null)
    const start = this.#position
    this.#position = Math.min(this.#octets.length, start + this.#octetsPerRead)
    return Promise.resolve(this.#octets.slice(start, this.#position))
  }
}
