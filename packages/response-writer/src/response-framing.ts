// RFC 9112 §6.3 says in eight rules how long a message body is. For a response: rules 1 and 2 (there is none), 4 (chunked),
// 6 (Content-Length) and 8 (it ends with the connection).
import { misuse, NO_LENGTH } from '@rawhttp/message-framing'
import type { HttpVersion } from '@rawhttp/message-framing'

/** How the end of the response's body is found. */
export type ResponseFraming = 'none' | 'length' | 'chunked' | 'close-delimited'

/**
 * What the status code and the request's method say about content, before any field does.
 *
 * - `Any`: it may have content
 * - `Empty`: it has framing and no content: 205 (RFC 9110 §15.3.6)
 * - `Described`: it has none, its framing fields tell of the response that was left out: 304 (RFC 9110 §15.4.5)
 * - `Unframed`: it ends with its header section and must not have framing fields: 204 (RFC 9110 §8.6, RFC 9112 §6.1)
 * - `Transitional`: as Unframed, and more comes that this response does not frame: 1xx, and 2xx to CONNECT, behind which there is
 *   a tunnel (RFC 9110 §9.3.6)
 */
export type ContentRule = 'Any' | 'Empty' | 'Described' | 'Unframed' | 'Transitional'

/** Which rule is the response's. HEAD changes nothing here: its response has the framing fields that GET would have. */
export function contentRule(requestMethod: string, statusCode: number): ContentRule {
  if (statusCode < 200 || (statusCode < 300 && requestMethod === 'CONNECT')) return 'Transitional'
  if (statusCode === 204) return 'Unframed'
  if (statusCode === 205) return 'Empty'
  return statusCode === 304 ? 'Described' : 'Any'
}

/**
 * The framing that follows from the fields.
 *
 * @param contentLength value of Content-Length, or NO_LENGTH
 * @param chunked whether `Transfer-Encoding: chunked` was given; both were refused before
 * @throws UsageError ERR_BODY_FORBIDDEN when they promise content where there must be none
 */
export function responseFraming(
  rule: ContentRule,
  httpVersion: HttpVersion,
  contentLength: number,
  chunked: boolean,
): ResponseFraming {
  if (rule === 'Described') return 'none'
  if (rule !== 'Any') {
    // A length of zero says nothing wrong, so getDefaultHeaders(0) fits every response.
    if (chunked || contentLength > 0) {
      const received = chunked ? 'Transfer-Encoding' : `Content-Length: ${contentLength}`
      throw misuse('ERR_BODY_FORBIDDEN', 'Header section', 'no content with this status', received)
    }
    return 'none'
  }
  if (contentLength !== NO_LENGTH) return 'length' // rule 6
  // Without a length, chunked is the framing whose end can be told from a cut (§8). A 1.0 client cannot read it (§6.1): rule 8.
  return httpVersion === '1.1' ? 'chunked' : 'close-delimited'
}
