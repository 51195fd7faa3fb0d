// Sets of octets as 256-entry tables (1: in the set), each with its ABNF.

/** tchar (RFC 9110 §5.6.2): `! # $ % & ' * + - . ^ _ \` | ~`, DIGIT, ALPHA. */
export const TCHAR: Uint8Array = octetTable("!#$%&'*+-.^_`|~", ['0', '9'], ['A', 'Z'], ['a', 'z'])

/** What a field value is made of (RFC 9110 §5.5): VCHAR, obs-text, SP, HTAB. */
export const FIELD_VALUE: Uint8Array = octetTable('\t', [' ', '~'], ['\x80', '\xff'])

/** A table of 256 entries that holds 1 for every octet named, alone or by a range with both ends included. */
export function octetTable(
  single: string,
  ...ranges: readonly (readonly [first: string, last: string])[]
): Uint8Array {
  const table = new Uint8Array(256)
  for (let i = 0; i < single.length; i++) table[single.charCodeAt(i)] = 1
  for (const [first, last] of ranges) table.fill(1, first.charCodeAt(0), last.charCodeAt(0) + 1)
  return table
}
