// Conditional requests (RFC 9110 §13): is what the client knows still so?
import { listMembers } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'

/** What tells one state of a representation from another (RFC 9110 §8.8). */
export interface Validators {
  /** A strong entity tag, in its quotes. */
  readonly etag: string
  /** Milliseconds since 1970, of whole seconds, as an HTTP date has them. */
  readonly lastModifiedMs: number
}

// HTTP-date = IMF-fixdate / rfc850-date / asctime-date      (RFC 9110 §5.6.7): the last two are obsolete and must be read.
const FIX_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/
const RFC850_DATE = /^[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/
const ASCTIME_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/

/**
 * The status that the preconditions of a request call for, in the order of RFC 9110 §13.2.2.
 *
 * @param method GET or HEAD, for which a known state is 304; for any other it is 412
 * @returns undefined: go on
 */
export function failedPrecondition(
  headers: Headers,
  method: string,
  validators: Validators,
): 304 | 412 | undefined {
  const ifMatch = headers.get('if-match')
  if (ifMatch !== undefined) {
    if (!namesTag(ifMatch, validators.etag, false)) return 412
  } else {
    const unmodifiedSince = httpDateMs(headers.get('if-unmodified-since'))
    if (unmodifiedSince !== undefined && validators.lastModifiedMs > unmodifiedSince) return 412
  }
  const reading = method === 'GET' || method === 'HEAD'
  const ifNoneMatch = headers.get('if-none-match')
  if (ifNoneMatch !== undefined) {
    if (!namesTag(ifNoneMatch, validators.etag, true)) return undefined
    return reading ? 304 : 412
  }
  const modifiedSince = httpDateMs(headers.get('if-modified-since'))
  const known = modifiedSince !== undefined && validators.lastModifiedMs <= modifiedSince
  return known && reading ? 304 : undefined
}

/** Whether a Range may be honoured: what If-Range names, if it is there, is just this state (RFC 9110 §13.1.5). */
export function rangeApplies(headers: Headers, validators: Validators): boolean {
  const ifRange = headers.get('if-range')
  if (ifRange === undefined) return true
  if (ifRange.startsWith('"') || ifRange.startsWith('W/')) return ifRange === validators.etag
  return httpDateMs(ifRange) === validators.lastModifiedMs
}

// Weakly compared, W/"a" and "a" are the same; strongly, a weak tag is like none (RFC 9110 §8.8.3.2).
function namesTag(list: string, etag: string, weakly: boolean): boolean {
  if (list === '*') return true
  return listMembers(list).some((tag) => tag === etag || (weakly && tag === `W/${etag}`))
}

function httpDateMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const zoned = ASCTIME_DATE.test(text) ? `${text} GMT` : text
  if (zoned === text && !FIX_DATE.test(text) && !RFC850_DATE.test(text)) return undefined
  const milliseconds = Date.parse(zoned)
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}
