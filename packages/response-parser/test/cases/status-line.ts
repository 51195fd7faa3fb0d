import { latin1 } from '../support/octets.ts'
import type { ResponseCase } from '../support/response-case.ts'

const END = 'Content-Length: 0\r\n\r\n'

const accepted = (
  title: string,
  line: string,
  expected: NonNullable<ResponseCase['responses']>[number],
): ResponseCase => ({ title, octets: latin1(`${line}\r\n${END}`), responses: [expected] })

const refused = (
  title: string,
  line: string,
  error: ResponseCase['error'] & string,
  offset: number,
): ResponseCase => ({ title, octets: latin1(`${line}\r\n${END}`), error, offset })

/** RFC 9112 §2.2 and §2.3. */
export const versionCases: readonly ResponseCase[] = [
  accepted('reads HTTP/1.1 (RFC 9112 §2.3)', 'HTTP/1.1 200 OK', { httpVersion: '1.1' }),
  accepted('reads HTTP/1.0 (RFC 9112 §2.3)', 'HTTP/1.0 200 OK', { httpVersion: '1.0' }),
  accepted('reads a higher minor version as 1.1 (RFC 9110 §2.5)', 'HTTP/1.9 200 OK', {
    httpVersion: '1.1',
  }),
  ...['0.9', '2.0', '3.1', '9.9'].map((version) =>
    refused(
      `refuses HTTP/${version} (RFC 9112 §2.3)`,
      `HTTP/${version} 200 OK`,
      'ERR_HTTP_VERSION_UNSUPPORTED',
      5,
    ),
  ),
  ...[
    ['small letters', 'http/1.1 200 OK', 0],
    ['one small letter', 'HTTp/1.1 200 OK', 3],
    ['a version without a minor one', 'HTTP/1 200 OK', 6],
    ['a version with a comma', 'HTTP/1,1 200 OK', 6],
    ['a minor version of two digits', 'HTTP/1.10 200 OK', 8],
    ['a major version of two digits', 'HTTP/11.1 200 OK', 6],
    ['a version that is no number', 'HTTP/x.1 200 OK', 5],
    ['a slash too many', 'HTTP//1.1 200 OK', 5],
    ['a space before the version', ' HTTP/1.1 200 OK', 0],
    ['NUL before the version', '\0HTTP/1.1 200 OK', 0],
    ['a space inside the name', 'HTTP /1.1 200 OK', 4],
    ['another protocol', 'ICY 200 OK', 0],
    ['RTSP', 'RTSP/1.1 200 OK', 0],
    ['HTTPER', 'HTTPER/1.1 200 OK', 4],
    ['the greeting of another server', '220 mail.example ESMTP', 0],
    ['the greeting of an SSH server', 'SSH-2.0-OpenSSH_9.6', 0],
    ['a TLS alert', '\x15\x03\x01\x00\x02\x02\x28', 0],
    ['a body without a head, as HTTP/0.9 had it', '<html>hello</html>', 0],
    ['a request', 'GET / HTTP/1.1', 0],
  ].map(([what, line, offset]) =>
    refused(
      `refuses ${what} (RFC 9112 §2.3)`,
      String(line),
      what === 'a minor version of two digits' ? 'ERR_STATUS_LINE' : 'ERR_HTTP_VERSION',
      Number(offset),
    ),
  ),
  {
    title: 'refuses an empty line before the status line (RFC 9112 §2.2)',
    octets: latin1(`\r\nHTTP/1.1 200 OK\r\n${END}`),
    error: 'ERR_STATUS_LINE',
    offset: 0,
  },
  {
    title: 'refuses a bare LF before the status line (RFC 9112 §2.2)',
    octets: latin1(`\nHTTP/1.1 200 OK\r\n${END}`),
    error: 'ERR_BARE_LF',
    offset: 0,
  },
  {
    title: 'refuses a bare CR before the status line (RFC 9112 §2.2)',
    octets: latin1(`\rHTTP/1.1 200 OK\r\n${END}`),
    error: 'ERR_BARE_CR',
    offset: 1,
  },
  {
    title: 'waits for what stands behind a CR at the start (RFC 9112 §2.2)',
    octets: latin1('\r'),
    waits: true,
  },
]

/** RFC 9112 §4. */
export const statusLineCases: readonly ResponseCase[] = [
  accepted('reads version, code and reason phrase (RFC 9112 §4)', 'HTTP/1.1 200 OK', {
    httpVersion: '1.1',
    statusCode: 200,
    reasonPhrase: 'OK',
  }),
  accepted('reads an empty reason phrase behind its space (RFC 9112 §4)', 'HTTP/1.1 200 ', {
    statusCode: 200,
    reasonPhrase: '',
  }),
  accepted(
    'reads a reason phrase of several words (RFC 9112 §4)',
    'HTTP/1.1 404 Not  Found at\tall',
    {
      statusCode: 404,
      reasonPhrase: 'Not  Found at\tall',
    },
  ),
  accepted(
    'keeps spaces around a reason phrase, which may have them (RFC 9112 §4)',
    'HTTP/1.1 200  OK ',
    {
      reasonPhrase: ' OK ',
    },
  ),
  accepted(
    'keeps obs-text in a reason phrase as octets (RFC 9112 §4)',
    'HTTP/1.1 200 d\xe9j\xe0 \x80\xff',
    {
      reasonPhrase: 'd\xe9j\xe0 \x80\xff',
    },
  ),
  accepted('reads marks in a reason phrase (RFC 9112 §4)', 'HTTP/1.1 200 :;"<>~!', {
    reasonPhrase: ':;"<>~!',
  }),
  ...[200, 299, 300, 404, 500, 599, 600, 999].map((statusCode) =>
    accepted(`reads the status code ${statusCode} (RFC 9110 §15)`, `HTTP/1.1 ${statusCode} X`, {
      statusCode,
    }),
  ),
  ...[
    ['of two digits', 'HTTP/1.1 20 OK', 11],
    ['of one digit', 'HTTP/1.1 2 OK', 10],
    ['that begins with 0', 'HTTP/1.1 099 OK', 9],
    ['000', 'HTTP/1.1 000 OK', 9],
    ['that is none', 'HTTP/1.1 abc OK', 9],
    ['with a letter in it', 'HTTP/1.1 2x0 OK', 10],
    ['with a sign', 'HTTP/1.1 +20 OK', 9],
    ['with a minus', 'HTTP/1.1 -20 OK', 9],
    ['in fullwidth digits', 'HTTP/1.1 \xef\xbc\x92 OK', 9],
    ['that is left out', 'HTTP/1.1 OK', 9],
  ].map(([what, line, offset]) =>
    refused(
      `refuses a status code ${what} (RFC 9112 §4)`,
      String(line),
      'ERR_STATUS_CODE',
      Number(offset),
    ),
  ),
  ...[
    ['a status code of four digits', 'HTTP/1.1 2000 OK', 12],
    ['two spaces before the status code', 'HTTP/1.1  200 OK', 9],
    ['a tab behind the space before the status code', 'HTTP/1.1 \t200 OK', 9],
    ['a tab behind the status code', 'HTTP/1.1 200\tOK', 12],
    ['a tab behind the version', 'HTTP/1.1\t200 OK', 8],
    ['a reason phrase directly behind the code', 'HTTP/1.1 200OK', 12],
    ['a status code directly behind the version', 'HTTP/1.1200 OK', 8],
    ['a line that ends behind the code', 'HTTP/1.1 200', 12],
    ['a line that ends in the code', 'HTTP/1.1 20', 11],
    ['a line that ends behind the version', 'HTTP/1.1', 8],
    ['a line that ends behind the first space', 'HTTP/1.1 ', 9],
    ['a line that ends in the version', 'HTTP/1', 6],
  ].map(([what, line, offset]) =>
    refused(`refuses ${what} (RFC 9112 §4)`, String(line), 'ERR_STATUS_LINE', Number(offset)),
  ),
  ...[
    ['NUL', '\0'],
    ['DEL', '\x7f'],
    ['a control character', '\x07'],
    ['a vertical tab', '\x0b'],
    ['an escape', '\x1b'],
  ].map(([what, octet]) =>
    refused(
      `refuses ${what} in the reason phrase (RFC 9112 §4)`,
      `HTTP/1.1 200 O${octet}K`,
      'ERR_REASON_PHRASE',
      14,
    ),
  ),
  refused(
    'refuses a bare LF in the reason phrase (RFC 9112 §2.2)',
    'HTTP/1.1 200 O\nK',
    'ERR_BARE_LF',
    14,
  ),
  refused(
    'refuses a bare LF in the status code (RFC 9112 §2.2)',
    'HTTP/1.1 2\n0 K',
    'ERR_BARE_LF',
    10,
  ),
  refused(
    'refuses a bare LF behind the status code (RFC 9112 §2.2)',
    'HTTP/1.1 200\nX: 1',
    'ERR_BARE_LF',
    12,
  ),
  refused(
    'refuses a bare LF in the version (RFC 9112 §2.2)',
    'HT\nTP/1.1 200 OK',
    'ERR_BARE_LF',
    2,
  ),
  refused(
    'refuses a bare CR in the reason phrase (RFC 9112 §2.2)',
    'HTTP/1.1 200 O\rK',
    'ERR_BARE_CR',
    15,
  ),
  refused(
    'refuses CR CR LF behind the reason phrase (RFC 9112 §2.2)',
    'HTTP/1.1 200 OK\r',
    'ERR_BARE_CR',
    16,
  ),
  refused(
    'refuses a bare CR behind the status code (RFC 9112 §2.2)',
    'HTTP/1.1 200\rOK',
    'ERR_BARE_CR',
    13,
  ),
  ...[
    'H',
    'HTTP/',
    'HTTP/1.1',
    'HTTP/1.1 2',
    'HTTP/1.1 200',
    'HTTP/1.1 200 ',
    'HTTP/1.1 200 OK',
    'HTTP/1.1 200 OK\r',
    'HTTP/1.1 200 OK\r\n',
  ].map((text): ResponseCase => ({
    title: `waits for the rest behind ${JSON.stringify(text)} (RFC 9112 §4)`,
    octets: latin1(text),
    waits: true,
  })),
]
