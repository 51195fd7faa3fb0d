import type { ChunkedLimits, FramingFaultCode, UnfitTrailers } from '../../src/index.ts'

/** The limits of every row that names no other. */
export const LIMITS: ChunkedLimits = {
  maxBodyBytes: 1_000_000,
  maxChunkExtensionBytes: 64,
  maxTrailerSectionBytes: 64,
  maxFieldLines: 3,
}

/** One behaviour of the decoder. */
export interface Row {
  readonly title: string
  readonly text: string
  readonly limits?: Partial<ChunkedLimits>
  readonly unfitTrailers?: UnfitTrailers
  readonly content?: string
  readonly trailers?: readonly (readonly [string, string])[]
  readonly discarded?: readonly (readonly [string, string])[]
  /** What stands behind the body (default nothing). */
  readonly rest?: string
  readonly complete?: false
  readonly error?: FramingFaultCode | `ERR_${string}`
  readonly offset?: number
}

/** The last chunk and an empty trailer section. */
export const END = '0\r\n\r\n'

/** Chunked bodies, and what comes of them in whatever pieces they arrive. */
export const ROWS: readonly Row[] = [
  { title: 'reads one chunk (RFC 9112 §7.1)', text: `5\r\nhello\r\n${END}`, content: 'hello' },
  {
    title: 'reads several chunks (RFC 9112 §7.1)',
    text: `1\r\na\r\n02\r\nbc\r\nA\r\n0123456789\r\n${END}`,
    content: 'abc0123456789',
  },
  { title: 'reads the last chunk alone (RFC 9112 §7.1)', text: END, content: '' },
  { title: 'reads a last chunk of many zeros (RFC 9112 §7.1)', text: '000000000000\r\n\r\n' },
  {
    title: 'reads content that looks like framing (RFC 9112 §7.1)',
    text: `9\r\n\r\n0\r\n\r\n;\n\r\n${END}`,
    content: '\r\n0\r\n\r\n;\n',
  },
  {
    title: 'leaves what stands behind the body (RFC 9112 §7.1)',
    text: `1\r\na\r\n${END}GET / HTTP/1.1\r\n`,
    content: 'a',
    rest: 'GET / HTTP/1.1\r\n',
  },
  {
    title: 'leaves an empty line behind the body (RFC 9112 §7.1)',
    text: `${END}\r\n`,
    rest: '\r\n',
  },
  {
    title: 'waits for the rest (RFC 9112 §7.1)',
    text: '5\r\nhello\r\n0\r\n\r',
    content: 'hello',
    complete: false,
  },
  ...[
    '\r\n',
    'z\r\n',
    '5z\r\n',
    '0x5\r\n',
    '-1\r\n',
    '+1\r\n',
    ' 5\r\n',
    '5\n',
    '5\r\r\n',
    '5\0\r\n',
  ].map((text): Row => ({
    title: `refuses the size line ${JSON.stringify(text)} (RFC 9112 §7.1)`,
    text: `${text}hello\r\n${END}`,
    error: 'ERR_CHUNK_SIZE',
  })),
  {
    title: 'reads 12 digits (RFC 9112 §7.1)',
    text: `000000000001\r\na\r\n${END}`,
    content: 'a',
  },
  {
    title: 'refuses 13 digits (RFC 9112 §7.1)',
    text: `0000000000001\r\na\r\n${END}`,
    error: 'ERR_CHUNK_SIZE',
    offset: 12,
  },
  ...['helloX\r\n', 'hello\n', 'hello\rX', 'hello0\r\n', 'hellohello\r\n'].map((text): Row => ({
    title: `refuses ${JSON.stringify(text)} for 5 octets of data (RFC 9112 §7.1)`,
    text: `5\r\n${text}`,
    content: 'hello',
    error: 'ERR_CHUNK_DATA',
  })),
  ...[';a', ';a=b', ';a="b;\\"\t"', ' ; a = b ;c', '\t;a=" " ;b'].map((extension): Row => ({
    title: `reads past the extension ${JSON.stringify(extension)} (RFC 9112 §7.1.1)`,
    text: `1${extension}\r\nx\r\n0${extension}\r\n\r\n`,
    content: 'x',
  })),
  ...[';', ' ', ';=', ';a=', ';a="b', ';a=b"', ';a="b"c', ';a\n', ';a="\r\n"', ';a '].map(
    (extension): Row => ({
      title: `refuses the extension ${JSON.stringify(extension)} (RFC 9112 §7.1.1)`,
      text: `1${extension}\r\nx\r\n${END}`,
      error: 'ERR_CHUNK_EXTENSION',
    }),
  ),
  {
    title: 'refuses a bare CR behind an extension (RFC 9112 §7.1.1)',
    text: `1;a\rx\r\n${END}`,
    error: 'ERR_CHUNK_SIZE',
    offset: 4,
  },
  {
    title: 'reads extensions at their limit, in every chunk anew (RFC 9112 §7.1.1)',
    text: `1;abc\r\nx\r\n1;abc\r\ny\r\n0;abc\r\n\r\n`,
    limits: { maxChunkExtensionBytes: 4 },
    content: 'xy',
  },
  {
    title: 'refuses extensions one octet above their limit (RFC 9112 §7.1.1)',
    text: `1;abcd\r\nx\r\n`,
    limits: { maxChunkExtensionBytes: 4 },
    error: 'ERR_CHUNK_EXTENSION_TOO_LARGE',
    offset: 5,
  },
  {
    title: 'reads content at its limit (RFC 9110 §15.5.14)',
    text: `2\r\nab\r\n3\r\ncde\r\n${END}`,
    limits: { maxBodyBytes: 5 },
    content: 'abcde',
  },
  {
    title: 'refuses the chunk that goes above the limit of the content (RFC 9110 §15.5.14)',
    text: `2\r\nab\r\n4\r\n`,
    limits: { maxBodyBytes: 5 },
    content: 'ab',
    error: 'ERR_BODY_TOO_LARGE',
    offset: 10,
  },
  {
    title: 'reads a trailer section (RFC 9112 §7.1.2)',
    text: `0\r\nX-A: 1\r\nx-b:2 \r\n\r\n`,
    trailers: [
      ['X-A', '1'],
      ['x-b', '2'],
    ],
  },
  {
    title: 'leaves what stands behind the trailer section (RFC 9112 §7.1.2)',
    text: `0\r\nX: 1\r\n\r\nGET`,
    trailers: [['X', '1']],
    rest: 'GET',
  },
  {
    title: 'reads a trailer section at its limit (RFC 9112 §7.1.2)',
    text: `0\r\nX: 1\r\n\r\n`,
    limits: { maxTrailerSectionBytes: 8 },
    trailers: [['X', '1']],
  },
  {
    title: 'refuses a trailer section one octet above its limit (RFC 9112 §7.1.2)',
    text: `0\r\nX: 12\r\n\r\n`,
    limits: { maxTrailerSectionBytes: 8 },
    error: 'ERR_TRAILER_SECTION_TOO_LARGE',
    offset: 11,
  },
  {
    title: 'refuses even an empty trailer section where 1 octet may come (RFC 9112 §7.1.2)',
    text: END,
    limits: { maxTrailerSectionBytes: 1 },
    error: 'ERR_TRAILER_SECTION_TOO_LARGE',
    offset: 4,
  },
  {
    title: 'refuses one trailer field more than may come (RFC 9112 §7.1.2)',
    text: `0\r\nA:\r\nB:\r\nC:\r\nD:\r\n\r\n`,
    error: 'ERR_TOO_MANY_FIELD_LINES',
    offset: 15,
  },
  {
    title: 'refuses a field that may not come late, and says where (RFC 9110 §6.5.1)',
    text: `0\r\nX: 1\r\nContent-Length: 5\r\n\r\n`,
    error: 'ERR_TRAILER_FIELD',
    offset: 9,
  },
  {
    title: 'discards fields that may not come late where that is asked for (RFC 9110 §6.5.1)',
    text: `0\r\nSet-Cookie: a\r\nX: 1\r\nAge: 0\r\n\r\nrest`,
    unfitTrailers: 'discard',
    trailers: [['X', '1']],
    discarded: [
      ['Set-Cookie', 'a'],
      ['Age', '0'],
    ],
    rest: 'rest',
  },
  {
    title: 'discards all fields when none may come late (RFC 9110 §6.5.1)',
    text: `0\r\nCookie: a\r\n\r\n`,
    unfitTrailers: 'discard',
    discarded: [['Cookie', 'a']],
  },
  ...['Content-Length: 5', 'TRANSFER-encoding: chunked', 'Host: a'].map((line): Row => ({
    title: `discards no field that frames or routes, but refuses ${line} (RFC 9110 §6.5.1)`,
    text: `0\r\nAge: 1\r\n${line}\r\n\r\n`,
    unfitTrailers: 'discard',
    error: 'ERR_TRAILER_FIELD',
    offset: 11,
  })),
  {
    title: 'discards fields of a request that describe, direct or ask (RFC 9110 §6.5.1)',
    text: `0\r\nVary: *\r\nX: 1\r\nAccept: a/b\r\n\r\nrest`,
    unfitTrailers: 'discard-in-request',
    trailers: [['X', '1']],
    discarded: [
      ['Vary', '*'],
      ['Accept', 'a/b'],
    ],
    rest: 'rest',
  },
  ...['Host: a', 'Cookie: a=b', 'x-forwarded-FOR: 10.0.0.1', 'Connection: close'].map(
    (line): Row => ({
      title: `discards no field of a request that frames, routes or authenticates, but refuses ${line} (RFC 9110 §6.5.1)`,
      text: `0\r\nAge: 1\r\n${line}\r\n\r\n`,
      unfitTrailers: 'discard-in-request',
      error: 'ERR_TRAILER_FIELD',
      offset: 11,
    }),
  ),
  {
    title: 'refuses a folded trailer (RFC 9112 §5.2)',
    text: `0\r\nX: 1\r\n 2\r\n\r\n`,
    error: 'ERR_OBS_FOLD',
    offset: 9,
  },
  {
    title: 'refuses a bare LF for the empty line (RFC 9112 §2.2)',
    text: `0\r\n\n`,
    error: 'ERR_BARE_LF',
    offset: 3,
  },
  {
    title: 'refuses a bare LF behind one octet of the trailer section (RFC 9112 §2.2)',
    text: `0\r\nX\n`,
    error: 'ERR_BARE_LF',
    offset: 4,
  },
  {
    title: 'refuses a bare CR for the empty line (RFC 9112 §2.2)',
    text: `0\r\n\rX`,
    error: 'ERR_BARE_CR',
    offset: 4,
  },
]
