// Sets of octets as 256-entry tables (1: in the set), each with its ABNF; and what memory they come in.
import { UsageError } from './errors.ts'

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

// The getter of %TypedArray%.prototype[@@toStringTag] looks at what the object is made of (ECMA-262 §23.2.3.38), so that it tells a
// Uint8Array of another realm - jsdom, an iframe, node:vm - and no object that only says that it is one. 2 ns more than instanceof.
// oxlint-disable-next-line no-unsafe-type-assertion -- every host has it
const { get: tagOf } = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
) as { get: (this: unknown) => unknown }

/** Whether `value` is a Uint8Array, a Buffer for one; its realm does not matter. */
export function isUint8Array(value: unknown): value is Uint8Array {
  return tagOf.call(value) === 'Uint8Array'
}

/** Whether octets have lost their memory: their ArrayBuffer was transferred, or shrunk until they no longer fit. */
export function isDetached(octets: Uint8Array): boolean {
  if (octets.length > 0) return false
  try {
    // Every method that reads looks for it first (ECMA-262 §23.2.4.4).
    octets.at(0)
    return false
  } catch {
    return true
  }
}

/** @throws UsageError ERR_OCTETS for what is no Uint8Array, or one that is detached */
export function checkOctets(octets: unknown): asserts octets is Uint8Array {
  if (!isUint8Array(octets)) throw wrongOctets(`a value of type ${typeof octets}`)
  if (isDetached(octets)) throw wrongOctets('one whose memory was transferred')
}

function wrongOctets(received: string): UsageError {
  return new UsageError('ERR_OCTETS', `Octets: expected a Uint8Array, got ${received}`)
}
