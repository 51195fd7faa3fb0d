// RFC 9112 §6.3 says in eight rules how long a message body is. Rules 1, 2 and 8 concern responses only.
import { describeText, listMembers, ProtocolError } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import { FRAMING_FAULTS } from './faults.ts'
import type { FramingFaultCode } from './faults.ts'

/** A version as messages are read by: a minor version above 1 is 1.1 (RFC 9110 §2.5). */
export type HttpVersion = '1.0' | '1.1'

/** How the end of a message body is found. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }

const NO_BODY: BodyFraming = { kind: 'none' }
const CHUNKED: BodyFraming = { kind: 'chunked' }

/**
 * The length of a request's message body.
 *
 * @throws ProtocolError ERR_FRAMING_CONFLICT, ERR_TRANSFER_ENCODING, ERR_TRANSFER_CODING_UNKNOWN (501), ERR_CONTENT_LENGTH
 */
export function requestBodyFraming(headers: Headers, httpVersion: HttpVersion): BodyFraming {
  const transferEncoding = headers.get('transfer-encoding')
  const contentLength = headers.get('content-length')
  if (transferEncoding !== undefined) {
    // Rule 3: with both present two readers could disagree, so nobody reads.
    if (contentLength !== undefined) {
      throw violation(
        'ERR_FRAMING_CONFLICT',
        'Transfer-Encoding or Content-Length',
        'both',
        headers.offsetOf('content-length'),
      )
    }
    const offset = headers.offsetOf('transfer-encoding')
    // §6.1: a 1.0 sender cannot have meant it.
    if (httpVersion === '1.0') {
      throw violation('ERR_TRANSFER_ENCODING', 'no such field in HTTP/1.0', 'one', offset)
    }
    return transferCodingFraming(transferEncoding, offset) // rule 4
  }
  if (contentLength === undefined) return NO_BODY // rule 7
  const length = parseContentLength(contentLength) // rules 5 and 6
  if (length === undefined) {
    throw violation(
      'ERR_CONTENT_LENGTH',
      `one decimal number up to ${Number.MAX_SAFE_INTEGER}`,
      describeText(contentLength),
      headers.offsetOf('content-length'),
    )
  }
  return { kind: 'length', length }
}

/**
 * The number that a Content-Length value stands for (RFC 9110 §8.6: 1*DIGIT), or undefined when it is none, a list of them, or
 * above 2^53-1: beyond that two numbers could be taken for one.
 */
export function parseContentLength(value: string): number | undefined {
  if (value === '') return undefined
  let length = 0
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return undefined
    length = length * 10 + digit
    if (length > Number.MAX_SAFE_INTEGER) return undefined
  }
  return length
}

// Rule 4: chunked must be the final coding. It may not be applied twice (§6.1), and there is no other that we decode.
function transferCodingFraming(value: string, offset: number): BodyFraming {
  if (value === 'chunked') return CHUNKED
  const codings = listMembers(value).map((coding) => coding.toLowerCase())
  if (codings.pop() !== 'chunked' || codings.includes('chunked')) {
    throw violation(
      'ERR_TRANSFER_ENCODING',
      'chunked, once, as the last',
      describeText(value),
      offset,
    )
  }
  if (codings.length > 0) {
    throw violation(
      'ERR_TRANSFER_CODING_UNKNOWN',
      'no coding but chunked',
      describeText(value),
      offset,
    )
  }
  // Empty members are legal (RFC 9110 §5.6.1), no sender has a use for them, and not every reader sees them alike.
  if (value.length !== 'chunked'.length) {
    throw violation('ERR_TRANSFER_ENCODING', 'chunked alone', describeText(value), offset)
  }
  return CHUNKED
}

function violation(
  code: FramingFaultCode,
  expected: string,
  received: string,
  offset: number,
): ProtocolError {
  return new ProtocolError(FRAMING_FAULTS[code], expected, received, offset)
}
