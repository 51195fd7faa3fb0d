// Octets to string and back, one octet a character (ISO-8859-1), the only lines of the pure packages that look at their host.
// Node, Bun and Deno have a Buffer whose methods work on any Uint8Array: 60-90 ns for 12-40 octets against 150-680 for the loop.
// TextDecoder('latin1') is no choice: by the Encoding Standard it is windows-1252 and maps 0x80-0x9F elsewhere.

type Slice = (this: Uint8Array, start: number, end: number) => string
type Write = (this: Uint8Array, text: string, at: number) => number
const host = globalThis as { Buffer?: { prototype: { latin1Slice?: Slice; latin1Write?: Write } } }
const hostSlice = host.Buffer?.prototype.latin1Slice
const hostWrite = host.Buffer?.prototype.latin1Write

/** The octets from `start` up to `end` as a string, each octet the character of the same number. */
export const latin1Slice: (octets: Uint8Array, start: number, end: number) => string =
  hostSlice === undefined
    ? latin1SliceByLoop
    : (octets, start, end) => hostSlice.call(octets, start, end)

/** Writes the characters of `text` (all below 0x100) as octets into `octets` from `at` on; there must be room for all. */
export const latin1Write: (text: string, octets: Uint8Array, at: number) => void =
  hostWrite === undefined
    ? latin1WriteByLoop
    : (text, octets, at) => {
        hostWrite.call(octets, text, at)
      }

/** `latin1Slice` for a host without Buffer. */
export function latin1SliceByLoop(octets: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(octets[i])
  return text
}

/** `latin1Write` for a host without Buffer. */
export function latin1WriteByLoop(text: string, octets: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) octets[at + i] = text.charCodeAt(i)
}
