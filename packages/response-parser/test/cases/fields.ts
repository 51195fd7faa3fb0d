import { latin1, octets } from '../support/octets.ts'
import type { ResponseCase } from '../support/response-case.ts'

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n'
const START = HEAD.length

const accepted = (
  title: string,
  fieldLine: string,
  ...headers: readonly (readonly [string, string])[]
): ResponseCase => ({
  title,
  octets: latin1(`${HEAD}${fieldLine}\r\n\r\n`),
  responses: [{ headers: [['Content-Length', '0'], ...headers] }],
})

const refused = (
  title: string,
  fieldLine: string,
  error: ResponseCase['error'] & string,
  distance: number,
): ResponseCase => ({
  title,
  octets: latin1(`${HEAD}${fieldLine}\r\n\r\n`),
  error,
  offset: START + distance,
})

/** Field lines as a response has them. What a field line may be is tested to the end where its reader lives, in headers. */
export const fieldCases: readonly ResponseCase[] = [
  accepted(
    'keeps letter case, order and repeated lines (RFC 9110 §5.3)',
    'sEt-cOOkie: a\r\nX: 1\r\nSet-Cookie: b',
    ['sEt-cOOkie', 'a'],
    ['X', '1'],
    ['Set-Cookie', 'b'],
  ),
  accepted(
    'leaves white space around a value out (RFC 9112 §5)',
    'X: \t v \t \r\nY:',
    ['X', 'v'],
    ['Y', ''],
  ),
  accepted('keeps obs-text as octets (RFC 9110 §5.5)', 'X: caf\xe9', ['X', 'caf\xe9']),
  accepted(
    'takes a value that is cut in two by a comma for one line (RFC 9110 §5.3)',
    'Date: Sat, 01 Jan 2000 00:00:00 GMT',
    ['Date', 'Sat, 01 Jan 2000 00:00:00 GMT'],
  ),
  {
    title: 'ends the header section at the empty line (RFC 9112 §2.1)',
    octets: octets`HTTP/1.1 200 OK
Content-Length: 8

X: 1

Y`,
    responses: [{ body: 'X: 1\r\n\r\n' }],
    error: 'ERR_HTTP_VERSION',
    offset: 0,
  },
  {
    title: 'reads a head without field lines (RFC 9112 §2.1)',
    octets: latin1('HTTP/1.1 204 No Content\r\n\r\n'),
    responses: [{ headers: [] }],
  },
  refused('refuses a space before the colon (RFC 9112 §5.1)', 'X : 1', 'ERR_FIELD_NAME', 1),
  refused('refuses a name with a space (RFC 9112 §5.1)', 'X A: 1', 'ERR_FIELD_NAME', 1),
  refused('refuses an empty name (RFC 9110 §5.1)', ': 1', 'ERR_FIELD_NAME', 0),
  refused('refuses a line without a colon (RFC 9112 §5)', 'X', 'ERR_FIELD_LINE', 1),
  refused('refuses a folded value (RFC 9112 §5.2)', 'X: a\r\n b', 'ERR_OBS_FOLD', 6),
  refused('refuses NUL in a value (RFC 9110 §5.5)', 'X: a\0b', 'ERR_FIELD_VALUE', 4),
  refused('refuses a bare CR in a value (RFC 9112 §2.2)', 'X: a\rb', 'ERR_BARE_CR', 5),
  refused('refuses a bare LF in a value (RFC 9112 §2.2)', 'X: a\nY: b', 'ERR_BARE_LF', 4),
  refused('refuses a bare LF for the empty line (RFC 9112 §2.2)', 'X: 1\r\n\n', 'ERR_BARE_LF', 6),
  {
    title: 'refuses white space before the first field line (RFC 9112 §2.2)',
    octets: latin1('HTTP/1.1 200 OK\r\n X: 1\r\n\r\n'),
    error: 'ERR_FIELD_NAME',
    offset: 17,
  },
  {
    title: 'waits for the rest of a field line (RFC 9112 §5)',
    octets: latin1(`${HEAD}X-Ha`),
    waits: true,
  },
]
