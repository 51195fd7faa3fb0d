// RFC 9112 §6.3 says in eight rules how long a message body is. Rules 1, 2 and 8 concern responses only, rule 7 requests only.
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

/** How the end of a response's body is found; `close-delimited`: it is the end of the connection. */
export type ResponseBodyFraming = BodyFraming | { readonly kind: 'close-delimited' }

/** There is no body: always this one object. */
export const NO_BODY: BodyFraming = { kind: 'none' }
const CHUNKED: BodyFraming = { kind: 'chunked' }
// transfer-coding = token *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) )      (RFC 9112 §7)
const CODING =
  /^[!#$%&'*+\-.^_`|~\da-z]+(?:[ \t]*;[ \t]*[!#$%&'*+\-.^_`|~\da-z]+[ \t]*=[ \t]*(?:[!#$%&'*+\-.^_`|~\da-z]+|"(?:[^"\\]|\\.)*"))*$/
const CLOSE_DELIMITED: ResponseBodyFraming = { kind: 'close-delimited' }

/**
 * The length of a request's message body.
 *
 * @throws ProtocolError ERR_FRAMING_CONFLICT, ERR_TRANSFER_ENCODING, ERR_TRANSFER_CODING_UNKNOWN (501), ERR_CONTENT_LENGTH
 */
export function requestBodyFraming(headers: Headers, httpVersion: HttpVersion): BodyFraming {
  const transferEncoding = headers.get('transfer-encoding')
  const contentLength = headers.get('content-length')
  if (transferEncoding !== undefined) {
    checkTransferEncoding(headers, contentLength, httpVersion) // rule 3
    if (isChunkedLast(headers, transferEncoding)) return CHUNKED // rule 4
    throw codingFault(
      headers,
      transferEncoding,
      'ERR_TRANSFER_ENCODING',
      'chunked, once, as the last',
    )
  }
  if (contentLength === undefined) return NO_BODY // rule 7
  return lengthFraming(headers, contentLength) // rules 5 and 6
}

/**
 * The length of a response's message body.
 *
 * Rule 4 leaves a body whose codings do not end with chunked to the end of the connection; its content is then still coded, as
 * Transfer-Encoding says.
 *
 * @param requestMethod method of the request that it answers: the octets alone do not say
 * @throws ProtocolError as `requestBodyFraming`
 */
export function responseBodyFraming(
  headers: Headers,
  httpVersion: HttpVersion,
  statusCode: number,
  requestMethod: string,
): ResponseBodyFraming {
  // Rule 1: whatever the fields say, which tell of the response that GET would have had.
  if (requestMethod === 'HEAD') return NO_BODY
  if (statusCode < 200 || statusCode === 204 || statusCode === 304) return NO_BODY
  // Rule 2: behind the header section there is a tunnel.
  if (requestMethod === 'CONNECT' && statusCode < 300) return NO_BODY
  const transferEncoding = headers.get('transfer-encoding')
  const contentLength = headers.get('content-length')
  if (transferEncoding !== undefined) {
    checkTransferEncoding(headers, contentLength, httpVersion) // rule 3
    return isChunkedLast(headers, transferEncoding) ? CHUNKED : CLOSE_DELIMITED // rule 4
  }
  if (contentLength === undefined) return CLOSE_DELIMITED // rule 8
  return lengthFraming(headers, contentLength) // rules 5 and 6
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

// Rule 3: with both present two readers could disagree, so nobody reads. §6.1: a 1.0 sender of Transfer-Encoding cannot have meant
// it.
function checkTransferEncoding(
  headers: Headers,
  contentLength: string | undefined,
  httpVersion: HttpVersion,
): void {
  if (contentLength !== undefined) {
    const offset = headers.offsetOf('content-length')
    throw violation('ERR_FRAMING_CONFLICT', 'Transfer-Encoding or Content-Length', 'both', offset)
  }
  if (httpVersion === '1.0') {
    const offset = headers.offsetOf('transfer-encoding')
    throw violation('ERR_TRANSFER_ENCODING', 'no such field in HTTP/1.0', 'one', offset)
  }
}

// Rule 4: whether chunked is the final coding. It may not be applied twice (§6.1), and there is no other that we decode.
function isChunkedLast(headers: Headers, value: string): boolean {
  if (value === 'chunked') return true
  const codings = listMembers(value).map((coding) => coding.toLowerCase())
  if (codings.pop() !== 'chunked') return false
  if (codings.includes('chunked')) {
    throw codingFault(headers, value, 'ERR_TRANSFER_ENCODING', 'chunked, once, as the last')
  }
  if (codings.length > 0) {
    // What is not written as a coding is none, known or not.
    const written = codings.every((coding) => CODING.test(coding))
    const code = written ? 'ERR_TRANSFER_CODING_UNKNOWN' : 'ERR_TRANSFER_ENCODING'
    throw codingFault(headers, value, code, written ? 'no coding but chunked' : 'chunked alone')
  }
  // Empty members are legal (RFC 9110 §5.6.1), no sender has a use for them, and not every reader sees them alike.
  if (value.length !== 'chunked'.length) {
    throw codingFault(headers, value, 'ERR_TRANSFER_ENCODING', 'chunked alone')
  }
  return true
}

function codingFault(
  headers: Headers,
  value: string,
  code: 'ERR_TRANSFER_ENCODING' | 'ERR_TRANSFER_CODING_UNKNOWN',
  expected: string,
): ProtocolError {
  return violation(code, expected, describeText(value), headers.offsetOf('transfer-encoding'))
}

function lengthFraming(headers: Headers, contentLength: string): BodyFraming {
  const length = parseContentLength(contentLength)
  if (length !== undefined) return { kind: 'length', length }
  throw violation(
    'ERR_CONTENT_LENGTH',
    `one decimal number up to ${Number.MAX_SAFE_INTEGER}`,
    describeText(contentLength),
    headers.offsetOf('content-length'),
  )
}

function violation(
  code: FramingFaultCode,
  expected: string,
  received: string,
  offset: number,
): ProtocolError {
  return new ProtocolError(FRAMING_FAULTS[code], expected, received, offset)
}
