const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
// C0 but HTAB and line feed, DEL, C1: what a terminal acts on.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x08\v-\x1f\x7f-\x9f]/g

/**
 * Octets as text that does nothing to a terminal: UTF-8 when they are that, else one by one with all but ASCII as `\xNN`. So are
 * control characters but HTAB and line feed.
 */
export function octetsAsText(octets: Uint8Array): string {
  try {
    return escapeControls(strictUtf8.decode(octets))
  } catch {
    return escapeControls(Buffer.from(octets).toString('latin1')).replace(
      /[\xa0-\xff]/g,
      escapeCharacter,
    )
  }
}

function escapeControls(text: string): string {
  return text.replace(CONTROLS, escapeCharacter)
}

function escapeCharacter(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
