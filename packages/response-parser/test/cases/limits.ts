import { latin1 } from '../support/octets.ts'
import type { ResponseCase } from '../support/response-case.ts'

const LINE = 'HTTP/1.1 200 OK\r\n'
const FIELDS = 'Content-Length: 0\r\nX: 1\r\n\r\n'
const HEAD = LINE + FIELDS
const CHUNKED = `${LINE}Transfer-Encoding: chunked\r\n\r\n`

const within = (
  title: string,
  text: string,
  options: NonNullable<ResponseCase['options']>,
): ResponseCase => ({ title, octets: latin1(text), options })

const beyond = (
  title: string,
  text: string,
  options: NonNullable<ResponseCase['options']>,
  error: ResponseCase['error'] & string,
  offset: number,
): ResponseCase => ({ title, octets: latin1(text), options, error, offset })

/** Each limit at its number and one beyond. */
export const limitCases: readonly ResponseCase[] = [
  within('reads a status line at its limit (RFC 9112 §4)', HEAD, {
    maxStatusLineBytes: LINE.length,
  }),
  beyond(
    'refuses a status line above its limit (RFC 9112 §4)',
    HEAD,
    { maxStatusLineBytes: LINE.length - 1 },
    'ERR_STATUS_LINE_TOO_LONG',
    LINE.length - 1,
  ),
  beyond(
    'refuses a reason phrase that does not end (RFC 9112 §4)',
    `HTTP/1.1 200 ${'x'.repeat(99)}`,
    { maxStatusLineBytes: 40 },
    'ERR_STATUS_LINE_TOO_LONG',
    40,
  ),
  beyond(
    'looks no further than the limit for faults of the status line (RFC 9112 §4)',
    `HTTP/1.1 200 ${'x'.repeat(27)}\0\r\n`,
    { maxStatusLineBytes: 40 },
    'ERR_STATUS_LINE_TOO_LONG',
    40,
  ),
  beyond(
    'refuses a version that is above the limit in part (RFC 9112 §4)',
    HEAD,
    { maxStatusLineBytes: 5 },
    'ERR_STATUS_LINE_TOO_LONG',
    5,
  ),
  within(
    'reads a status line of 8192 octets by default (RFC 9112 §4)',
    `HTTP/1.1 200 ${'x'.repeat(8192 - 15)}\r\n${FIELDS}`,
    {},
  ),
  beyond(
    'refuses a status line of 8193 octets by default (RFC 9112 §4)',
    `HTTP/1.1 200 ${'x'.repeat(8193 - 15)}\r\n${FIELDS}`,
    {},
    'ERR_STATUS_LINE_TOO_LONG',
    8192,
  ),
  within('reads a header section at its limit (RFC 9112 §5)', HEAD, {
    maxHeaderSectionBytes: FIELDS.length,
  }),
  beyond(
    'refuses a header section above its limit (RFC 9112 §5)',
    HEAD,
    { maxHeaderSectionBytes: FIELDS.length - 1 },
    'ERR_HEADER_SECTION_TOO_LARGE',
    HEAD.length - 1,
  ),
  beyond(
    'refuses a header section of 16385 octets by default (RFC 9112 §5)',
    `${LINE}X: ${'v'.repeat(16385 - 7)}\r\n\r\n`,
    {},
    'ERR_HEADER_SECTION_TOO_LARGE',
    LINE.length + 16384,
  ),
  within('reads as many field lines as may come (RFC 9112 §5)', HEAD, { maxFieldLines: 2 }),
  beyond(
    'refuses one field line more (RFC 9112 §5)',
    HEAD,
    { maxFieldLines: 1 },
    'ERR_TOO_MANY_FIELD_LINES',
    LINE.length + 19,
  ),
  within('reads a body at its limit (RFC 9110 §15.5.14)', `${LINE}Content-Length: 5\r\n\r\nhello`, {
    maxBodyBytes: 5,
  }),
  beyond(
    'refuses a length above the limit before any of the body (RFC 9110 §15.5.14)',
    `${LINE}Content-Length: 6\r\n\r\n`,
    { maxBodyBytes: 5 },
    'ERR_BODY_TOO_LARGE',
    LINE.length,
  ),
  {
    title: 'takes no notice of the length where there is no body (RFC 9112 §6.3 rule 1)',
    octets: latin1(`${LINE}Content-Length: 6\r\n\r\n`),
    methods: ['HEAD'],
    options: { maxBodyBytes: 2 },
  },
  {
    title: 'reads a body that ends with the connection at its limit (RFC 9110 §15.5.14)',
    octets: latin1(`${LINE}\r\nhello`),
    options: { maxBodyBytes: 5 },
    end: true,
    responses: [{ body: 'hello' }],
  },
  {
    title:
      'refuses a body that goes on above its limit, and gives what came before (RFC 9110 §15.5.14)',
    octets: latin1(`${LINE}\r\nhello!`),
    options: { maxBodyBytes: 5 },
    unfinished: { body: 'hello' },
    error: 'ERR_BODY_TOO_LARGE',
    offset: LINE.length + 2 + 5,
  },
  beyond(
    'refuses a chunk that goes above the limit (RFC 9110 §15.5.14)',
    `${CHUNKED}3\r\nabc\r\n3\r\nabc\r\n`,
    { maxBodyBytes: 5 },
    'ERR_BODY_TOO_LARGE',
    CHUNKED.length + 8 + 3,
  ),
  beyond(
    'refuses extensions above their limit (RFC 9112 §7.1.1)',
    `${CHUNKED}1;abcdef\r\n`,
    { maxChunkExtensionBytes: 4 },
    'ERR_CHUNK_EXTENSION_TOO_LARGE',
    CHUNKED.length + 5,
  ),
  beyond(
    'refuses chunks that are all framing (RFC 9112 §7.1.1)',
    `${CHUNKED}${`1;${'a'.repeat(4000)}\r\nx\r\n`.repeat(5)}`,
    {},
    'ERR_CHUNK_OVERHEAD_TOO_LARGE',
    CHUNKED.length + 4007 * 4 + 4004,
  ),
  beyond(
    'refuses a trailer section above its limit (RFC 9112 §7.1.2)',
    `${CHUNKED}0\r\nX: 123456\r\n\r\n`,
    { maxTrailerSectionBytes: 8 },
    'ERR_TRAILER_SECTION_TOO_LARGE',
    CHUNKED.length + 3 + 8,
  ),
]
