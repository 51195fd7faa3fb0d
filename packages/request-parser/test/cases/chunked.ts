import { latin1, shown } from '../support/octets.ts'
import type { ParserCase } from '../support/parser-case.ts'

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
const START = HEAD.length
const END = '0\r\n\r\n'
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
const chunked = (body: string): Uint8Array => latin1(HEAD + body)

const accepted = (title: string, body: string, content: string): ParserCase => ({
  title,
  octets: chunked(body),
  requests: [{ framing: 'chunked', body: content, trailers: [] }],
})

const refused = (
  title: string,
  body: string,
  error: ParserCase['error'] & string,
  distance: number,
): ParserCase => ({ title, octets: chunked(body), error, offset: START + distance })

/** RFC 9112 §7.1. */
export const chunkCases: readonly ParserCase[] = [
  accepted('reads one chunk (RFC 9112 §7.1)', `5\r\nhello\r\n${END}`, 'hello'),
  accepted(
    'reads several chunks as one body (RFC 9112 §7.1)',
    `5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n${END}`,
    'hello world',
  ),
  accepted('reads the last chunk alone as an empty body (RFC 9112 §7.1)', END, ''),
  accepted(
    'reads sizes in both letter cases (RFC 9112 §7.1)',
    `a\r\n0123456789\r\nB\r\n0123456789a\r\n${END}`,
    '01234567890123456789a',
  ),
  accepted(
    'reads leading zeros in sizes and a last chunk of many (RFC 9112 §7.1)',
    '000000000005\r\nhello\r\n000000000000\r\n\r\n',
    'hello',
  ),
  accepted(
    'reads chunk data of any octets, a last chunk among them (RFC 9112 §7.1)',
    `c\r\n\r\n0\r\n\r\n\0\xff\n\r\r\r\n${END}`,
    '\r\n0\r\n\r\n\0\xff\n\r\r',
  ),
  accepted(
    'takes a request inside a chunk for content (RFC 9112 §7.1)',
    `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n${END}`,
    SMUGGLED,
  ),
  accepted(
    'reads a chunk of 70 octets and one of 300 (RFC 9112 §7.1)',
    `46\r\n${'a'.repeat(70)}\r\n12c\r\n${'b'.repeat(300)}\r\n${END}`,
    'a'.repeat(70) + 'b'.repeat(300),
  ),
  {
    title: 'reads two chunked requests and one more in a row (RFC 9112 §7.1)',
    octets: latin1(`${HEAD}1\r\na\r\n${END}${HEAD}1\r\nb\r\n${END}${SMUGGLED}`),
    requests: [{ body: 'a' }, { body: 'b' }, { requestTarget: '/smuggled', body: '' }],
  },
  {
    title: 'waits for the rest of a chunk size (RFC 9112 §7.1)',
    octets: chunked('5\r\nhello\r\n1'),
    waits: true,
    unfinished: { body: 'hello' },
  },
  {
    title: 'waits for the rest of a chunk and gives what there is (RFC 9112 §7.1)',
    octets: chunked('5\r\nhel'),
    waits: true,
    unfinished: { body: 'hel' },
  },
  {
    title: 'waits for the last chunk (RFC 9112 §7.1)',
    octets: chunked('5\r\nhello\r\n'),
    waits: true,
    unfinished: { body: 'hello' },
  },
  {
    title: 'waits for the line end behind the last chunk (RFC 9112 §7.1)',
    octets: chunked('5\r\nhello\r\n0\r\n\r'),
    waits: true,
    unfinished: { body: 'hello' },
  },
  ...[
    ['no size', '\r\nhello', 0],
    ['two line ends for a size', '\r\n\r\n', 0],
    ['a size that is not hexadecimal', 'z\r\nhello', 0],
    ['a size with a letter behind it', '5x\r\nhello', 1],
    ['a size of 0x5', '0x5\r\nhello', 1],
    ['a size with an underscore', '0_5\r\nhello', 1],
    ['a size with a plus sign', '+5\r\nhello', 0],
    ['a size with a minus sign', '-5\r\nhello', 0],
    ['a size of -0', '-0\r\n\r\n', 0],
    ['a size with a decimal point', '5.0\r\nhello', 1],
    ['a size with a comma', '5,5\r\nhello', 1],
    ['a size with an exponent mark that is no digit', '5p1\r\nhello', 1],
    ['a size in quotes', '"5"\r\nhello', 0],
    ['a size in hexadecimal with an h behind it', '5h\r\nhello', 1],
    ['a fullwidth digit', '\xef\xbc\x95\r\nhello', 0],
    ['a superscript digit', '\xb2\r\nhello', 0],
    ['a space before a size', ' 5\r\nhello', 0],
    ['a tab before a size', '\t5\r\nhello', 0],
    ['NUL before a size', '\x005\r\nhello', 0],
    ['NUL behind a size', '5\0\r\nhello', 1],
    ['a vertical tab behind a size', '5\x0b\r\nhello', 1],
    ['a form feed behind a size', '5\x0c\r\nhello', 1],
    ['text in place of a size', 'INVALID!!!\r\n', 0],
    // CVE-2025-22871: a bare LF ended the line.
    ['a bare LF behind a size', '5\nhello\r\n', 1],
    ['LF CR behind a size', '5\n\rhello\r\n', 1],
    ['a bare LF before a size', '\n5\r\nhello', 0],
    ['a bare LF behind the last chunk', '0\n\r\n', 1],
    ['LF alone throughout', '5\nhello\n0\n\n', 1],
    ['a bare CR behind a size', '5\rhello', 2],
    ['CR CR LF behind a size', '5\r\r\nhello', 2],
    // llhttp took any octet behind CR: two readers saw two sizes.
    ['a size hidden behind CR CR', '5\r\r;ABCD\r\n34\r\nE\r\n', 2],
    ['two octets before the CR LF', '5\r\0\r\nhello', 2],
  ].map(([what, body, distance]) =>
    refused(
      `refuses ${what} (RFC 9112 §7.1)`,
      `${body}${END}${SMUGGLED}`,
      'ERR_CHUNK_SIZE',
      Number(distance),
    ),
  ),
  ...[
    ['13 digits, whatever they are', '0000000000005\r\nhello\r\n', 12],
    // CVE-2021-32714: 2^64 and 5 was read as 5.
    ['2^64 + 5, which is not 5', '10000000000000005\r\nhello\r\n', 12],
    ['sixteen Fs, which are not -1', 'ffffffffffffffff\r\nhello\r\n', 12],
    ['forty Fs', `${'F'.repeat(40)}\r\nhello\r\n`, 12],
    ['an endless row of zeros', '0'.repeat(100), 12],
  ].map(([what, body, distance]) =>
    refused(
      `refuses a size of ${what} (RFC 9112 §7.1)`,
      String(body),
      'ERR_CHUNK_SIZE',
      Number(distance),
    ),
  ),
  {
    title: 'does not read a size of 2^32 + 5 as 5 (RFC 9112 §7.1)',
    octets: chunked(`100000005\r\nhello\r\n${END}`),
    limits: { maxBodyBytes: Infinity },
    waits: true,
    unfinished: { body: `hello\r\n${END}` },
  },
  {
    title: 'reads the largest size of 12 digits (RFC 9112 §7.1)',
    octets: chunked('ffffffffffff\r\nhello'),
    limits: { maxBodyBytes: Infinity },
    waits: true,
    unfinished: { body: 'hello' },
  },
  ...[
    ['data that is longer than its size', '4\r\nhello\r\n', 7],
    ['data without a line end', `5\r\nhello${END}`, 8],
    ['other octets in place of the line end', '5\r\nhelloXX', 8],
    ['a bare LF behind the data', '5\r\nhello\n', 8],
    ['a bare CR behind the data', '5\r\nhello\r0\r\n', 9],
    ['CR CR LF behind the data', '5\r\nhello\r\r\n', 9],
    ['a space behind the data', '5\r\nhello \r\n', 8],
    ['NUL behind the data', '5\r\nhello\0\r\n', 8],
  ].map(([what, body, distance]) =>
    refused(
      `refuses ${what} (RFC 9112 §7.1)`,
      `${body}${END}${SMUGGLED}`,
      'ERR_CHUNK_DATA',
      Number(distance),
    ),
  ),
  {
    title: 'refuses data that is shorter than its size (RFC 9112 §7.1)',
    octets: chunked(`6\r\nhello\r\n${END}${SMUGGLED}`),
    error: 'ERR_CHUNK_DATA',
    offset: START + 9,
    unfinished: { body: 'hello\r' },
  },
]

const EXTENSION_START = START + 1
const withExtension = (extension: string): Uint8Array =>
  chunked(`5${extension}\r\nhello\r\n0${extension}\r\n\r\n`)

/** RFC 9112 §7.1.1. */
export const chunkExtensionCases: readonly ParserCase[] = [
  ...[
    ';a',
    ';a=b',
    ';a=b;c;d=e',
    ';a;b;c',
    ';a=""',
    ';a="b c"',
    ';a="x;\\"y\\\\";b=c',
    ';a="\t\x80\xff!"',
    ';a="\\\t\\\xff"',
    ";!#$%&'*+-.^_`|~09azAZ=!#$%&'*+-.^_`|~09azAZ",
    ' ; a = b',
    '\t;\ta\t=\tb',
    '  ;  a  =  "b"  ;  c  ;d',
    ';a="b" ;c',
    ';a ;b',
    ';5=5',
    `;sig=${'f'.repeat(100)}`,
  ].map((extension): ParserCase => ({
    title: `reads past the extension ${shown(extension)} (RFC 9112 §7.1.1)`,
    octets: withExtension(extension),
    requests: [{ body: 'hello' }],
  })),
  ...[
    [';', 1],
    [';;a', 1],
    [';a;', 3],
    [';=b', 1],
    [';a=', 3],
    [';a==b', 3],
    [';a=b=c', 4],
    [';a b', 3],
    [';a=b c', 5],
    [' ', 1],
    ['\t', 1],
    [' a', 1],
    [' erfrferferf', 1],
    [';a ', 3],
    [';a=b ', 5],
    [';a="b" ', 7],
    [';a="b', 5],
    [';a="b\\', 6],
    [';a="b"c', 6],
    [';a="b""c"', 6],
    [';a=b"c"', 4],
    [";a='b c'", 6],
    [';a=b,c', 4],
    [',a', 0],
    [':a', 0],
    [';"a"=b', 1],
    [';a\0', 2],
    [';a="\0"', 4],
    [';a="\x7f"', 4],
    [';a="\x07"', 4],
    [';a="\\\0"', 5],
    [';a=\x80', 3],
    [';\x80', 1],
    [';\x0ba', 1],
    [';a\x0c=b', 2],
    [';(a)', 1],
    // A bare LF in an extension: one reader goes on, another sees a chunk begin.
    [';\nxx', 1],
    [';a\nxx', 2],
    [';a=\nxx', 3],
    [';a=b\nxx', 4],
    [';a="\n"', 4],
    [';a="b"\nxx', 6],
    [';a="\\\n"', 5],
    [' \nxx', 1],
    [';a="\r\n"', 4],
    [';a="\\\r\n"', 5],
  ].map(([extension, distance]): ParserCase => {
    const text = String(extension)
    const inSize = text.startsWith(',') || text.startsWith(':')
    return {
      title: `refuses the extension ${shown(text)} (RFC 9112 §7.1.1)`,
      octets: withExtension(text),
      error: inSize ? 'ERR_CHUNK_SIZE' : 'ERR_CHUNK_EXTENSION',
      offset: EXTENSION_START + Number(distance),
    }
  }),
  ...[
    ['a bare CR behind an extension', ';a\rxx', 3],
    ['a bare CR behind a value', ';a=b\rxx', 5],
    ['a bare CR behind a quoted value', ';a="b"\rxx', 7],
    ['CR CR LF behind an extension', ';a\r', 3],
  ].map(([what, extension, distance]): ParserCase => ({
    title: `refuses ${what} (RFC 9112 §7.1.1)`,
    octets: withExtension(String(extension)),
    error: 'ERR_CHUNK_SIZE',
    offset: EXTENSION_START + Number(distance),
  })),
]
