import type { BodyDecoder } from './body-decoder.ts'

/** Reads a body whose length is known beforehand (RFC 9112 §6.2). Use it again for the next body with `begin`. */
export class LengthDecoder implements BodyDecoder {
  contentStart = 0
  contentEnd = 0
  #remaining = 0

  /** Gets ready for a body of `length` octets. */
  begin(length: number): void {
    this.#remaining = length
  }

  get complete(): boolean {
    return this.#remaining === 0
  }

  decode(_octets: Uint8Array, start: number, end: number): number {
    const count = Math.min(this.#remaining, end - start)
    this.#remaining -= count
    this.contentStart = start
    this.contentEnd = start + count
    return start + count
  }
}
