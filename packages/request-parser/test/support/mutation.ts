import { Random } from './random.ts'

/** One change to a text. Places are counted from 0 and taken round the end, so that any number is one. */
export type Mutation =
  | { readonly kind: 'replace' | 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'delete' | 'repeat'; readonly at: number; readonly count: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'splice'; readonly at: number; readonly text: string; readonly from: number }
  | { readonly kind: 'line'; readonly at: number; readonly text: string }
  | { readonly kind: 'lineEnd'; readonly at: number; readonly text: string }

/** What stands in requests, what attacks were made of, and what programs take for a number, a space or a line end. */
export const DICTIONARY: readonly string[] = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\r\n',
    '\n\r',
    '\r\n\r\n',
    '\0',
    ' ',
    '\t',
    '\v',
    '\f',
    '\x7f',
    '\x80',
    '\xa0',
    '\xff',
  ],
  ...[
    ':',
    ';',
    ',',
    '=',
    '"',
    '\\',
    "'",
    '+',
    '-',
    '_',
    '.',
    '/',
    '//',
    '?',
    '#',
    '@',
    '[',
    ']',
    '%',
    '%00',
    '%0d%0a',
  ],
  ...[
    '0',
    '00',
    '1',
    '2',
    '5',
    'a',
    'F',
    '0x',
    '5;a=b',
    ';a="b"',
    ';a="',
    'ffffffff',
    'FFFFFFFFFFFFFFFF',
  ],
  ...['9007199254740992', '18446744073709551616', '-1', '1e1', '0\r\n\r\n', '1\r\nx\r\n'],
  ...[
    'GET',
    'HEAD',
    'POST',
    'CONNECT',
    'OPTIONS',
    'PRI',
    'get',
    '*',
    'http://',
    'http://a',
    'a:1',
    '[::1]',
    '[::1]:80',
  ],
  ...['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.9', 'http/1.1', 'HTTP/1.'],
  ...[
    'chunked',
    'Chunked',
    'identity',
    'gzip',
    'xchunked',
    'close',
    'keep-alive',
    '100-continue',
    'TE',
    'Host',
  ],
]

/** Field lines that frame, route, or are none. */
export const LINES: readonly string[] = [
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: identity',
    'Transfer-Encoding: gzip, chunked',
  ],
  ...[
    'Transfer-Encoding:\x0bchunked',
    'Transfer-Encoding : chunked',
    'Transfer_Encoding: chunked',
    'Transfer-Encoding:',
  ],
  ...[
    'transfer-encoding: ,chunked',
    'Transfer-Encoding: chunked, chunked',
    'X: 1\r\n Transfer-Encoding: chunked',
  ],
  ...[
    'Content-Length: 0',
    'Content-Length: 5',
    'Content-Length: 11',
    'Content-Length: +5',
    'Content-Length: 5, 5',
  ],
  ...[
    'Content-Length:',
    'Content-Length : 5',
    'content-length: 0x5',
    'Content-Length: 99999999999999999999',
  ],
  ...[
    'Host: a',
    'Host:',
    'Host: a b',
    'Host: a/b',
    'Host: a@b',
    'Host: [::1',
    'Host: a:x',
    'HOST: a%41',
  ],
  ...[
    ' folded: yes',
    '\tfolded',
    'NoColon',
    ': empty',
    'Bad Name: x',
    'Bad(Name): x',
    'X-\0: x',
    'X: \0',
    'X: a\rb',
  ],
  ...[
    'Connection: close',
    'Expect: 100-continue',
    'Expect: x',
    'Expect:',
    'Trailer: X',
    '__proto__: x',
    'X:',
    'X: \xff',
  ],
]

/** `text` with one change. */
export function mutate(text: string, mutation: Mutation): string {
  const at = text.length === 0 ? 0 : mutation.at % text.length
  const before = text.slice(0, at)
  switch (mutation.kind) {
    case 'insert':
      return before + mutation.text + text.slice(at)
    case 'replace':
      return before + mutation.text + text.slice(at + mutation.text.length)
    case 'delete':
      return before + text.slice(at + mutation.count)
    case 'repeat':
      return before + text.slice(at, at + mutation.count) + text.slice(at)
    case 'flip':
      return before + flipped(text.slice(at, at + 1), mutation.bit) + text.slice(at + 1)
    case 'splice':
      return before + mutation.text.slice(mutation.from % Math.max(1, mutation.text.length))
    case 'line': {
      const lines = text.split('\r\n')
      lines.splice(mutation.at % (lines.length + 1), 0, mutation.text)
      return lines.join('\r\n')
    }
    case 'lineEnd': {
      const lines = text.split('\r\n')
      const line = mutation.at % lines.length
      const [head, tail] = [lines.slice(0, line), lines.slice(line)]
      return head.length === 0 ? text : head.join('\r\n') + mutation.text + tail.join('\r\n')
    }
  }
}

const LINE_ENDS = ['\n', '\r', '\r\r\n', '\n\r', ' \r\n', '\r\n\r\n', '\r\n ', '']

/** A change by chance; `corpus` is what a text may be continued with. */
export function randomMutation(random: Random, corpus: readonly string[]): Mutation {
  const at = random.below(2 ** 30)
  const octet = String.fromCharCode(random.below(256))
  switch (random.below(10)) {
    case 0:
      return { kind: 'replace', at, text: octet }
    case 1:
      return { kind: 'insert', at, text: octet }
    case 2:
      return { kind: 'flip', at, bit: random.below(8) }
    case 3:
      return { kind: 'delete', at, count: 1 + random.below(4) }
    case 4:
      return { kind: 'repeat', at, count: 1 + random.below(30) }
    case 5:
      return { kind: 'splice', at, text: random.pick(corpus), from: random.below(2 ** 30) }
    case 6:
      return { kind: 'line', at, text: random.pick(LINES) }
    case 7:
      return { kind: 'lineEnd', at, text: random.pick(LINE_ENDS) }
    case 8:
      return { kind: 'replace', at, text: random.pick(DICTIONARY) }
    default:
      return { kind: 'insert', at, text: random.pick(DICTIONARY) }
  }
}

function flipped(character: string, bit: number): string {
  return character === '' ? '' : String.fromCharCode(character.charCodeAt(0) ^ (1 << bit))
}
