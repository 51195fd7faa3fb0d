import { latin1, octets, shown } from '../support/octets.ts'
import type { ParserCase } from '../support/parser-case.ts'

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\n'

interface ExpectRow {
  readonly title: string
  readonly lines: string
  readonly version?: '1.0'
  readonly expectsContinue: boolean
  readonly body?: string
}

const expectCase = (row: ExpectRow): ParserCase => ({
  title: `${row.title} (RFC 9110 §10.1.1)`,
  octets: latin1(
    `POST / HTTP/${row.version ?? '1.1'}\r\nHost: a\r\n${row.lines}\r\n\r\n${row.body ?? ''}`,
  ),
  requests: [{ expectsContinue: row.expectsContinue }],
})

/** RFC 9110 §10.1.1. */
export const expectCases: readonly ParserCase[] = [
  ...[
    {
      title: 'sees that the client waits before a body of known length',
      lines: 'Expect: 100-continue\r\nContent-Length: 5',
      body: 'hello',
      expectsContinue: true,
    },
    {
      title: 'sees that the client waits before a chunked body',
      lines: 'Expect: 100-continue\r\nTransfer-Encoding: chunked',
      body: '0\r\n\r\n',
      expectsContinue: true,
    },
    {
      title: 'reads the expectation in any letter case',
      lines: 'eXPECT: 100-CONTINUE\r\nContent-Length: 1',
      body: 'x',
      expectsContinue: true,
    },
    {
      title: 'reads the expectation twice as once',
      lines: 'Expect: 100-continue\r\nExpect: , 100-Continue,\r\nContent-Length: 1',
      body: 'x',
      expectsContinue: true,
    },
    {
      title: 'sees no expectation where none is sent',
      lines: 'Content-Length: 1',
      body: 'x',
      expectsContinue: false,
    },
    {
      title: 'sees no expectation in an empty Expect',
      lines: 'Expect:\r\nContent-Length: 1',
      body: 'x',
      expectsContinue: false,
    },
    {
      title: 'sees no expectation in empty members',
      lines: 'Expect: , ,\r\nContent-Length: 1',
      body: 'x',
      expectsContinue: false,
    },
    {
      title: 'takes no notice of the expectation without a body',
      lines: 'Expect: 100-continue',
      expectsContinue: false,
    },
    {
      title: 'takes no notice of the expectation before a body of length 0',
      lines: 'Expect: 100-continue\r\nContent-Length: 0',
      expectsContinue: false,
    },
    {
      title: 'takes no notice of the expectation in HTTP/1.0',
      lines: 'Expect: 100-continue\r\nContent-Length: 1',
      version: '1.0' as const,
      body: 'x',
      expectsContinue: false,
    },
    {
      title: 'takes no notice of an unknown expectation in HTTP/1.0',
      lines: 'Expect: 200-ok\r\nContent-Length: 1',
      version: '1.0' as const,
      body: 'x',
      expectsContinue: false,
    },
  ].map(expectCase),
  ...[
    '200-ok',
    '100',
    '100-continue; q=1',
    '100-continue, 200-ok',
    '"100-continue"',
    '100-continu\xe9',
  ].map((value): ParserCase => ({
    title: `answers 417 to Expect: ${shown(value)} (RFC 9110 §10.1.1)`,
    octets: latin1(`${HEAD}Expect: ${value}\r\nContent-Length: 1\r\n\r\nx`),
    error: 'ERR_EXPECTATION',
    offset: HEAD.length,
  })),
  {
    title: 'answers 417 to an unknown expectation without a body too (RFC 9110 §10.1.1)',
    octets: latin1(`${HEAD}Expect: 200-ok\r\n\r\n`),
    error: 'ERR_EXPECTATION',
  },
]

const persistence = (version: string, persistent: boolean, options: string): ParserCase => ({
  title: `${persistent ? 'keeps' : 'closes'} an HTTP/${version} connection for ${shown(options)} (RFC 9112 §9.3)`,
  octets: latin1(`GET / HTTP/${version}\r\nHost: a\r\n${options}\r\n\r\n`),
  requests: [{ persistent }],
})

/** RFC 9112 §9.3. */
export const persistenceCases: readonly ParserCase[] = [
  persistence('1.1', true, 'X: 1'),
  persistence('1.1', true, 'Connection: foo'),
  persistence('1.1', true, 'Connection:'),
  persistence('1.1', true, 'Connection: keep-alive'),
  persistence('1.1', true, 'Connection: closed'),
  persistence('1.1', true, 'Connection: x-close, closex'),
  persistence('1.1', true, 'Proxy-Connection: close'),
  persistence('1.1', false, 'Connection: close'),
  persistence('1.1', false, 'cONNECTION: CLOSE'),
  persistence('1.1', false, 'Connection: foo , close,bar'),
  persistence('1.1', false, 'Connection: ,, close ,'),
  persistence('1.1', false, 'Connection: foo\r\nX: 1\r\nConnection: close'),
  persistence('1.1', false, 'Connection: keep-alive, close'),
  persistence('1.0', false, 'X: 1'),
  persistence('1.0', false, 'Connection: foo'),
  persistence('1.0', false, 'Connection: close'),
  persistence('1.0', false, 'Connection: close, keep-alive'),
  persistence('1.0', false, 'Proxy-Connection: keep-alive'),
  persistence('1.0', false, 'Keep-Alive: timeout=5'),
  persistence('1.0', true, 'Connection: keep-alive'),
  persistence('1.0', true, 'Connection: foo, Keep-Alive'),
]

const GET = 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n'

/** RFC 9112 §9.3.2. */
export const pipeliningCases: readonly ParserCase[] = [
  {
    title: 'reads pipelined requests in order (RFC 9112 §9.3.2)',
    octets: octets`GET /1 HTTP/1.1
Host: a

GET /2 HTTP/1.1
Host: a

GET /3 HTTP/1.1
Host: a

`,
    requests: [{ requestTarget: '/1' }, { requestTarget: '/2' }, { requestTarget: '/3' }],
  },
  {
    title: 'reads pipelined requests with every kind of body (RFC 9112 §9.3.2)',
    octets: octets`POST /1 HTTP/1.1
Host: a
Content-Length: 3

onePOST /2 HTTP/1.1
Host: a
Transfer-Encoding: chunked

3
two
0

GET /3 HTTP/1.1
Host: a

POST /4 HTTP/1.1
Host: a
Content-Length: 0

`,
    requests: [
      { requestTarget: '/1', body: 'one' },
      { requestTarget: '/2', body: 'two' },
      { requestTarget: '/3', body: '' },
      { requestTarget: '/4', body: '' },
    ],
  },
  {
    title: 'reads the requests before a bad one (RFC 9112 §9.3.2)',
    octets: octets`GET /1 HTTP/1.1
Host: a

BAD\x01 / HTTP/1.1

`,
    requests: [{ requestTarget: '/1' }],
    error: 'ERR_METHOD',
    offset: 3,
  },
  {
    title:
      'reads on behind a request that closes: whose octets those are is the server’s to say (RFC 9112 §9.6)',
    octets: octets`GET /1 HTTP/1.1
Host: a
Connection: close

GET /2 HTTP/1.1
Host: a

`,
    requests: [{ persistent: false }, { persistent: true }],
  },
  {
    title: 'counts the offset of a fault from the start of its message (RFC 9112 §9.3.2)',
    octets: octets`GET /1 HTTP/1.1
Host: a

GET /2 HTTP/1.1
Host: a b

`,
    requests: [{ requestTarget: '/1' }],
    error: 'ERR_HOST',
    offset: 17,
  },
]

const cut = (what: string, text: string, offset = text.length): ParserCase => ({
  title: `refuses a message that ends ${what} (RFC 9112 §8)`,
  octets: latin1(text),
  end: true,
  error: 'ERR_INCOMPLETE_MESSAGE',
  offset,
})

const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`

/** RFC 9112 §8. */
export const incompleteCases: readonly ParserCase[] = [
  cut('in the method', 'GE'),
  cut('in the request target', 'GET /coff'),
  cut('in the version', 'GET / HTTP/1.'),
  cut('between the CR and LF of the request line', 'GET / HTTP/1.1\r'),
  cut('behind the request line', 'GET / HTTP/1.1\r\n'),
  cut('in a field line', 'GET / HTTP/1.1\r\nHost: local'),
  cut('before the empty line', 'GET / HTTP/1.1\r\nHost: a\r\n'),
  cut('in the empty line', 'GET / HTTP/1.1\r\nHost: a\r\n\r'),
  cut('behind empty lines and a part of a method', '\r\n\r\nG'),
  cut('before a body of known length', `${HEAD}Content-Length: 5\r\n\r\n`),
  cut('in a body of known length', `${HEAD}Content-Length: 5\r\n\r\nhell`),
  cut('before the first chunk', CHUNKED),
  cut('in a chunk size', `${CHUNKED}1`),
  cut('in a chunk extension', `${CHUNKED}1;a=`),
  cut('behind the CR of a chunk size', `${CHUNKED}1\r`),
  cut('in chunk data', `${CHUNKED}5\r\nhel`),
  cut('behind chunk data', `${CHUNKED}5\r\nhello`),
  cut('in the line end behind chunk data', `${CHUNKED}5\r\nhello\r`),
  cut('before the last chunk', `${CHUNKED}5\r\nhello\r\n`),
  cut('behind the last chunk', `${CHUNKED}0\r\n`),
  cut('in the line end behind the last chunk', `${CHUNKED}0\r\n\r`),
  cut('in the trailer section', `${CHUNKED}0\r\nX: 1\r\n`),
  {
    title: 'refuses a cut message behind a whole one (RFC 9112 §8)',
    octets: latin1(`${GET}GET /2`),
    end: true,
    requests: [{ requestTarget: '/1' }],
    error: 'ERR_INCOMPLETE_MESSAGE',
    offset: 6,
  },
  {
    title: 'counts what was read of a cut message from its start (RFC 9112 §8)',
    octets: latin1(`${HEAD}Content-Length: 5\r\n\r\nhello`.repeat(2).slice(0, -2)),
    end: true,
    requests: [{ body: 'hello' }],
    error: 'ERR_INCOMPLETE_MESSAGE',
    offset: HEAD.length + 24,
    unfinished: { body: 'hel' },
  },
  {
    title: 'takes the end behind a whole message for no fault (RFC 9112 §9.6)',
    octets: latin1(GET),
    end: true,
    requests: [{ requestTarget: '/1' }],
  },
  {
    title: 'takes the end behind a whole body for no fault (RFC 9112 §9.6)',
    octets: latin1(`${CHUNKED}5\r\nhello\r\n0\r\n\r\n`),
    end: true,
    requests: [{ body: 'hello' }],
  },
  {
    title: 'finds nothing when nothing is sent (RFC 9112 §8)',
    octets: latin1(''),
    end: true,
    requests: [],
  },
]
