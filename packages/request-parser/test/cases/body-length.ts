import { latin1, octets, shown } from '../support/octets.ts'
import type { ParserCase } from '../support/parser-case.ts'

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\n'
const START = HEAD.length
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
const post = (fieldLines: string, body = ''): Uint8Array =>
  latin1(`${HEAD}${fieldLines}\r\n\r\n${body}`)

const refusedLength = (value: string, title?: string): ParserCase => ({
  title: `refuses ${title ?? `Content-Length: ${shown(value)}`} (RFC 9112 §6.2)`,
  octets: post(`Content-Length: ${value}`, `hello${SMUGGLED}`),
  error: 'ERR_CONTENT_LENGTH',
  offset: START,
})

/** RFC 9112 §6.2, and rules 5 to 7 of §6.3. */
export const contentLengthCases: readonly ParserCase[] = [
  {
    title: 'reads a body of the length that was announced (RFC 9112 §6.2)',
    octets: post('Content-Length: 5', 'hello'),
    requests: [{ framing: 'length 5', body: 'hello', trailers: [] }],
  },
  {
    title: 'reads a body of length 0 (RFC 9112 §6.2)',
    octets: post('Content-Length: 0'),
    requests: [{ framing: 'length 0', body: '' }],
  },
  {
    title: 'reads no body when no length is given (RFC 9112 §6.3 rule 7)',
    octets: post('X: 1'),
    requests: [{ framing: 'none', body: '' }],
  },
  {
    title:
      'takes octets behind a request without a length for the next request (RFC 9112 §6.3 rule 7)',
    octets: post('X: 1', SMUGGLED),
    requests: [{ framing: 'none', body: '' }, { requestTarget: '/smuggled' }],
  },
  ...['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'].map((method): ParserCase => ({
    title: `frames the body of ${method} as any other (RFC 9112 §6)`,
    octets: latin1(`${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello`),
    requests: [{ method, framing: 'length 5', body: 'hello' }],
  })),
  {
    title: 'frames the body of HTTP/1.0 too (RFC 9112 §6.2)',
    octets: octets`POST / HTTP/1.0
Content-Length: 5

hello`,
    requests: [{ framing: 'length 5', body: 'hello' }],
  },
  {
    title: 'takes a body that looks like a request for a body (RFC 9112 §6.2)',
    octets: post(`Content-Length: ${SMUGGLED.length}`, SMUGGLED),
    requests: [{ body: SMUGGLED }],
  },
  {
    title: 'reads a body of any octets (RFC 9112 §6.2)',
    octets: post('Content-Length: 8', '\0\r\n\n\x80\xff\r\r'),
    requests: [{ body: '\0\r\n\n\x80\xff\r\r' }],
  },
  {
    title: 'reads leading zeros as digits (RFC 9110 §8.6)',
    octets: post('Content-Length: 0000000000000000000000005', 'hello'),
    requests: [{ framing: 'length 5', body: 'hello' }],
  },
  {
    title: 'trims white space around the length (RFC 9112 §5)',
    octets: post('Content-Length:\t 5 \t', 'hello'),
    requests: [{ body: 'hello' }],
  },
  {
    title: 'reads Content-Length in any letter case (RFC 9110 §5.1)',
    octets: post('cOnTeNt-LeNgTh: 5', 'hello'),
    requests: [{ body: 'hello' }],
  },
  {
    title: 'takes a name that only looks like it for another field (RFC 9110 §5.1)',
    octets: post('Content_Length: 5\r\nXContent-Length: 5\r\nContent-Lengthx: 5'),
    requests: [{ framing: 'none' }],
  },
  {
    title: 'takes what follows the body for the next request (RFC 9112 §6.3 rule 6)',
    octets: post('Content-Length: 5', 'helloEXTRA\r\n\r\n'),
    requests: [{ body: 'hello' }],
    error: 'ERR_REQUEST_LINE',
    offset: 5,
  },
  {
    title: 'waits for the rest of the body (RFC 9112 §6.3 rule 6)',
    octets: post('Content-Length: 10', 'hello'),
    waits: true,
    unfinished: { framing: 'length 10', body: 'hello' },
  },
  ...[
    '',
    '+5',
    '-5',
    '-0',
    '- 5',
    '5.',
    '5.0',
    '.5',
    '5,0',
    '0x5',
    '0b101',
    '0o5',
    '5e0',
    '5E0',
    '5n',
    '0_5',
    '5_',
    '5 5',
    '5\t5',
    '5abc',
    'abc',
    '"5"',
    "'5'",
    '(5)',
    '5;',
    'NaN',
    'Infinity',
    'null',
    ',',
    ',5',
    '5,',
    '5,5',
    '5, 5',
    '5 , 5',
    '5, 6',
    '\xb2',
    '\xa05',
    '5\xa0',
    '9007199254740992',
    '18446744073709551615',
    '-123456789123456789123456789',
  ].map((value) => refusedLength(value)),
  refusedLength('18446744073709551621', 'a length of 2^64 + 5, which is not 5'),
  refusedLength('9'.repeat(400), 'a length of 400 digits'),
  {
    title: 'does not read 2^32 + 5 as 5 (RFC 9110 §8.6)',
    octets: post('Content-Length: 4294967301', 'hello'),
    limits: { maxBodyBytes: Infinity },
    waits: true,
    unfinished: { framing: 'length 4294967301', body: 'hello' },
  },
  {
    title: 'reads the largest length that is a number for sure, 2^53 - 1 (RFC 9110 §8.6)',
    octets: post('Content-Length: 9007199254740991', 'hello'),
    limits: { maxBodyBytes: Infinity },
    waits: true,
    unfinished: { framing: 'length 9007199254740991', body: 'hello' },
  },
  ...[
    ['two different lengths', 'Content-Length: 5\r\nContent-Length: 6'],
    ['two equal lengths', 'Content-Length: 5\r\nContent-Length: 5'],
    ['0 and another length', 'Content-Length: 0\r\nContent-Length: 5'],
    ['a length and an empty one', 'Content-Length: 5\r\nContent-Length:'],
    [
      'three lengths of which the last differs',
      'Content-Length: 5\r\nContent-Length: 5\r\nX: 1\r\nContent-Length: 6',
    ],
    ['two lengths in different letter case', 'Content-Length: 5\r\ncontent-length: 6'],
  ].map(([what, fieldLines]): ParserCase => ({
    title: `refuses ${what} (RFC 9112 §6.3 rule 5)`,
    octets: post(fieldLines, `hello${SMUGGLED}`),
    error: 'ERR_CONTENT_LENGTH',
    offset: START,
  })),
  ...[
    ['NUL behind a length', '5\0', 'ERR_FIELD_VALUE'],
    ['a vertical tab before a length', '\x0b5', 'ERR_FIELD_VALUE'],
    ['a bare CR behind a length', '5\r', 'ERR_BARE_CR'],
  ].map(([what, value, error]): ParserCase => ({
    title: `refuses ${what} (RFC 9110 §5.5)`,
    octets: post(`Content-Length: ${value}`, `hello${SMUGGLED}`),
    error: error as 'ERR_BARE_CR',
  })),
]

const HELLO = '5\r\nhello\r\n0\r\n\r\n'

/** RFC 9112 §6.1, and rules 3 and 4 of §6.3. */
export const transferEncodingCases: readonly ParserCase[] = [
  ...[
    ['chunked', 'chunked'],
    ['chunked in any letter case', 'cHUNKed'],
    ['chunked with white space around it', '\t chunked \t'],
  ].map(([what, value]): ParserCase => ({
    title: `frames a body by ${what} (RFC 9112 §6.3 rule 4)`,
    octets: post(`Transfer-Encoding:${value}`, HELLO),
    requests: [{ framing: 'chunked', body: 'hello' }],
  })),
  {
    title: 'frames by Transfer-Encoding in any letter case (RFC 9110 §5.1)',
    octets: post('tRANSFER-eNCODING: chunked', HELLO),
    requests: [{ framing: 'chunked', body: 'hello' }],
  },
  {
    title: 'frames the chunked body of GET as any other (RFC 9112 §6)',
    octets: latin1(`GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${HELLO}`),
    requests: [{ method: 'GET', framing: 'chunked', body: 'hello' }],
  },
  {
    title: 'frames nothing by TE (RFC 9110 §10.1.4)',
    octets: post('TE: chunked, trailers\r\nContent-Length: 5', 'hello'),
    requests: [{ framing: 'length 5', body: 'hello' }],
  },
  {
    title: 'takes a name that only looks like it for another field (RFC 9110 §5.1)',
    octets: post('Transfer_Encoding: chunked\r\nXTransfer-Encoding: chunked'),
    requests: [{ framing: 'none' }],
  },
  ...[
    [
      'Content-Length before Transfer-Encoding',
      'Content-Length: 5\r\nTransfer-Encoding: chunked',
      0,
    ],
    [
      'Transfer-Encoding before Content-Length',
      'Transfer-Encoding: chunked\r\nContent-Length: 5',
      28,
    ],
    ['both, with a length of 0', 'Content-Length: 0\r\nTransfer-Encoding: chunked', 0],
    ['both, with a length that is none', 'Content-Length: x\r\nTransfer-Encoding: chunked', 0],
    ['both, with a coding that is unknown', 'Content-Length: 5\r\nTransfer-Encoding: identity', 0],
    ['both, with an empty Transfer-Encoding', 'Content-Length: 5\r\nTransfer-Encoding:', 0],
  ].map(([what, fieldLines, distance]): ParserCase => ({
    title: `refuses ${what} (RFC 9112 §6.3 rule 3)`,
    octets: post(String(fieldLines), `${HELLO}${SMUGGLED}`),
    error: 'ERR_FRAMING_CONFLICT',
    offset: START + Number(distance),
  })),
  ...[
    '',
    ',',
    'identity',
    'gzip',
    'blegh',
    'xchunked',
    'chunkedx',
    'chunk',
    'chunk ed',
    'chunked;q=1',
    'chunked ;',
    '"chunked"',
    "'chunked'",
    '"chunked',
    '[chunked]',
    'chunked, gzip',
    'chunked, identity',
    'chunked, chunked',
    'chunked,chunked,chunked',
    'gzip, chunked, chunked',
    'chunked, gzip, chunked',
    'gzip;a="b, chunked',
    'chunked:',
    'chunked\xa0',
    '\xa0chunked',
    'chun\x6b\xe9d',
    'x, "chunked"',
    ',chunked',
    'chunked , ,',
  ].map((value): ParserCase => ({
    title: `refuses Transfer-Encoding: ${shown(value)} (RFC 9112 §6.3 rule 4)`,
    octets: post(`Transfer-Encoding: ${value}`, `${HELLO}${SMUGGLED}`),
    error: 'ERR_TRANSFER_ENCODING',
    offset: START,
  })),
  // CVE-2020-8287 and others: the second line was not looked at.
  ...[
    ['identity on a second line', 'chunked', 'identity'],
    ['chunked on two lines', 'chunked', 'chunked'],
    ['chunked on a line behind an empty one', '', 'chunked'],
    ['an unknown coding on a second line', 'chunked', 'x'],
  ].map(([what, first, second]): ParserCase => ({
    title: `refuses ${what} (RFC 9112 §6.3 rule 4)`,
    octets: post(`Transfer-Encoding: ${first}\r\nTransfer-Encoding: ${second}`, HELLO + SMUGGLED),
    error: 'ERR_TRANSFER_ENCODING',
    offset: START,
  })),
  ...['gzip, chunked', 'identity, chunked', 'foo;a="b, c" , chunked', 'gzip,\tCHUNKED'].map(
    (value): ParserCase => ({
      title: `answers 501 to the unknown coding in Transfer-Encoding: ${value} (RFC 9112 §6.1)`,
      octets: post(`Transfer-Encoding: ${value}`, HELLO),
      error: 'ERR_TRANSFER_CODING_UNKNOWN',
      offset: START,
    }),
  ),
  {
    title: 'answers 501 to an unknown coding on a line before (RFC 9112 §6.1)',
    octets: post('Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked', HELLO),
    error: 'ERR_TRANSFER_CODING_UNKNOWN',
  },
  ...[
    ['NUL behind chunked', 'chunked\0', 'ERR_FIELD_VALUE'],
    ['a vertical tab before chunked', '\x0bchunked', 'ERR_FIELD_VALUE'],
    ['a form feed before chunked', '\x0cchunked', 'ERR_FIELD_VALUE'],
    ['a bare CR before chunked', '\rchunked', 'ERR_BARE_CR'],
    ['a bare LF before chunked', '\nchunked', 'ERR_BARE_LF'],
  ].map(([what, value, error]): ParserCase => ({
    title: `refuses ${what} (RFC 9110 §5.5)`,
    octets: post(`Transfer-Encoding: ${value}`, HELLO),
    error: error as 'ERR_BARE_CR',
  })),
  ...['chunked', 'identity', ''].map((value): ParserCase => ({
    title: `refuses Transfer-Encoding: ${shown(value)} in HTTP/1.0 (RFC 9112 §6.1)`,
    octets: latin1(
      `POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: ${value}\r\n\r\n${HELLO}`,
    ),
    error: 'ERR_TRANSFER_ENCODING',
    offset: 50,
  })),
]
