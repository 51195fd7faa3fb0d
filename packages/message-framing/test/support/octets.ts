/** Octets of a text, one octet a character. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** The text of octets from `start` up to `end`, one character an octet. */
export function latin1Text(octets: Uint8Array, start = 0, end: number = octets.length): string {
  return Buffer.from(octets.slice(start, end)).toString('latin1')
}

/** `octets` cut behind the given lengths; what is left is the last piece. */
export function cut(octets: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let start = 0
  for (const length of lengths) {
    pieces.push(octets.subarray(start, start + length))
    start = Math.min(octets.length, start + length)
  }
  return [...pieces, octets.subarray(start)]
}
