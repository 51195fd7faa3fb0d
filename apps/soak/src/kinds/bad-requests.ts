import { octetsOf } from '../request.ts'

/** A request that must be refused. */
export interface BadRequest {
  readonly title: string
  readonly statusCode: number
  readonly octets: Buffer
}

const HOST = 'Host: a'
const CHUNKED = 'Transfer-Encoding: chunked'

/** What breaks RFC 9112 or a limit, in the order of its sections. */
export const BAD_REQUESTS: readonly BadRequest[] = [
  row('a bare LF behind the request line (RFC 9112 §2.2)', 400, 'GET / HTTP/1.1\nHost: a', '', ''),
  row('a bare CR in the request line (RFC 9112 §2.2)', 400, 'GET /\ra HTTP/1.1', HOST, '', ''),
  row('a TLS handshake (RFC 9112 §3)', 400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '', ''),
  row('no version (RFC 9112 §3)', 400, 'GET /', HOST, '', ''),
  row('two spaces in the request line (RFC 9112 §3)', 400, 'GET  / HTTP/1.1', HOST, '', ''),
  row('a space before the method (RFC 9112 §3)', 400, ' GET / HTTP/1.1', HOST, '', ''),
  row('a method that is no token (RFC 9112 §3.1)', 400, 'G(T / HTTP/1.1', HOST, '', ''),
  row('a relative target (RFC 9112 §3.2)', 400, 'GET index.html HTTP/1.1', HOST, '', ''),
  row('a control character in the target (RFC 9112 §3.2)', 400, 'GET /\x01 HTTP/1.1', HOST, '', ''),
  row('a version in lower case (RFC 9112 §2.3)', 400, 'GET / http/1.1', HOST, '', ''),
  row('a version of the future (RFC 9112 §2.3)', 505, 'GET / HTTP/2.0', HOST, '', ''),
  row(
    'a target of 20,000 octets (RFC 9112 §3)',
    414,
    `GET /${'a'.repeat(20_000)} HTTP/1.1`,
    HOST,
    '',
    '',
  ),
  row('no Host (RFC 9112 §3.2)', 400, 'GET / HTTP/1.1', 'Accept: */*', '', ''),
  row('two Hosts (RFC 9112 §3.2)', 400, 'GET / HTTP/1.1', HOST, 'Host: b', '', ''),
  row('a Host that is none (RFC 9112 §3.2)', 400, 'GET / HTTP/1.1', 'Host: a b', '', ''),
  field('no colon (RFC 9112 §5)', 400, 'Accept'),
  field('no field name (RFC 9112 §5)', 400, ': a'),
  field('a space before the colon (RFC 9112 §5.1)', 400, 'Accept : a'),
  field('a field line that goes on in the next (RFC 9112 §5.2)', 400, 'Accept: a', ' b'),
  field('a NUL in a field value (RFC 9110 §5.5)', 400, 'Accept: a\0b'),
  field('a bare LF behind a field line (RFC 9112 §2.2)', 400, 'Accept: a\nAccept: b'),
  field('a header section of 40,000 octets (RFC 9112 §5)', 431, `Accept: ${'a'.repeat(40_000)}`),
  field('500 field lines (RFC 9112 §5)', 431, ...new Array<string>(500).fill('Accept: a')),
  field('an unknown expectation (RFC 9110 §10.1.1)', 417, 'Expect: patience'),
  field('length and chunks (RFC 9112 §6.1)', 400, 'Content-Length: 5', CHUNKED),
  field('a coding that is not known (RFC 9112 §6.1)', 501, 'Transfer-Encoding: zip, chunked'),
  field('chunked that is not last (RFC 9112 §6.1)', 400, 'Transfer-Encoding: chunked, gzip'),
  field('chunked twice (RFC 9112 §6.1)', 400, 'Transfer-Encoding: chunked, chunked'),
  row(
    'chunks by HTTP/1.0 (RFC 9112 §6.1)',
    400,
    'POST /echo HTTP/1.0',
    HOST,
    CHUNKED,
    '',
    '0',
    '',
    '',
  ),
  field('two lengths (RFC 9112 §6.3)', 400, 'Content-Length: 5', 'Content-Length: 6'),
  field('a list of lengths (RFC 9112 §6.3)', 400, 'Content-Length: 5, 5'),
  field('a negative length (RFC 9112 §6.2)', 400, 'Content-Length: -1'),
  field('a length in hexadecimal (RFC 9112 §6.2)', 400, 'Content-Length: 0x5'),
  field('a length without an end (RFC 9112 §6.2)', 400, `Content-Length: ${'9'.repeat(30)}`),
  field('a length beyond the limit (RFC 9110 §15.5.14)', 413, 'Content-Length: 2000000'),
  chunks('a chunk size that is none (RFC 9112 §7.1)', 400, 'xyz', ''),
  chunks('a negative chunk size (RFC 9112 §7.1)', 400, '-5', 'hello', '0', '', ''),
  chunks('a chunk size of 17 digits (RFC 9112 §7.1)', 400, `1${'0'.repeat(16)}`, ''),
  chunks('a bare LF behind a chunk size (RFC 9112 §7.1)', 400, '5\nhello', '0', '', ''),
  chunks('chunk data that goes on (RFC 9112 §7.1)', 400, '5', 'hello!', '0', '', ''),
  chunks(
    'a control character in a chunk extension (RFC 9112 §7.1.1)',
    400,
    '5;a=\x01',
    'hello',
    '',
  ),
  chunks(
    'a chunk extension of 20,000 octets (RFC 9112 §7.1.1)',
    413,
    `5;${'a'.repeat(20_000)}`,
    '',
  ),
  chunks('a trailer field that is none (RFC 9112 §7.1.2)', 400, '5', 'hello', '0', 'a b', '', ''),
  chunks(
    'a trailer section without an end (RFC 9112 §7.1.2)',
    431,
    '0',
    `A: ${'a'.repeat(20_000)}`,
    '',
  ),
  chunks('a chunk beyond the limit (RFC 9110 §15.5.14)', 413, '200000', 'hello'),
]

function row(title: string, statusCode: number, ...lines: readonly string[]): BadRequest {
  return { title, statusCode, octets: octetsOf(...lines) }
}

function field(title: string, statusCode: number, ...lines: readonly string[]): BadRequest {
  return row(title, statusCode, 'POST /echo HTTP/1.1', HOST, ...lines, '', '')
}

function chunks(title: string, statusCode: number, ...lines: readonly string[]): BadRequest {
  return row(title, statusCode, 'POST /echo HTTP/1.1', HOST, CHUNKED, '', ...lines)
}
