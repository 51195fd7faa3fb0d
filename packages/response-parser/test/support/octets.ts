/** Octets of a text, one octet a character. */
export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** The text of octets, one character an octet. */
export function latin1Text(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
}

const ESCAPES: { readonly [Letter in string]?: string } = { r: '\r', n: '\n', t: '\t', '0': '\0' }

/**
 * Template tag: octets of the text, one a character, where a line break in the source is CR LF. `\r`, `\n`, `\t`, `\0` and `\xNN`
 * are that one octet, and what stands in `${}` is taken as it is.
 */
export function octets(strings: TemplateStringsArray, ...values: readonly string[]): Uint8Array {
  const texts = strings.raw.map((raw) =>
    raw.replace(/\n|\\x([0-9a-f]{2})|\\([^x])/gi, (match, hexadecimal, letter) => {
      if (match === '\n') return '\r\n'
      if (hexadecimal !== undefined) return String.fromCharCode(Number.parseInt(hexadecimal, 16))
      return ESCAPES[letter] ?? letter
    }),
  )
  return latin1(texts.map((text, i) => text + (values[i] ?? '')).join(''))
}
