import { describe, expect, test } from 'vitest'
import { extensionStateAfter } from '../src/chunk-extension.ts'
import type { ExtensionState } from '../src/chunk-extension.ts'

type State = Exclude<ExtensionState, 'LineFeed'>

// Every octet is of one kind.
const KINDS = {
  blank: /[\t ]/,
  ';': /;/,
  '=': /=/,
  '"': /"/,
  '\\': /\\/,
  CR: /\r/,
  tchar: /[!#$%&'*+\-.^_`|~0-9A-Za-z]/,
  'other visible': /[(),/:<>?@[\]{}]/,
  'obs-text': /[\x80-\xff]/,
  control: /[\0-\x08\n\x0b\x0c\x0e-\x1f\x7f]/,
}
type Kind = keyof typeof KINDS

const INSIDE_QUOTES = ['blank', ';', '=', 'tchar', 'other visible', 'obs-text'] as const
const quoted = (state: State): { [K in Kind]?: State } =>
  Object.fromEntries(INSIDE_QUOTES.map((kind) => [kind, state]))

// The grammar of RFC 9112 §7.1.1 as a table: what is not there cannot stand there.
const TABLE: { readonly [S in State]: { readonly [K in Kind]?: ExtensionState } } = {
  BeforeExtension: { blank: 'BeforeExtension', ';': 'BeforeExtensionName' },
  BeforeExtensionName: { blank: 'BeforeExtensionName', tchar: 'ExtensionName' },
  ExtensionName: {
    tchar: 'ExtensionName',
    blank: 'AfterExtensionName',
    '=': 'BeforeExtensionValue',
    ';': 'BeforeExtensionName',
    CR: 'LineFeed',
  },
  AfterExtensionName: {
    blank: 'AfterExtensionName',
    '=': 'BeforeExtensionValue',
    ';': 'BeforeExtensionName',
  },
  BeforeExtensionValue: {
    blank: 'BeforeExtensionValue',
    '"': 'ExtensionQuoted',
    tchar: 'ExtensionToken',
  },
  ExtensionToken: {
    tchar: 'ExtensionToken',
    blank: 'BeforeExtension',
    ';': 'BeforeExtensionName',
    CR: 'LineFeed',
  },
  ExtensionQuoted: {
    ...quoted('ExtensionQuoted'),
    '"': 'ExtensionEnd',
    '\\': 'ExtensionQuotedPair',
  },
  ExtensionQuotedPair: {
    ...quoted('ExtensionQuoted'),
    '"': 'ExtensionQuoted',
    '\\': 'ExtensionQuoted',
  },
  ExtensionEnd: { blank: 'BeforeExtension', ';': 'BeforeExtensionName', CR: 'LineFeed' },
}

function kindOf(octet: number): Kind {
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) =>
    KINDS[kind].test(String.fromCharCode(octet)),
  )
  expect(kinds, `0x${octet.toString(16)}`).toHaveLength(1)
  return kinds[0]
}

describe('chunk extensions, octet by octet (RFC 9112 §7.1.1)', () => {
  for (const state of Object.keys(TABLE) as State[]) {
    test(`go on from ${state} as the grammar says, for each of the 256 octets (RFC 9112 §7.1.1)`, () => {
      for (let octet = 0; octet < 256; octet++) {
        const kind = kindOf(octet)
        expect(extensionStateAfter(state, octet), kind).toBe(TABLE[state][kind])
      }
    })
  }
})
