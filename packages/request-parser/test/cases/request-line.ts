import { latin1, octets, shown } from '../support/octets.ts'
import type { ParserCase } from '../support/parser-case.ts'

const HOST = 'Host: a\r\n\r\n'
const line = (requestLine: string): Uint8Array => latin1(`${requestLine}\r\n${HOST}`)
const TLS_HELLO = `\x16\x03\x01\x00\x9a\x01\x00\x00\x96\x03\x03${'R'.repeat(32)}\x00\x00\x04\x13\x01\x13\x02\x01\x00`

/** Line ends, empty lines and what is no HTTP at all. */
export const parsingCases: readonly ParserCase[] = [
  {
    title: 'reads a request line and a header section (RFC 9112 §2.1)',
    octets: octets`GET /coffee?milk=1 HTTP/1.1
Host: localhost:42069
Accept: */*

`,
    requests: [
      {
        method: 'GET',
        requestTarget: '/coffee?milk=1',
        httpVersion: '1.1',
        headers: [
          ['Host', 'localhost:42069'],
          ['Accept', '*/*'],
        ],
        framing: 'none',
        persistent: true,
        expectsContinue: false,
        body: '',
        trailers: [],
      },
    ],
  },
  {
    title: 'ignores an empty line before the request line (RFC 9112 §2.2)',
    octets: octets`
GET / HTTP/1.1
Host: a

`,
  },
  {
    title: 'ignores several empty lines before the request line (RFC 9112 §2.2)',
    octets: octets`


GET / HTTP/1.1
Host: a

`,
  },
  {
    title: 'ignores the empty line that old clients send behind a body (RFC 9112 §2.2)',
    octets: octets`POST / HTTP/1.1
Host: a
Content-Length: 2

ok
GET /next HTTP/1.1
Host: a

`,
    requests: [{ body: 'ok' }, { requestTarget: '/next' }],
  },
  {
    title: 'finds nothing in empty lines alone (RFC 9112 §2.2)',
    octets: octets`

`,
    requests: [],
  },
  {
    title: 'finds no cut message in empty lines before the end (RFC 9112 §2.2)',
    octets: octets`

`,
    end: true,
    requests: [],
  },
  {
    title: 'finds no cut message in a CR before the end (RFC 9112 §2.2)',
    octets: octets`\r`,
    end: true,
    requests: [],
  },
  {
    title: 'refuses a bare LF before the request line (RFC 9112 §2.2)',
    octets: octets`\nGET / HTTP/1.1
Host: a

`,
    error: 'ERR_BARE_LF',
    offset: 0,
  },
  {
    title: 'refuses a bare CR before the request line (RFC 9112 §2.2)',
    octets: octets`\rGET / HTTP/1.1
Host: a

`,
    error: 'ERR_BARE_CR',
    offset: 1,
  },
  {
    title: 'refuses two CRs before the request line (RFC 9112 §2.2)',
    octets: octets`\r\r\nGET / HTTP/1.1
Host: a

`,
    error: 'ERR_BARE_CR',
    offset: 1,
  },
  {
    title: 'refuses a bare LF after the request line (RFC 9112 §2.2)',
    octets: octets`GET / HTTP/1.1\nHost: a

`,
    error: 'ERR_BARE_LF',
    offset: 14,
  },
  {
    title: 'refuses a bare CR after the request line (RFC 9112 §2.2)',
    octets: octets`GET / HTTP/1.1\rHost: a

`,
    error: 'ERR_BARE_CR',
    offset: 15,
  },
  {
    title: 'refuses two CRs after the request line (RFC 9112 §2.2)',
    octets: octets`GET / HTTP/1.1\r\r\nHost: a

`,
    error: 'ERR_BARE_CR',
    offset: 15,
  },
  {
    title: 'refuses LF CR as a line end (RFC 9112 §2.2)',
    octets: octets`GET / HTTP/1.1\n\rHost: a

`,
    error: 'ERR_BARE_LF',
  },
  {
    title: 'refuses lines that end with LF alone throughout (RFC 9112 §2.2)',
    octets: octets`GET / HTTP/1.1\nHost: a\n\n`,
    error: 'ERR_BARE_LF',
  },
  {
    title: 'refuses white space between the request line and the first field (RFC 9112 §2.2)',
    octets: octets`GET / HTTP/1.1
 X: 1
Host: a

`,
    error: 'ERR_FIELD_NAME',
    offset: 16,
  },
  {
    title: 'refuses a TLS handshake at its first octet (RFC 9112 §2.2)',
    octets: latin1(TLS_HELLO),
    error: 'ERR_METHOD',
    offset: 0,
  },
  {
    title: 'refuses an old SSL hello at its first octet (RFC 9112 §2.2)',
    octets: octets`\x80\x2e\x01\x00\x02`,
    error: 'ERR_METHOD',
    offset: 0,
  },
  {
    title: 'refuses UTF-16 at its first octet (RFC 9112 §2.2)',
    octets: octets`\xff\xfeG\0E\0T\0`,
    error: 'ERR_METHOD',
    offset: 0,
  },
  {
    title: 'refuses a NUL before the request line (RFC 9112 §2.2)',
    octets: octets`\0GET / HTTP/1.1
Host: a

`,
    error: 'ERR_METHOD',
    offset: 0,
  },
]

/** RFC 9112 §2.3. */
export const versionCases: readonly ParserCase[] = [
  {
    title: 'reads HTTP/1.0 (RFC 9112 §2.3)',
    octets: line('GET / HTTP/1.0'),
    requests: [{ httpVersion: '1.0' }],
  },
  {
    title: 'reads HTTP/1.2 as HTTP/1.1 (RFC 9110 §2.5)',
    octets: line('GET / HTTP/1.2'),
    requests: [{ httpVersion: '1.1' }],
  },
  {
    title: 'reads HTTP/1.9 as HTTP/1.1 (RFC 9110 §2.5)',
    octets: line('GET / HTTP/1.9'),
    requests: [{ httpVersion: '1.1' }],
  },
  ...['HTTP/2.0', 'HTTP/3.0', 'HTTP/0.9', 'HTTP/9.9'].map((version): ParserCase => ({
    title: `refuses the major version of ${version} with 505 (RFC 9110 §15.6.6)`,
    octets: line(`GET / ${version}`),
    error: 'ERR_HTTP_VERSION_UNSUPPORTED',
    offset: 11,
  })),
  {
    title: 'refuses the connection preface of HTTP/2 with 505 (RFC 9113 §3.4)',
    octets: octets`PRI * HTTP/2.0

SM

`,
    error: 'ERR_HTTP_VERSION_UNSUPPORTED',
  },
  ...[
    ['http/1.1', 6],
    ['Http/1.1', 7],
    ['HTTPS/1.1', 10],
    ['RTSP/1.0', 6],
    ['HTTP1.1', 10],
    ['HTTP 1.1', 10],
    ['HTTP/', 11],
    ['HTTP/1', 12],
    ['HTTP/1.', 13],
    ['HTTP/x.1', 11],
    ['HTTP/1.x', 13],
    ['HTTP/1,1', 12],
    ['HTTP/11.1', 12],
    ['HTTP/1.10', 14],
    ['HTTP/01.1', 12],
    ['HTTP/1.1x', 14],
    ['HTTP/1.1 ', 14],
    ['HTTP/1.1\t', 14],
    ['HTTP/1.1\0', 14],
    ['HTTP/1.1 HTTP/1.1', 14],
    ['HTTP/1.\xb2', 13],
    ['HTTP/-1.1', 11],
    ['HTTP/+1.1', 11],
  ].map(([version, offset]): ParserCase => ({
    title: `refuses ${shown(String(version))} for a version (RFC 9112 §2.3)`,
    octets: line(`GET / ${version}`),
    error: 'ERR_HTTP_VERSION',
    offset: Number(offset),
  })),
]

/** RFC 9112 §3 and §3.1. */
export const requestLineCases: readonly ParserCase[] = [
  ...[
    ['a space before the method', ' GET / HTTP/1.1', 'ERR_METHOD', 0],
    ['a tab before the method', '\tGET / HTTP/1.1', 'ERR_METHOD', 0],
    ['two spaces behind the method', 'GET  / HTTP/1.1', 'ERR_REQUEST_LINE', 4],
    ['two spaces behind the target', 'GET /  HTTP/1.1', 'ERR_HTTP_VERSION', 6],
    ['a tab for a space', 'GET\t/\tHTTP/1.1', 'ERR_METHOD', 3],
    ['a tab behind the target', 'GET /\tHTTP/1.1', 'ERR_REQUEST_TARGET', 5],
    ['a vertical tab for a space', 'GET\x0b/ HTTP/1.1', 'ERR_METHOD', 3],
    ['a form feed for a space', 'GET /\x0cHTTP/1.1', 'ERR_REQUEST_TARGET', 5],
    ['a no-break space for a space', 'GET\xa0/ HTTP/1.1', 'ERR_METHOD', 3],
    ['a space in the target', 'GET /a b HTTP/1.1', 'ERR_HTTP_VERSION', 7],
    ['two versions', 'GET / HTTP/1.0 HTTP/1.1', 'ERR_HTTP_VERSION', 14],
    ['only a method', 'GET', 'ERR_REQUEST_LINE', 3],
    ['only a method and a space', 'GET ', 'ERR_REQUEST_LINE', 4],
    ['no target', 'GET HTTP/1.1', 'ERR_REQUEST_LINE', 12],
    ['no version, as HTTP/0.9 had none', 'GET /', 'ERR_REQUEST_LINE', 5],
    ['no version behind a space', 'GET / ', 'ERR_HTTP_VERSION', 6],
    ['only a target', '/', 'ERR_METHOD', 0],
    ['a response', 'HTTP/1.1 200 OK', 'ERR_METHOD', 4],
    ['LF for a space', 'GET /\nHTTP/1.1', 'ERR_BARE_LF', 5],
    ['LF in the method', 'GE\nT / HTTP/1.1', 'ERR_BARE_LF', 2],
    ['CR in the method', 'GE\rT / HTTP/1.1', 'ERR_BARE_CR', 3],
    ['CR in the target', 'GET /e\rcho HTTP/1.1', 'ERR_BARE_CR', 7],
    ['a line end in the target', 'GET /e\r\ncho HTTP/1.1', 'ERR_REQUEST_LINE', 6],
    ['CR for the space behind the target', 'GET /\rHTTP/1.1', 'ERR_BARE_CR', 6],
  ].map(([what, requestLine, error, offset]): ParserCase => ({
    title: `refuses ${what} (RFC 9112 §3)`,
    octets: line(String(requestLine)),
    error: error as 'ERR_METHOD',
    offset: Number(offset),
  })),
  {
    title: 'waits for the rest of the request line (RFC 9112 §3)',
    octets: octets`GET /coffee HTTP/1.`,
    waits: true,
  },
  {
    title: 'waits for the LF of the request line (RFC 9112 §3)',
    octets: octets`GET /coffee HTTP/1.1\r`,
    waits: true,
  },
  {
    title: 'waits for the header section (RFC 9112 §3)',
    octets: octets`GET /coffee HTTP/1.1
`,
    waits: true,
  },
  ...['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'PROPFIND', 'M-SEARCH'].map(
    (method): ParserCase => ({
      title: `reads the method ${method} (RFC 9112 §3.1)`,
      octets: line(`${method} / HTTP/1.1`),
      requests: [{ method, requestTarget: '/' }],
    }),
  ),
  {
    title: 'reads a method that nobody knows (RFC 9110 §9.1)',
    octets: line('FROBNICATE / HTTP/1.1'),
    requests: [{ method: 'FROBNICATE' }],
  },
  {
    title: 'reads a method of every mark that a token may have (RFC 9110 §5.6.2)',
    octets: line("!#$%&'*+-.^_`|~019AZ / HTTP/1.1"),
    requests: [{ method: "!#$%&'*+-.^_`|~019AZ" }],
  },
  {
    title: 'reads a method of one octet (RFC 9112 §3.1)',
    octets: line('A / HTTP/1.1'),
    requests: [{ method: 'A' }],
  },
  ...[
    ['get', 0],
    ['Get', 1],
    ['GEt', 2],
    ['GE\0T', 2],
    ['\0', 0],
    ['G\x7fT', 1],
    ['G\xc9T', 1],
    ['"GET"', 0],
    ['G(E)T', 1],
    ['GET,POST', 3],
    ['GET:', 3],
    ['GET;', 3],
    ['G=":<>(e),[T];?"', 1],
    ['G/T', 1],
    ['G@T', 1],
    ['[GET]', 0],
    ['{GET}', 0],
    ['G\\T', 1],
  ].map(([method, offset]): ParserCase => ({
    title: `refuses the method ${shown(String(method))} (RFC 9112 §3.1)`,
    octets: line(`${method} / HTTP/1.1`),
    error: 'ERR_METHOD',
    offset: Number(offset),
  })),
]
