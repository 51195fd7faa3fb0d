// A body that is given as a string leaves as UTF-8. These are the only lines of the package that look at their host: every one has
// a TextEncoder, and none is in the types of the language.
import { latin1Slice } from '@rawhttp/headers'
import { MAX_JOINED_BYTES } from './byte-sink.ts'

interface Encoder {
  encode(text: string): Uint8Array
  encodeInto(text: string, into: Uint8Array): { written: number }
}
declare const TextEncoder: new () => Encoder
const encoder = new TextEncoder()

// A UTF-16 code unit takes at most three octets. Filled, read and left within one call, so it can serve all.
const scratch = new Uint8Array(3 * MAX_JOINED_BYTES)

/**
 * The UTF-8 octets of a text: a short one as a string with one octet a character, ready to be joined to a head, a longer one as
 * octets. Either way `length` is the number of octets.
 */
export function utf8Content(text: string): string | Uint8Array {
  if (text.length > MAX_JOINED_BYTES) return encoder.encode(text)
  // 38 ns for 13 characters and 103 for 2,048, against 23 and 2,801 for a loop that looks for one beyond ASCII.
  const { written } = encoder.encodeInto(text, scratch)
  return written === text.length ? text : latin1Slice(scratch, 0, written)
}
