// What a writer demands of the framing fields that it is given. Of a reader's rules for them (body-framing.ts) only the plain cases
// are left: who sends can always be clear.
import { describeText } from '@rawhttp/headers'
import { parseContentLength } from './body-framing.ts'
import { misuse } from './misuse.ts'

/** There is no Content-Length. */
export const NO_LENGTH = -1

/**
 * The number that a Content-Length to be sent says.
 *
 * @param previous what one before it said, or NO_LENGTH
 * @throws UsageError ERR_CONTENT_LENGTH: one line with one number, or two readers find two ends (RFC 9110 §8.6)
 */
export function contentLengthToSend(value: string, previous: number): number {
  const length = previous === NO_LENGTH ? parseContentLength(value) : undefined
  if (length !== undefined) return length
  const received = previous === NO_LENGTH ? describeText(value) : 'a second one'
  throw misuse('ERR_CONTENT_LENGTH', 'Content-Length', 'one decimal number', received)
}

/**
 * Checks a Transfer-Encoding to be sent. Chunked is the one coding that writers apply; with another one the octets would not be
 * what the field says.
 *
 * @param previous whether there was one before it
 * @throws UsageError ERR_TRANSFER_ENCODING
 */
export function checkCodingToSend(value: string, previous: boolean): void {
  if (!previous && value.toLowerCase() === 'chunked') return
  const received = previous ? 'a second one' : describeText(value)
  throw misuse('ERR_TRANSFER_ENCODING', 'Transfer-Encoding', 'chunked alone', received)
}

/** @throws UsageError ERR_FRAMING_CONFLICT when both frame the body (RFC 9112 §6.3 rule 3) */
export function checkOneFraming(contentLength: number, chunked: boolean): void {
  if (!chunked || contentLength === NO_LENGTH) return
  const expected = 'Content-Length or Transfer-Encoding'
  throw misuse('ERR_FRAMING_CONFLICT', 'Header section', expected, 'both')
}
