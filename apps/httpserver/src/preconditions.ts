// Conditional requests (RFC 9110 §13): is what the client knows still so?
import type { Headers } from '@rawhttp/headers'
import { parseHttpDate } from './http-date.ts'
import { isStrong } from './validators.ts'
import type { Validators } from './validators.ts'

// entity-tag = [ "W/" ] DQUOTE *( %x21 / %x23-7E / obs-text ) DQUOTE      (RFC 9110 §8.8.3)
// It is no quoted string: a backslash escapes nothing. In a list there may be empty members (§5.6.1.2).
const LISTED_TAG = /[ \t,]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,|$)/y

/**
 * The status that the preconditions of a request call for, in the order of RFC 9110 §13.2.2.
 *
 * @param method GET or HEAD, for which a known state is 304; for any other it is 412
 * @param nowMs the time now, in milliseconds since 1970
 * @returns undefined: go on
 */
export function failedPrecondition(
  headers: Headers,
  method: string,
  validators: Validators,
  nowMs: number,
): 304 | 412 | undefined {
  const { etag, lastModifiedMs } = validators
  const ifMatch = headers.get('if-match')
  if (ifMatch !== undefined) {
    // §13.1.1: compared strongly, for which a weak tag is like none.
    const same = isStrong(etag) && listedTags(ifMatch).includes(etag)
    if (ifMatch !== '*' && !same) return 412
  } else {
    const unmodifiedSince = dateField(headers, 'if-unmodified-since', nowMs)
    if (unmodifiedSince !== undefined && lastModifiedMs > unmodifiedSince) return 412
  }
  const reading = method === 'GET' || method === 'HEAD'
  const ifNoneMatch = headers.get('if-none-match')
  if (ifNoneMatch !== undefined) {
    // §13.1.2: compared weakly.
    const own = withoutStrength(etag)
    const known = ifNoneMatch === '*' || listedTags(ifNoneMatch).map(withoutStrength).includes(own)
    if (!known) return undefined
    return reading ? 304 : 412
  }
  const modifiedSince = dateField(headers, 'if-modified-since', nowMs)
  const known = modifiedSince !== undefined && lastModifiedMs <= modifiedSince
  return known && reading ? 304 : undefined
}

/**
 * Whether a Range may be honoured: what If-Range names, if it is there, is just this state, and for certain (RFC 9110 §13.1.5).
 *
 * @param nowMs the time now, in milliseconds since 1970
 */
export function rangeApplies(headers: Headers, validators: Validators, nowMs: number): boolean {
  const ifRange = headers.get('if-range')
  if (ifRange === undefined) return true
  const { etag, lastModifiedMs } = validators
  if (ifRange === etag) return isStrong(etag)
  // §8.8.2.2: within its second the file could have changed again.
  return parseHttpDate(ifRange, nowMs) === lastModifiedMs && nowMs - lastModifiedMs >= 1000
}

// A list that breaks its grammar has no members from there on, and so the client is given the file, or refused a change to it.
function listedTags(list: string): readonly string[] {
  const tags: string[] = []
  LISTED_TAG.lastIndex = 0
  for (;;) {
    const tag = LISTED_TAG.exec(list)?.[1]
    if (tag === undefined) return tags
    tags.push(tag)
  }
}

function withoutStrength(tag: string): string {
  return isStrong(tag) ? tag : tag.slice('W/'.length)
}

// §13.1.3, §13.1.4: what is no date, or more than one, is ignored.
function dateField(headers: Headers, name: string, nowMs: number): number | undefined {
  const text = headers.get(name)
  return text === undefined ? undefined : parseHttpDate(text, nowMs)
}
