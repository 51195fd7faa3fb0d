import { latin1 } from '../support/octets.ts'
import type { ResponseCase } from '../support/response-case.ts'

const HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const START = HEAD.length
const chunked = (body: string): Uint8Array => latin1(HEAD + body)

const refused = (
  title: string,
  body: string,
  error: ResponseCase['error'] & string,
  distance: number,
): ResponseCase => ({ title, octets: chunked(body), error, offset: START + distance })

/** RFC 9112 §7.1 as responses have it. What a chunk may be is tested to the end where its reader lives, in message-framing. */
export const chunkedCases: readonly ResponseCase[] = [
  {
    title: 'reads several chunks as one body (RFC 9112 §7.1)',
    octets: chunked('5\r\nhello\r\nA\r\n0123456789\r\n000\r\n\r\n'),
    responses: [{ framing: 'chunked', body: 'hello0123456789', trailers: [] }],
  },
  {
    title: 'reads past extensions (RFC 9112 §7.1.1)',
    octets: chunked('5;a;b=c ; d="e\\"\r"\r\n'.replace('\r"', '"') + 'hello\r\n0;last\r\n\r\n'),
    responses: [{ body: 'hello' }],
  },
  {
    title: 'reads a trailer section and keeps it out of the headers (RFC 9112 §7.1.2)',
    octets: chunked('5\r\nhello\r\n0\r\nX-Sum: 10\r\nx-SUM: 11\r\n\r\n'),
    responses: [
      {
        headers: [['Transfer-Encoding', 'chunked']],
        body: 'hello',
        trailers: [
          ['X-Sum', '10'],
          ['x-SUM', '11'],
        ],
      },
    ],
  },
  {
    title: 'forgets trailers when the next response begins (RFC 9112 §7.1.2)',
    octets: latin1(`${HEAD}0\r\nX: 1\r\n\r\n${HEAD}0\r\n\r\nHTTP/1.1 204 \r\n\r\n`),
    responses: [{ trailers: [['X', '1']] }, { trailers: [] }, { trailers: [] }],
  },
  {
    title: 'waits for the rest of a chunk and gives what there is (RFC 9112 §7.1)',
    octets: chunked('5\r\nhel'),
    waits: true,
    unfinished: { body: 'hel' },
  },
  {
    title: 'waits for the empty line behind the trailer section (RFC 9112 §7.1.2)',
    octets: chunked('0\r\nX: 1\r\n'),
    waits: true,
    unfinished: { body: '' },
  },
  refused('refuses a size that is none (RFC 9112 §7.1)', 'x\r\n', 'ERR_CHUNK_SIZE', 0),
  refused('refuses a bare LF behind a size (RFC 9112 §7.1)', '5\nhello\r\n', 'ERR_CHUNK_SIZE', 1),
  refused(
    'refuses a space behind a size (RFC 9112 §7.1)',
    '5 \r\nhello\r\n',
    'ERR_CHUNK_EXTENSION',
    2,
  ),
  refused(
    'refuses data longer than its size (RFC 9112 §7.1)',
    '4\r\nhello\r\n',
    'ERR_CHUNK_DATA',
    7,
  ),
  refused('refuses a bare LF behind the data (RFC 9112 §7.1)', '5\r\nhello\n', 'ERR_CHUNK_DATA', 8),
  refused('refuses a bare LF in an extension (RFC 9112 §7.1.1)', '5;a\n', 'ERR_CHUNK_EXTENSION', 3),
  {
    title: 'discards trailers that may not be any, and keeps them apart (RFC 9110 §6.5.1)',
    octets: latin1(
      `${HEAD}2\r\nok\r\n0\r\nSet-Cookie: a=1\r\nX-Sum: 10\r\nset-COOKIE: b=2\r\nConnection: close\r\n\r\n${HEAD}0\r\n\r\n`,
    ),
    responses: [
      {
        headers: [['Transfer-Encoding', 'chunked']],
        persistent: true,
        body: 'ok',
        trailers: [['X-Sum', '10']],
        discarded: [
          ['Set-Cookie', 'a=1'],
          ['set-COOKIE', 'b=2'],
          ['Connection', 'close'],
        ],
      },
      { trailers: [], discarded: [] },
    ],
  },
  {
    title: 'has no trailers when none of them may be one (RFC 9110 §6.5.1)',
    octets: chunked('0\r\nSet-Cookie: a=1\r\n\r\n'),
    responses: [{ body: '', trailers: [], discarded: [['Set-Cookie', 'a=1']] }],
  },
  ...['Content-Length: 5', 'content-LENGTH: 0', 'Transfer-Encoding: chunked', 'Host: a'].map(
    (line) =>
      refused(
        `refuses a trailer that frames or routes, ${line} (RFC 9110 §6.5.1)`,
        `0\r\nSet-Cookie: a=1\r\n${line}\r\n\r\n`,
        'ERR_TRAILER_FIELD',
        20,
      ),
  ),
  refused('refuses a folded trailer (RFC 9112 §5.2)', '0\r\nX: 1\r\n 2\r\n\r\n', 'ERR_OBS_FOLD', 9),
  refused(
    'refuses a bare LF behind a trailer (RFC 9112 §2.2)',
    '0\r\nX: 1\n\r\n',
    'ERR_BARE_LF',
    7,
  ),
]
