// The types say all this, but callers in JavaScript do not read them. What has another `length`, or no field lines to loop over,
// would go out as a body of a wrong length, or lose its fields without a word.
import { describeText, Headers, isDetached, isUint8Array } from '@rawhttp/headers'
import { misuse } from './misuse.ts'

/**
 * A body that is not text, as it is.
 *
 * @throws UsageError ERR_BODY_TYPE
 */
export function checkedOctets(body: Uint8Array): Uint8Array {
  if (!isUint8Array(body)) {
    throw misuse('ERR_BODY_TYPE', 'Body', 'a string or a Uint8Array', describeKind(body))
  }
  if (isDetached(body)) {
    throw misuse('ERR_BODY_TYPE', 'Body', 'octets', 'a Uint8Array whose memory was transferred')
  }
  return body
}

/**
 * The fields as they are.
 *
 * @throws UsageError ERR_HEADERS_TYPE
 */
export function checkedHeaders(headers: Headers): Headers {
  if (!(headers instanceof Headers)) {
    const expected = 'Headers of @rawhttp/headers'
    throw misuse('ERR_HEADERS_TYPE', 'Headers', expected, describeKind(headers))
  }
  return headers
}

/** A value of the caller, of any type, as it is safe to log. */
export function describeValue(value: unknown): string {
  return typeof value === 'string' ? describeText(value) : describeKind(value)
}

// A number says most by itself; of others the kind does.
function describeKind(value: unknown): string {
  return typeof value === 'number' ? String(value) : Object.prototype.toString.call(value)
}
