import { createHash, hash } from 'node:crypto'
import type { Hash } from 'node:crypto'

/** The SHA-256 of a content that comes in pieces, and its length. */
export class ContentDigest {
  /** Octets so far. */
  length = 0
  readonly #expectedBytes: number | undefined
  #hash: Hash | undefined
  // Of a content that came in one piece.
  #whole: string | undefined

  /** @param expectedBytes how long the content will be, where that is known: if it comes in one piece, half the cost is saved */
  constructor(expectedBytes: number | undefined) {
    this.#expectedBytes = expectedBytes
  }

  update(octets: Uint8Array): void {
    const first = this.length === 0
    this.length += octets.length
    if (first && octets.length === this.#expectedBytes) {
      this.#whole = hash('sha256', octets, 'hex')
    } else {
      this.#hash ??= createHash('sha256')
      this.#hash.update(octets)
    }
  }

  /** In hexadecimal; nothing can be added behind it. */
  digest(): string {
    return this.#whole ?? this.#hash?.digest('hex') ?? hash('sha256', '', 'hex')
  }
}
