/** What parsers read in one row of their table. */
export interface Input {
  readonly name: string
  /** Messages in one unit; a time is divided by it. */
  readonly messages: number
  /** Units: the pieces of each, in order, as reads from a socket would bring them. */
  readonly units: readonly (readonly Uint8Array[])[]
  /** What every parser must count in a unit, checked before it is measured. */
  readonly fieldLines: number
  readonly trailerLines: number
  readonly bodyBytes: number
}

/** So many variants of each message, so that no parser wins by remembering. */
export const VARIANTS = 16
export const MEBIBYTE: number = 1024 * 1024

/** An input of messages that come in one piece each. */
export function whole(
  name: string,
  text: (i: number) => string,
  fieldLines: number,
  bodyBytes: number,
): Input {
  return {
    name,
    messages: 1,
    units: variants((i) => [octetsOf(text(i))]),
    fieldLines,
    trailerLines: 0,
    bodyBytes,
  }
}

/** One of each. */
export function variants<T>(make: (i: number) => T): T[] {
  return Array.from({ length: VARIANTS }, (_, i) => make(i))
}

/** The same octets in pieces. */
export function cut(octets: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let i = 0; i < octets.length; i += size) pieces.push(octets.subarray(i, i + size))
  return pieces
}

/** So many MiB in reads of 64 KiB, always of the same memory: what is measured is the parser, not the cache. */
export function reads(mebibytes: number): Uint8Array[] {
  const read = Buffer.alloc(65_536, 'x')
  return Array.from({ length: mebibytes * 16 }, () => read)
}

/** One octet a character. */
export function octetsOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}
