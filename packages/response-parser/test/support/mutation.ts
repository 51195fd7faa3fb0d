/** One change to a text. Places are counted from 0 and taken round the end, so that any number is one. */
export type Mutation =
  | { readonly kind: 'replace' | 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'delete' | 'repeat'; readonly at: number; readonly count: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'line'; readonly at: number; readonly text: string }
  | { readonly kind: 'lineEnd'; readonly at: number; readonly text: string }

/** What stands in responses, what attacks were made of, and what programs take for a number, a space or a line end. */
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
    '  ',
    '\t',
    '\v',
    '\x7f',
    '\x80',
    '\xff',
  ],
  ...[':', ';', ',', '=', '"', '\\', '+', '-', '.', '/', '0', '00', '1', '2', '5', 'a', 'F', '0x'],
  ...['5;a=b', ';a="b"', ';a="', 'ffffffff', 'FFFFFFFFFFFFFFFF', '9007199254740992', '-1', '1e1'],
  ...[
    '0\r\n\r\n',
    '1\r\nx\r\n',
    'HTTP/1.1',
    'HTTP/1.0',
    'HTTP/2.0',
    'HTTP/1.9',
    'http/1.1',
    'HTTP/1.',
  ],
  ...[
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    ' 200 ',
    ' 204 ',
    ' 304 ',
    ' 101 ',
    ' 100 ',
    ' 099 ',
  ],
  ...['chunked', 'Chunked', 'identity', 'gzip', 'close', 'keep-alive'],
]

/** Field lines that frame, or are none. */
export const LINES: readonly string[] = [
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: identity',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding : chunked',
  ],
  ...[
    'transfer-encoding: ,chunked',
    'Transfer-Encoding: chunked, chunked',
    'X: 1\r\n Transfer-Encoding: chunked',
    'Transfer-Encoding:',
  ],
  ...[
    'Content-Length: 0',
    'Content-Length: 5',
    'Content-Length: +5',
    'Content-Length: 5, 5',
    'Content-Length:',
    'Content-Length : 5',
  ],
  ...[
    'content-length: 0x5',
    'Content-Length: 99999999999999999999',
    ' folded: yes',
    '\tfolded',
    'NoColon',
    ': empty',
    'Bad Name: x',
  ],
  ...[
    'X-\0: x',
    'X: \0',
    'X: a\rb',
    'Connection: close',
    'Connection: keep-alive',
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

function flipped(character: string, bit: number): string {
  return character === '' ? '' : String.fromCharCode(character.charCodeAt(0) ^ (1 << bit))
}
