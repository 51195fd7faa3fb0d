// request-line = method SP request-target SP HTTP-version CRLF      (RFC 9112 §3)
import { describeText, isToken } from '@rawhttp/headers'
import { describeValue, misuse, targetFault } from '@rawhttp/message-framing'

// What a request parser lets pass: characters of a URI, and those that browsers send raw. Nothing that ends a line or a word; and "\",
// which some take for "/", in the query only.
const TARGET = /^[!$-;=@-[\]-~]+(?:\?[!$-;=?-~]*)?$/

// RFC 9110 §9.1: methods are case-sensitive, and none is registered that has lower-case letters: `get` is a mistake, not GET.
const LOWER_CASE = /[a-z]/

/**
 * The request line. The version is always HTTP/1.1 (RFC 9110 §2.5).
 *
 * @throws UsageError ERR_METHOD, ERR_REQUEST_TARGET
 */
export function requestLine(method: string, requestTarget: string): string {
  if (typeof method !== 'string' || !isToken(method) || LOWER_CASE.test(method)) {
    const expected = 'a token without lower-case letters'
    throw misuse('ERR_METHOD', 'Method', expected, describeValue(method))
  }
  if (typeof requestTarget !== 'string' || !TARGET.test(requestTarget)) {
    const expected = 'characters of a URI'
    throw misuse('ERR_REQUEST_TARGET', 'Request target', expected, describeValue(requestTarget))
  }
  const expected = targetFault(method, requestTarget)
  if (expected !== undefined) {
    throw misuse('ERR_REQUEST_TARGET', 'Request target', expected, describeText(requestTarget))
  }
  return `${method} ${requestTarget} HTTP/1.1\r\n`
}
