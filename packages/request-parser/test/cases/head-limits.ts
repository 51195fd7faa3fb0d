import { latin1 } from '../support/octets.ts'
import type { ParserCase } from '../support/parser-case.ts'

const LINE = 'GET /0123456789012345 HTTP/1.1\r\n'
const HOST = 'Host: a\r\n\r\n'
const EMPTY_LINES = '\r\n'.repeat(16)

/** The bound of the request line: 414 beyond (RFC 9112 §3). */
export const requestLineLimitCases: readonly ParserCase[] = [
  {
    title: 'reads a request line one octet below its limit (RFC 9112 §3)',
    octets: latin1(LINE + HOST),
    limits: { maxRequestLineBytes: LINE.length + 1 },
  },
  {
    title: 'reads a request line at its limit (RFC 9112 §3)',
    octets: latin1(LINE + HOST),
    limits: { maxRequestLineBytes: LINE.length },
  },
  {
    title: 'answers 414 to a request line one octet above its limit (RFC 9112 §3)',
    octets: latin1(LINE + HOST),
    limits: { maxRequestLineBytes: LINE.length - 1 },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: LINE.length - 1,
  },
  {
    title: 'reads a request line of 8000 octets by default (RFC 9112 §3)',
    octets: latin1(`GET /${'x'.repeat(8000 - 16)} HTTP/1.1\r\n${HOST}`),
  },
  {
    title: 'reads a request line of 8192 octets by default (RFC 9112 §3)',
    octets: latin1(`GET /${'x'.repeat(8192 - 16)} HTTP/1.1\r\n${HOST}`),
  },
  {
    title: 'answers 414 to a request line of 8193 octets by default (RFC 9112 §3)',
    octets: latin1(`GET /${'x'.repeat(8193 - 16)} HTTP/1.1\r\n${HOST}`),
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: 8192,
  },
  {
    title: 'answers 414 to a target that does not end (RFC 9112 §3)',
    octets: latin1(`GET /${'x'.repeat(60)}`),
    limits: { maxRequestLineBytes: 32 },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: 32,
  },
  {
    title: 'answers 414 to a method that does not end (RFC 9112 §3)',
    octets: latin1('A'.repeat(60)),
    limits: { maxRequestLineBytes: 32 },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: 32,
  },
  {
    title: 'answers 414 and looks no further than the limit for faults of the target (RFC 9112 §3)',
    octets: latin1(`GET /${'x'.repeat(27)}" HTTP/1.1\r\n${HOST}`),
    limits: { maxRequestLineBytes: 32 },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: 32,
  },
  {
    title: 'refuses a fault of the target at the last octet that may come (RFC 9112 §3.2)',
    octets: latin1(`GET /${'x'.repeat(26)}" HTTP/1.1\r\n${HOST}`),
    limits: { maxRequestLineBytes: 32 },
    error: 'ERR_REQUEST_TARGET',
    offset: 31,
  },
  {
    title: 'answers 414 and looks no further than the limit for faults of the method (RFC 9112 §3)',
    octets: latin1(`${'A'.repeat(32)}a / HTTP/1.1\r\n${HOST}`),
    limits: { maxRequestLineBytes: 32 },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: 32,
  },
  {
    title: 'answers 414 to a line whose LF is above the limit (RFC 9112 §3)',
    octets: latin1(`GET / HTTP/1.1\r\n${HOST}`),
    limits: { maxRequestLineBytes: 15 },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: 15,
  },
  {
    title: 'answers 414 to a version that is above the limit in part (RFC 9112 §3)',
    octets: latin1(`GET / HTTP/2.0\r\n${HOST}`),
    limits: { maxRequestLineBytes: 12 },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: 12,
  },
  {
    title: 'answers 505 to a version that ends at the limit (RFC 9110 §15.6.6)',
    octets: latin1(`GET / HTTP/2.0\r\n${HOST}`),
    limits: { maxRequestLineBytes: 14 },
    error: 'ERR_HTTP_VERSION_UNSUPPORTED',
    offset: 11,
  },
  {
    title: 'counts the empty lines before the request line to it (RFC 9112 §2.2)',
    octets: latin1(`\r\n\r\n${LINE}${HOST}`),
    limits: { maxRequestLineBytes: LINE.length + 4 },
  },
  {
    title: 'answers 414 to a request line that is too long with empty lines (RFC 9112 §3)',
    octets: latin1(`\r\n\r\n${LINE}${HOST}`),
    limits: { maxRequestLineBytes: LINE.length + 3 },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: LINE.length + 3,
  },
  {
    title: 'ignores empty lines up to the limit (RFC 9112 §2.2)',
    octets: latin1(EMPTY_LINES),
    limits: { maxRequestLineBytes: EMPTY_LINES.length },
    end: true,
    requests: [],
  },
  {
    title: 'refuses empty lines above the limit (RFC 9112 §2.2)',
    octets: latin1(`${EMPTY_LINES}\r\n`),
    limits: { maxRequestLineBytes: EMPTY_LINES.length },
    error: 'ERR_REQUEST_LINE',
    offset: EMPTY_LINES.length,
  },
  {
    title: 'refuses an empty line that is above the limit in part (RFC 9112 §2.2)',
    octets: latin1(`${EMPTY_LINES}${LINE}${HOST}`),
    limits: { maxRequestLineBytes: EMPTY_LINES.length - 1 },
    error: 'ERR_REQUEST_LINE',
    offset: EMPTY_LINES.length - 1,
  },
  {
    title: 'answers 414 to a request line that begins at the limit (RFC 9112 §3)',
    octets: latin1(`${EMPTY_LINES}${LINE}${HOST}`),
    limits: { maxRequestLineBytes: EMPTY_LINES.length },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: EMPTY_LINES.length,
  },
  {
    title: 'refuses a CR behind as many empty lines as may come (RFC 9112 §2.2)',
    octets: latin1(`${EMPTY_LINES}\rGET`),
    limits: { maxRequestLineBytes: EMPTY_LINES.length },
    error: 'ERR_REQUEST_LINE',
    offset: EMPTY_LINES.length,
  },
  {
    title:
      'answers 414 when the LF of an empty line would be above the limit and is none (RFC 9112 §3)',
    octets: latin1(`${EMPTY_LINES}\rGET`),
    limits: { maxRequestLineBytes: EMPTY_LINES.length + 1 },
    error: 'ERR_REQUEST_LINE_TOO_LONG',
    offset: EMPTY_LINES.length + 1,
  },
]

const FIELDS = 'Host: a\r\nX: 12345678\r\n\r\n'

/** The bounds of the header section: 431 beyond (RFC 6585 §5). */
export const headerSectionLimitCases: readonly ParserCase[] = [
  {
    title: 'reads a header section one octet below its limit (RFC 9112 §5)',
    octets: latin1(LINE + FIELDS),
    limits: { maxHeaderSectionBytes: FIELDS.length + 1 },
  },
  {
    title: 'reads a header section at its limit (RFC 9112 §5)',
    octets: latin1(LINE + FIELDS),
    limits: { maxHeaderSectionBytes: FIELDS.length },
  },
  {
    title: 'answers 431 to a header section one octet above its limit (RFC 9112 §5)',
    octets: latin1(LINE + FIELDS),
    limits: { maxHeaderSectionBytes: FIELDS.length - 1 },
    error: 'ERR_HEADER_SECTION_TOO_LARGE',
    offset: LINE.length + FIELDS.length - 1,
  },
  {
    title: 'reads a header section of 16384 octets by default (RFC 9112 §5)',
    octets: latin1(`${LINE}X: ${'v'.repeat(16384 - 5 - HOST.length)}\r\n${HOST}`),
  },
  {
    title: 'answers 431 to a header section of 16385 octets by default (RFC 9112 §5)',
    octets: latin1(`${LINE}X: ${'v'.repeat(16385 - 5 - HOST.length)}\r\n${HOST}`),
    error: 'ERR_HEADER_SECTION_TOO_LARGE',
    offset: LINE.length + 16384,
  },
  {
    title: 'answers 431 to a name that does not end (RFC 9112 §5)',
    octets: latin1(LINE + 'N'.repeat(60)),
    limits: { maxHeaderSectionBytes: 32 },
    error: 'ERR_HEADER_SECTION_TOO_LARGE',
  },
  {
    title: 'answers 431 to a value that does not end (RFC 9112 §5)',
    octets: latin1(`${LINE}X: ${'v'.repeat(60)}`),
    limits: { maxHeaderSectionBytes: 32 },
    error: 'ERR_HEADER_SECTION_TOO_LARGE',
  },
  {
    title: 'answers 431 to white space that does not end (RFC 9112 §5)',
    octets: latin1(`${LINE}X:${' '.repeat(60)}`),
    limits: { maxHeaderSectionBytes: 32 },
    error: 'ERR_HEADER_SECTION_TOO_LARGE',
  },
  {
    title: 'answers 431 and looks no further than the limit for faults (RFC 9112 §5)',
    octets: latin1(`${LINE}X: ${'v'.repeat(29)}\0\r\n${HOST}`),
    limits: { maxHeaderSectionBytes: 32 },
    error: 'ERR_HEADER_SECTION_TOO_LARGE',
  },
  {
    title: 'refuses a fault at the last octet that may come (RFC 9110 §5.5)',
    octets: latin1(`${LINE}X: ${'v'.repeat(28)}\0\r\n${HOST}`),
    limits: { maxHeaderSectionBytes: 32 },
    error: 'ERR_FIELD_VALUE',
    offset: LINE.length + 31,
  },
  ...[2, 3].map((maxFieldLines): ParserCase => ({
    title: `reads 2 field lines where ${maxFieldLines} may come (RFC 9110 §5.4)`,
    octets: latin1(LINE + FIELDS),
    limits: { maxFieldLines },
  })),
  {
    title: 'answers 431 to 2 field lines where 1 may come (RFC 9110 §5.4)',
    octets: latin1(LINE + FIELDS),
    limits: { maxFieldLines: 1 },
    error: 'ERR_TOO_MANY_FIELD_LINES',
    offset: LINE.length + 9,
  },
  {
    title: 'reads 100 field lines by default (RFC 9110 §5.4)',
    octets: latin1(LINE + 'X:\r\n'.repeat(99) + HOST),
  },
  {
    title: 'answers 431 to 101 field lines by default (RFC 9110 §5.4)',
    octets: latin1(LINE + 'X:\r\n'.repeat(100) + HOST),
    error: 'ERR_TOO_MANY_FIELD_LINES',
    offset: LINE.length + 400,
  },
  {
    title: 'reads a head that is larger than any first room (RFC 9112 §2.1)',
    octets: latin1(
      `GET /${'p'.repeat(3000)} HTTP/1.1\r\nCookie: ${'c'.repeat(5000)}\r\nX-N: ${'n'.repeat(3000)}\r\n${HOST}`,
    ),
    limits: { initialBufferBytes: 1 },
  },
  {
    title:
      'reads a request where the receive buffer begins with room for one octet (RFC 9112 §2.1)',
    octets: latin1(
      `${LINE}Transfer-Encoding: chunked\r\n${HOST}5;a=b\r\nhello\r\n0\r\nX: 1\r\n\r\n`,
    ),
    limits: { initialBufferBytes: 1 },
    requests: [{ body: 'hello', trailers: [['X', '1']] }],
  },
]
