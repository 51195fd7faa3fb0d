import { describeText, UsageError } from './errors.ts'
import { KNOWN_NAMES, KNOWN_SPELLINGS } from './known-names.ts'

// token = 1*tchar                                   (RFC 9110 §5.6.2)
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// field-value = *field-content, which begins and ends with a field-vchar = VCHAR / obs-text   (RFC 9110 §5.5)
const VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/

/** Whether `text` is a token (RFC 9110 §5.6.2), as a method or a field name must be. */
export function isToken(text: string): boolean {
  // A pattern asks anything for its text, and an object may give another one later.
  return KNOWN_SPELLINGS.has(text) || (typeof text === 'string' && TOKEN.test(text))
}

/** Whether `text` may stand as a field value (RFC 9110 §5.5): no control character but HTAB, no white space at its ends. */
export function isFieldValue(text: string): boolean {
  return typeof text === 'string' && VALUE.test(text)
}

// U+212A is the one character outside ASCII whose lower case is inside: "k".
const KELVIN_SIGN = '\u212a'

/** A token in lower case. Text that is no token never becomes one, so that a look-up with it finds nothing. */
export function lowerCaseToken(text: string): string {
  const known = KNOWN_SPELLINGS.get(text)
  if (known !== undefined) return KNOWN_NAMES[known]
  const lower = text.toLowerCase()
  return lower !== text && text.includes(KELVIN_SIGN) ? text : lower
}

/**
 * Refuses what would not be a field line. The types say string, but plain JavaScript may come with a number, which is better
 * refused here than found on the wire.
 *
 * @returns the name in lower case
 * @throws UsageError ERR_FIELD_NAME, ERR_FIELD_VALUE
 */
export function checkField(name: unknown, value: unknown): string {
  if (typeof name !== 'string') throw wrongName(name)
  const known = KNOWN_SPELLINGS.get(name)
  if (known === undefined && !TOKEN.test(name)) throw wrongName(name)
  if (typeof value !== 'string' || !isFieldValue(value)) {
    throw new UsageError(
      'ERR_FIELD_VALUE',
      `Value of ${name.slice(0, 32)}: expected text without line breaks, control characters, characters above 0xFF, or white space at its ends (RFC 9110 §5.5), got ${describe(value)}`,
    )
  }
  return known === undefined ? name.toLowerCase() : KNOWN_NAMES[known]
}

function wrongName(name: unknown): UsageError {
  return new UsageError(
    'ERR_FIELD_NAME',
    `Field name: expected a token (RFC 9110 §5.6.2), got ${describe(name)}`,
  )
}

function describe(given: unknown): string {
  return typeof given === 'string' ? describeText(given) : `a value of type ${typeof given}`
}
