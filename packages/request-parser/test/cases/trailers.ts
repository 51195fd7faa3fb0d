import { latin1 } from '../support/octets.ts'
import type { ParserCase } from '../support/parser-case.ts'

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
const END = '0\r\n\r\n'
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
const BODY = `${HEAD}5\r\nhello\r\n`
const TRAILERS = BODY.length + '0\r\n'.length
const withTrailers = (lines: string): Uint8Array => latin1(`${BODY}0\r\n${lines}\r\n`)

/** RFC 9112 §7.1.2 and RFC 9110 §6.5. */
export const trailerCases: readonly ParserCase[] = [
  {
    title: 'reads a trailer section (RFC 9112 §7.1.2)',
    octets: withTrailers('X-Sum: abc\r\nx-sum: def\r\nY:\r\n'),
    requests: [
      {
        body: 'hello',
        trailers: [
          ['X-Sum', 'abc'],
          ['x-sum', 'def'],
          ['Y', ''],
        ],
      },
    ],
  },
  {
    title: 'keeps trailers out of the headers (RFC 9110 §6.5.1)',
    octets: withTrailers('X-Late: 1\r\n'),
    requests: [
      {
        headers: [
          ['Host', 'a'],
          ['Transfer-Encoding', 'chunked'],
        ],
        trailers: [['X-Late', '1']],
      },
    ],
  },
  {
    title: 'forgets trailers when the next request begins (RFC 9112 §7.1.2)',
    octets: latin1(`${HEAD}0\r\nX: 1\r\n\r\n${HEAD}${END}${SMUGGLED}`),
    requests: [{ trailers: [['X', '1']] }, { trailers: [] }, { trailers: [] }],
  },
  {
    title: 'reads fields that checksums and signatures come in (RFC 9110 §6.5)',
    octets: withTrailers('ETag: "x"\r\nDigest: a\r\nContent-MD5: b\r\nServer-Timing: c\r\n'),
    requests: [
      {
        trailers: [
          ['ETag', '"x"'],
          ['Digest', 'a'],
          ['Content-MD5', 'b'],
          ['Server-Timing', 'c'],
        ],
      },
    ],
  },
  {
    title: 'waits for the rest of the trailer section (RFC 9112 §7.1.2)',
    octets: latin1(`${BODY}0\r\nX-S`),
    waits: true,
    unfinished: { body: 'hello' },
  },
  {
    title: 'waits for the empty line behind the trailer section (RFC 9112 §7.1.2)',
    octets: latin1(`${BODY}0\r\nX: 1\r\n`),
    waits: true,
    unfinished: { body: 'hello' },
  },
  ...[
    'Authorization: Basic eDp5',
    'Connection: close',
    'Content-Length: 50',
    'Cookie: a=b',
    'Host: evil.test',
    'Keep-Alive: timeout=5',
    'Max-Forwards: 1',
    'Proxy-Authenticate: Basic',
    'Proxy-Authorization: Basic eDp5',
    'Proxy-Connection: close',
    'Set-Cookie: a=b',
    'TE: trailers',
    'Trailer: X',
    'Transfer-Encoding: chunked',
    'Upgrade: h2c',
    'WWW-Authenticate: Basic',
    'cONTENT-lENGTH: 0',
    'Forwarded: for=10.0.0.1',
    'Origin: https://evil.test',
    'Via: 1.1 a',
    'X-Forwarded-For: 10.0.0.1',
    'X-Forwarded-Host: evil.test',
    'X-Forwarded-Proto: https',
  ].map((line): ParserCase => ({
    title: `refuses ${line.slice(0, line.indexOf(':'))} as a trailer field (RFC 9110 §6.5.1)`,
    octets: withTrailers(`X: 1\r\n${line}\r\n`),
    error: 'ERR_TRAILER_FIELD',
    offset: TRAILERS + 6,
  })),
  ...[
    'Accept: text/html',
    'Age: 1',
    'Content-Language: en',
    'Content-Location: /a',
    'Date: Sat, 01 Jan 2000 00:00:00 GMT',
    'Location: /a',
    'Prefer: wait=1',
    'Vary: *',
    'Cache-Control: no-store',
    'Content-Encoding: gzip',
    'Content-Range: bytes 0-1/2',
    'Content-Type: text/html',
    'Expect: 100-continue',
    'If-Match: "x"',
    'If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT',
    'If-None-Match: "x"',
    'If-Range: "x"',
    'If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT',
    'Pragma: no-cache',
    'Range: bytes=0-1',
  ].map((line): ParserCase => {
    const [name = '', value = ''] = line.split(': ')
    return {
      title: `discards ${name} as a trailer field (RFC 9110 §6.5.1)`,
      octets: withTrailers(`X: 1\r\n${line}\r\nY: 2\r\n`),
      requests: [
        {
          body: 'hello',
          trailers: [
            ['X', '1'],
            ['Y', '2'],
          ],
          discarded: [[name, value]],
        },
      ],
    }
  }),
  {
    title: 'forgets discarded trailers when the next request begins (RFC 9110 §6.5.1)',
    octets: latin1(`${HEAD}0\r\nVary: *\r\n\r\n${HEAD}${END}${SMUGGLED}`),
    requests: [
      { trailers: [], discarded: [['Vary', '*']] },
      { trailers: [], discarded: [] },
      { trailers: [], discarded: [] },
    ],
  },
  ...[
    ['a trailer line without a colon', 'broken\r\n', 'ERR_FIELD_LINE', 6],
    ['white space before the colon of a trailer', 'X : 1\r\n', 'ERR_FIELD_NAME', 1],
    ['white space before the first trailer', ' X: 1\r\n', 'ERR_FIELD_NAME', 0],
    ['an empty name in a trailer', ': 1\r\n', 'ERR_FIELD_NAME', 0],
    ['a folded trailer', 'X: 1\r\n 2\r\n', 'ERR_OBS_FOLD', 6],
    ['a control character in a trailer', 'X: \x01\r\n', 'ERR_FIELD_VALUE', 3],
    ['a bare LF behind a trailer', 'X: 1\nY: 2\r\n', 'ERR_BARE_LF', 4],
    ['a bare CR behind a trailer', 'X: 1\rY: 2\r\n', 'ERR_BARE_CR', 5],
    ['a bare LF for the empty line behind the last chunk', '\n', 'ERR_BARE_LF', 0],
    ['a bare LF behind one octet in a trailer section', 'X\n', 'ERR_BARE_LF', 1],
    ['a bare CR for the empty line behind the last chunk', '\rX', 'ERR_BARE_CR', 1],
    // Puma took two octets for the empty line and the rest for the next request.
    ['a request in place of the empty line', SMUGGLED, 'ERR_FIELD_NAME', 3],
    ['other octets in place of the empty line', 'XX', 'ERR_FIELD_LINE', 2],
  ].map(([what, lines, error, distance]): ParserCase => ({
    title: `refuses ${what} (RFC 9112 §7.1.2)`,
    octets: withTrailers(String(lines)),
    error: error as 'ERR_BARE_CR',
    offset: TRAILERS + Number(distance),
  })),
]
