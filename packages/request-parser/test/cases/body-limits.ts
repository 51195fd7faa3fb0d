import { latin1 } from '../support/octets.ts'
import type { ParserCase } from '../support/parser-case.ts'

const HOST = 'Host: a\r\n\r\n'

const length = (bytes: number, maxBodyBytes: number, body = 'x'.repeat(bytes)): ParserCase => ({
  title: `of length ${bytes}, limit ${maxBodyBytes}`,
  octets: latin1(`POST / HTTP/1.1\r\nContent-Length: ${bytes}\r\n${HOST}${body}`),
  limits: { maxBodyBytes },
})

const CHUNKED = `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${HOST}`
const END = '0\r\n\r\n'

/** The bound of the content: 413 beyond (RFC 9110 §15.5.14). */
export const bodyLimitCases: readonly ParserCase[] = [
  ...[5, 6].map((limit): ParserCase => ({
    ...length(5, limit),
    title: `reads a body of 5 octets where ${limit} may come (RFC 9110 §15.5.14)`,
  })),
  {
    ...length(6, 5, ''),
    title: 'answers 413 to the announcement of a body above the limit (RFC 9110 §15.5.14)',
    error: 'ERR_BODY_TOO_LARGE',
    offset: 17,
  },
  {
    ...length(0, 0),
    title: 'reads a body of no octets where none may come (RFC 9110 §15.5.14)',
  },
  {
    ...length(1, 0, ''),
    title: 'answers 413 to any body where none may come (RFC 9110 §15.5.14)',
    error: 'ERR_BODY_TOO_LARGE',
  },
  {
    title: 'lets a body of 10 MiB come by default (RFC 9110 §15.5.14)',
    octets: latin1(`POST / HTTP/1.1\r\nContent-Length: 10485760\r\n${HOST}`),
    waits: true,
  },
  {
    title: 'answers 413 to a body of 10 MiB and one octet by default (RFC 9110 §15.5.14)',
    octets: latin1(`POST / HTTP/1.1\r\nContent-Length: 10485761\r\n${HOST}`),
    error: 'ERR_BODY_TOO_LARGE',
  },
  ...[5, 6].map((limit): ParserCase => ({
    title: `reads chunks of 5 octets in all where ${limit} may come (RFC 9110 §15.5.14)`,
    octets: latin1(`${CHUNKED}2\r\nhe\r\n3\r\nllo\r\n${END}`),
    limits: { maxBodyBytes: limit },
    requests: [{ body: 'hello' }],
  })),
  {
    title: 'answers 413 to the chunk that goes above the limit before its data (RFC 9110 §15.5.14)',
    octets: latin1(`${CHUNKED}2\r\nhe\r\n4\r\n`),
    limits: { maxBodyBytes: 5 },
    error: 'ERR_BODY_TOO_LARGE',
    offset: CHUNKED.length + 10,
    unfinished: { body: 'he' },
  },
  {
    title: 'reads an empty chunked body where none may come (RFC 9110 §15.5.14)',
    octets: latin1(CHUNKED + END),
    limits: { maxBodyBytes: 0 },
  },
  {
    title: 'counts the content of each message for itself (RFC 9110 §15.5.14)',
    octets: latin1(`${CHUNKED}5\r\nhello\r\n${END}`.repeat(3)),
    limits: { maxBodyBytes: 5 },
    requests: [{ body: 'hello' }, { body: 'hello' }, { body: 'hello' }],
  },
]

const withExtension = (bytes: number): string => `5;${'e'.repeat(bytes - 1)}\r\nhello\r\n`
const overhead = (bytes: number): Uint8Array =>
  latin1(`${CHUNKED}1;${'e'.repeat(bytes - 6)}\r\nx\r\n`)
const WIDE = { maxChunkExtensionBytes: 20_000 }
// 16384, and 16 for the one octet of content; the last chunk takes 5 of it.
const BUDGET = 16_400

/** The bounds of what is not content in a chunked body (RFC 9112 §7.1.1). */
export const chunkLimitCases: readonly ParserCase[] = [
  ...[8, 9].map((limit): ParserCase => ({
    title: `reads past 8 octets of extensions where ${limit} may come (RFC 9112 §7.1.1)`,
    octets: latin1(CHUNKED + withExtension(8) + withExtension(8) + END),
    limits: { maxChunkExtensionBytes: limit },
    requests: [{ body: 'hellohello' }],
  })),
  {
    title: 'answers 413 to 8 octets of extensions where 7 may come (RFC 9112 §7.1.1)',
    octets: latin1(CHUNKED + withExtension(7) + withExtension(8) + END),
    limits: { maxChunkExtensionBytes: 7 },
    error: 'ERR_CHUNK_EXTENSION_TOO_LARGE',
    offset: CHUNKED.length + withExtension(7).length + 8,
  },
  {
    title: 'answers 413 to extensions of the last chunk above the limit (RFC 9112 §7.1.1)',
    octets: latin1(`${CHUNKED}0;abcdefgh`),
    limits: { maxChunkExtensionBytes: 8 },
    error: 'ERR_CHUNK_EXTENSION_TOO_LARGE',
  },
  {
    title: 'answers 413 to white space before an extension above the limit (RFC 9112 §7.1.1)',
    octets: latin1(`${CHUNKED}5${' '.repeat(9)}`),
    limits: { maxChunkExtensionBytes: 8 },
    error: 'ERR_CHUNK_EXTENSION_TOO_LARGE',
  },
  {
    title: 'reads past 4096 octets of extensions by default (RFC 9112 §7.1.1)',
    octets: latin1(CHUNKED + withExtension(4096) + END),
    requests: [{ body: 'hello' }],
  },
  {
    // CVE-2024-22019, CVE-2023-39326: extensions without end cost time and memory.
    title: 'answers 413 to 4097 octets of extensions by default (RFC 9112 §7.1.1)',
    octets: latin1(CHUNKED + withExtension(4097) + END),
    error: 'ERR_CHUNK_EXTENSION_TOO_LARGE',
    offset: CHUNKED.length + 1 + 4096,
  },
  {
    title: 'reads 300 chunks of one octet (RFC 9112 §7.1)',
    octets: latin1(CHUNKED + '1\r\nq\r\n'.repeat(300) + END),
    requests: [{ body: 'q'.repeat(300) }],
  },
  {
    title: 'reads a body with as many octets of framing as may come (RFC 9112 §7.1.1)',
    octets: latin1(`${CHUNKED}1;${'e'.repeat(BUDGET - 5 - 6)}\r\nx\r\n${END}`),
    limits: WIDE,
    requests: [{ body: 'x' }],
  },
  {
    title: 'answers 413 to one octet of framing more, at the last chunk (RFC 9112 §7.1.1)',
    octets: latin1(`${CHUNKED}1;${'e'.repeat(BUDGET - 4 - 6)}\r\nx\r\n${END}`),
    limits: WIDE,
    error: 'ERR_CHUNK_OVERHEAD_TOO_LARGE',
    unfinished: { body: 'x' },
  },
  {
    title: 'lets a chunk of the whole budget come (RFC 9112 §7.1.1)',
    octets: overhead(BUDGET),
    limits: WIDE,
    waits: true,
    unfinished: { body: 'x' },
  },
  {
    title: 'answers 413 to a chunk above the whole budget before its data (RFC 9112 §7.1.1)',
    octets: overhead(BUDGET + 1),
    limits: WIDE,
    error: 'ERR_CHUNK_OVERHEAD_TOO_LARGE',
    unfinished: { body: '' },
  },
  {
    title: 'answers 413 to small chunks that carry long extensions (RFC 9112 §7.1.1)',
    octets: latin1(CHUNKED + `1;${'e'.repeat(4000)}\r\nx\r\n`.repeat(6) + END),
    error: 'ERR_CHUNK_OVERHEAD_TOO_LARGE',
    unfinished: { body: 'xxxx' },
  },
  {
    title: 'lets content pay for framing (RFC 9112 §7.1.1)',
    octets: latin1(
      `${CHUNKED}400\r\n${'x'.repeat(1024)}\r\n${`1;${'e'.repeat(4000)}\r\nx\r\n`.repeat(6)}${END}`,
    ),
    requests: [{ body: 'x'.repeat(1030) }],
  },
]

const TRAILER_LINES = 'X: 123456\r\n\r\n'
const TRAILERS = `${CHUNKED}0\r\n`

/** The bounds of the trailer section: 431 beyond (RFC 9112 §7.1.2). */
export const trailerLimitCases: readonly ParserCase[] = [
  ...[TRAILER_LINES.length, TRAILER_LINES.length + 1].map((limit): ParserCase => ({
    title: `reads a trailer section of 13 octets where ${limit} may come (RFC 9112 §7.1.2)`,
    octets: latin1(TRAILERS + TRAILER_LINES),
    limits: { maxTrailerSectionBytes: limit },
    requests: [{ trailers: [['X', '123456']] }],
  })),
  {
    title: 'answers 431 to a trailer section of 13 octets where 12 may come (RFC 9112 §7.1.2)',
    octets: latin1(TRAILERS + TRAILER_LINES),
    limits: { maxTrailerSectionBytes: 12 },
    error: 'ERR_TRAILER_SECTION_TOO_LARGE',
    offset: TRAILERS.length + 12,
  },
  {
    title: 'reads an empty trailer section where 2 octets may come (RFC 9112 §7.1.2)',
    octets: latin1(`${TRAILERS}\r\n`),
    limits: { maxTrailerSectionBytes: 2 },
  },
  {
    title: 'answers 431 to an empty trailer section where 1 octet may come (RFC 9112 §7.1.2)',
    octets: latin1(`${TRAILERS}\r\n`),
    limits: { maxTrailerSectionBytes: 1 },
    error: 'ERR_TRAILER_SECTION_TOO_LARGE',
    offset: TRAILERS.length + 1,
  },
  {
    title: 'reads a trailer section of 8192 octets by default (RFC 9112 §7.1.2)',
    octets: latin1(`${TRAILERS}X: ${'v'.repeat(8192 - 7)}\r\n\r\n`),
    requests: [{ trailers: [['X', 'v'.repeat(8192 - 7)]] }],
  },
  {
    title: 'answers 431 to a trailer section of 8193 octets by default (RFC 9112 §7.1.2)',
    octets: latin1(`${TRAILERS}X: ${'v'.repeat(8193 - 7)}\r\n\r\n`),
    error: 'ERR_TRAILER_SECTION_TOO_LARGE',
    offset: TRAILERS.length + 8192,
  },
  {
    title: 'answers 431 to a trailer section that does not end (RFC 9112 §7.1.2)',
    octets: latin1(`${TRAILERS}X: ${'v'.repeat(60)}`),
    limits: { maxTrailerSectionBytes: 32 },
    error: 'ERR_TRAILER_SECTION_TOO_LARGE',
  },
  {
    title: 'reads 3 trailer fields where 3 may come (RFC 9112 §7.1.2)',
    octets: latin1(`${TRAILERS}X:\r\nY:\r\nZ:\r\n\r\n`),
    limits: { maxFieldLines: 3 },
  },
  {
    title: 'answers 431 to 4 trailer fields where 3 may come (RFC 9112 §7.1.2)',
    octets: latin1(`${TRAILERS}W:\r\nX:\r\nY:\r\nZ:\r\n\r\n`),
    limits: { maxFieldLines: 3 },
    error: 'ERR_TOO_MANY_FIELD_LINES',
    offset: TRAILERS.length + 12,
  },
]
