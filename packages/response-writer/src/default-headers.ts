import { Headers } from '@rawhttp/headers'
import { describeValue, misuse } from '@rawhttp/message-framing'

/**
 * The fields of a plain response on a connection that ends with it: Content-Length, Connection: close and Content-Type, in this
 * order. Delete `Connection` to keep the connection.
 *
 * @param contentLength octets of the body
 * @param contentType media type (default `text/plain`)
 * @throws UsageError ERR_CONTENT_LENGTH when the length is no whole number of at least 0; ERR_FIELD_VALUE when the media type
 *   cannot be a field value
 */
export function getDefaultHeaders(contentLength: number, contentType = 'text/plain'): Headers {
  if (!Number.isSafeInteger(contentLength) || contentLength < 0) {
    const expected = 'a whole number of at least 0'
    throw misuse('ERR_CONTENT_LENGTH', 'Content-Length', expected, describeValue(contentLength))
  }
  return new Headers()
    .set('Content-Length', String(contentLength))
    .set('Connection', 'close')
    .set('Content-Type', contentType)
}
