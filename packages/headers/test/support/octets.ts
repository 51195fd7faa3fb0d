/** The octets of a text, one a character; a character above 0xFF would be no octet. */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0)
    if (code > 0xff) throw new RangeError(`no octet: ${character}`)
    return code
  })
}
