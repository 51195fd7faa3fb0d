// Memory for octets on their way from a file to a client. A read of 512 KiB costs little more than one of 16 KiB, but a client that
// stops reading keeps what was read for it. So whoever reads takes at most a fixed share of what is left: a few get large buffers,
// and the more is held, by slow clients or by an attack, the smaller are those that others get, down to a size that anybody gets.

const BUDGET_BYTES = 64 * 1024 * 1024
const SHARES = 64
const LARGEST_BYTES = 512 * 1024
// The least that is taken at a time.
const SMALLEST_BYTES = 16 * 1024
// Of each size. Sixteen downloads at a time need no new memory, which the system would have to clear: 1 MiB of a file takes a third
// less time. What a crowd has left behind beyond that is given back.
const MAX_FREE = 32

/** Buffers that are used again. Their sizes are powers of two. */
export class ReadBuffers {
  readonly #budgetBytes: number
  readonly #free = new Map<number, Buffer[]>()
  #heldBytes = 0

  /** @param budgetBytes what all that are taken hold together, but for the smallest ones. Default 64 MiB. */
  constructor(budgetBytes: number = BUDGET_BYTES) {
    this.#budgetBytes = budgetBytes
  }

  /** Octets of all buffers that are taken. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Whether so much is held that nobody should have two. */
  get scarce(): boolean {
    return this.#share() < SMALLEST_BYTES
  }

  /** A buffer of up to 512 KiB; not much larger than `wantedBytes`. What is in it is left from before. */
  take(wantedBytes: number): Buffer {
    const bound = Math.min(LARGEST_BYTES, this.#share())
    let size = SMALLEST_BYTES
    while (size < wantedBytes && size * 2 <= bound) size *= 2
    this.#heldBytes += size
    return this.#free.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size)
  }

  /** Gives a buffer back that nobody reads or writes any more. */
  give(buffer: Buffer): void {
    this.drop(buffer)
    const free = this.#free.get(buffer.length)
    if (free === undefined) this.#free.set(buffer.length, [buffer])
    else if (free.length < MAX_FREE) free.push(buffer)
  }

  /** Gives a buffer up that somebody may still read or write. */
  drop(buffer: Buffer): void {
    this.#heldBytes -= buffer.length
  }

  #share(): number {
    return (this.#budgetBytes - this.#heldBytes) / SHARES
  }
}
