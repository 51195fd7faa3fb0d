// chunk-ext      = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )      (RFC 9112 §7.1.1)
// chunk-ext-name = token, chunk-ext-val = token / quoted-string
import { octetTable } from '@rawhttp/headers'

/** Where in the extensions of a chunk a reader is; `LineFeed`: they ended with CR. */
export type ExtensionState =
  | 'BeforeExtension'
  | 'BeforeExtensionName'
  | 'ExtensionName'
  | 'AfterExtensionName'
  | 'BeforeExtensionValue'
  | 'ExtensionToken'
  | 'ExtensionQuoted'
  | 'ExtensionQuotedPair'
  | 'ExtensionEnd'
  | 'LineFeed'

const HTAB = 0x09
const CR = 0x0d
const SP = 0x20
const DQUOTE = 0x22
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const BACKSLASH = 0x5c

const TOKEN = octetTable("!#$%&'*+-.^_`|~", ['0', '9'], ['A', 'Z'], ['a', 'z'])
// quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text ); qdtext is the same without DQUOTE and "\"   (RFC 9110 §5.6.4)
const QUOTED = octetTable('\t', [' ', '~'], ['\x80', '\xff'])

/** The state behind one octet of the extensions, or undefined when the octet cannot stand there. */
export function extensionStateAfter(
  state: Exclude<ExtensionState, 'LineFeed'>,
  octet: number,
): ExtensionState | undefined {
  const blank = octet === SP || octet === HTAB
  switch (state) {
    case 'BeforeExtension':
      return blank ? state : octet === SEMICOLON ? 'BeforeExtensionName' : undefined
    case 'BeforeExtensionName':
      return blank ? state : TOKEN[octet] === 1 ? 'ExtensionName' : undefined
    case 'ExtensionName':
      if (TOKEN[octet] === 1) return state
      return blank
        ? 'AfterExtensionName'
        : octet === EQUALS
          ? 'BeforeExtensionValue'
          : lineOr(octet)
    case 'AfterExtensionName':
      if (blank) return state
      if (octet === EQUALS) return 'BeforeExtensionValue'
      return octet === SEMICOLON ? 'BeforeExtensionName' : undefined
    case 'BeforeExtensionValue':
      if (blank) return state
      if (octet === DQUOTE) return 'ExtensionQuoted'
      return TOKEN[octet] === 1 ? 'ExtensionToken' : undefined
    case 'ExtensionToken':
      return TOKEN[octet] === 1 ? state : blank ? 'BeforeExtension' : lineOr(octet)
    case 'ExtensionQuoted':
      if (octet === DQUOTE) return 'ExtensionEnd'
      if (octet === BACKSLASH) return 'ExtensionQuotedPair'
      return QUOTED[octet] === 1 ? state : undefined
    case 'ExtensionQuotedPair':
      return QUOTED[octet] === 1 ? 'ExtensionQuoted' : undefined
    case 'ExtensionEnd':
      return blank ? 'BeforeExtension' : lineOr(octet)
  }
}

// Behind an extension comes the next one or the end of the line.
function lineOr(octet: number): ExtensionState | undefined {
  if (octet === SEMICOLON) return 'BeforeExtensionName'
  return octet === CR ? 'LineFeed' : undefined
}
