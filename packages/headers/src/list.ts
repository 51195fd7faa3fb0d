// #element = [ element ] *( OWS "," OWS [ element ] )   (RFC 9110 §5.6.1)
// quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE   (§5.6.4)

import { isToken, lowerCaseToken } from './field-syntax.ts'

/**
 * The members of a comma list, white space trimmed, empty members left out; a comma inside a quoted string separates nothing. A quote
 * that is not closed, or that stands behind a character of a token, begins none: others, who split at every comma there, see the
 * same list.
 */
export function listMembers(value: string): string[] {
  const members: string[] = []
  let start = 0
  let quotes = true
  for (let i = 0; i < value.length; i++) {
    const character = value[i]
    if (character === '"' && quotes && !isToken(value.charAt(i - 1))) {
      const end = endOfQuoted(value, i)
      // Where one is not closed no later one is either, and looking again would take the square of the time.
      if (end === i) quotes = false
      i = end
    } else if (character === ',') {
      addMember(members, value, start, i)
      start = i + 1
    }
  }
  addMember(members, value, start, value.length)
  return members
}

/**
 * Whether a list of tokens, such as Connection, has the member `token` (give it in lower case), letter case ignored; an absent
 * field has none. A quote is no part of a token and hides no comma here: others, who split at every comma, would see another list.
 */
export function hasListMember(value: string | undefined, token: string): boolean {
  if (value === undefined) return false
  if (value === token) return true
  // Nearly always there is one member, and no list to take apart.
  const bare =
    !isWhitespace(value.charCodeAt(0)) && !isWhitespace(value.charCodeAt(value.length - 1))
  if (bare && !value.includes(',')) {
    return value.length === token.length && lowerCaseToken(value) === token
  }
  return value.split(',').some((member) => lowerCaseToken(trimmed(member)) === token)
}

// Index of the quote that closes the one at `start`, or `start`: nothing closes it.
function endOfQuoted(value: string, start: number): number {
  for (let i = start + 1; i < value.length; i++) {
    if (value[i] === '\\') i++
    else if (value[i] === '"') return i
  }
  return start
}

function addMember(members: string[], value: string, start: number, end: number): void {
  const member = trimmed(value.slice(start, end))
  if (member !== '') members.push(member)
}

function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isWhitespace(text.charCodeAt(start))) start++
  while (end > start && isWhitespace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

// OWS = *( SP / HTAB ), and nothing else: String.prototype.trim would take VT, FF and NBSP too.
function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
