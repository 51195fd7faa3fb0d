import { UsageError } from '@rawhttp/headers'
import type { BodyDecoder } from './body-decoder.ts'

/** Reads a body whose length is known beforehand (RFC 9112 §6.2). Use it again for the next body with `begin`. */
export class LengthDecoder implements BodyDecoder {
  contentStart = 0
  contentEnd = 0
  #remaining = 0

  /** Gets ready for a body of `length` octets. @throws UsageError ERR_OPTION when that is no whole number of at least 0 */
  begin(length: number): void {
    if (!(Number.isSafeInteger(length) && length >= 0)) {
      throw new UsageError('ERR_OPTION', `length: expected a whole number, got ${length}`)
    }
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
