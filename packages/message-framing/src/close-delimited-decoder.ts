import { ProtocolError } from '@rawhttp/headers'
import { describeValue } from './argument-checks.ts'
import type { BodyDecoder } from './body-decoder.ts'
import { FRAMING_FAULTS } from './faults.ts'
import { misuse } from './misuse.ts'

/** Reads a body that ends with the connection (RFC 9112 §6.3 rule 8): whoever sees that end knows it is complete. */
export class CloseDelimitedDecoder implements BodyDecoder {
  contentStart = 0
  contentEnd = 0
  readonly complete = false
  readonly #maxBodyBytes: number
  #contentBytes = 0
  #bodyStart = 0

  /**
   * @param maxBodyBytes bound of the content, in octets
   * @throws UsageError ERR_OPTION when it is no number of at least 0: it would be no bound
   */
  constructor(maxBodyBytes: number) {
    if (!(typeof maxBodyBytes === 'number' && maxBodyBytes >= 0)) {
      const received = describeValue(maxBodyBytes)
      throw misuse('ERR_OPTION', 'maxBodyBytes', 'a number of at least 0', received)
    }
    this.#maxBodyBytes = maxBodyBytes
  }

  /** Gets ready for a body whose first octet is the message's octet `offset` (default 0; it only appears in errors). */
  begin(offset = 0): void {
    this.#contentBytes = 0
    this.#bodyStart = offset
  }

  decode(_octets: Uint8Array, start: number, end: number): number {
    const count = Math.min(this.#maxBodyBytes - this.#contentBytes, end - start)
    if (count === 0 && start < end) {
      throw new ProtocolError(
        FRAMING_FAULTS.ERR_BODY_TOO_LARGE,
        `at most ${this.#maxBodyBytes} octets`,
        'more',
        this.#bodyStart + this.#contentBytes,
      )
    }
    this.#contentBytes += count
    this.contentStart = start
    this.contentEnd = start + count
    return start + count
  }
}
