import { latin1, octets } from '../support/octets.ts'
import type { ParserCase } from '../support/parser-case.ts'

const HEAD = 'GET / HTTP/1.1\r\nHost: a\r\n'
const START = HEAD.length
const withLine = (fieldLine: string): Uint8Array => latin1(`${HEAD}${fieldLine}\r\n\r\n`)

const accepted = (
  title: string,
  fieldLine: string,
  ...headers: readonly (readonly [string, string])[]
): ParserCase => ({
  title,
  octets: withLine(fieldLine),
  requests: [{ headers: [['Host', 'a'], ...headers] }],
})

const refused = (
  title: string,
  fieldLine: string,
  error: ParserCase['error'] & string,
  distance: number,
): ParserCase => ({ title, octets: withLine(fieldLine), error, offset: START + distance })

/** Field lines as a request has them. What a field line may be is tested to the end where its reader lives, in headers. */
export const fieldCases: readonly ParserCase[] = [
  accepted('keeps the letter case of names (RFC 9110 §5.1)', 'x-OnE: v', ['x-OnE', 'v']),
  accepted(
    'reads names of every mark that a token may have (RFC 9110 §5.6.2)',
    "!#$%&'*+-.^_`|~09aZ: v",
    ["!#$%&'*+-.^_`|~09aZ", 'v'],
  ),
  accepted(
    'reads names of one octet (RFC 9110 §5.1)',
    '0: z\r\n-: d\r\n_: l',
    ['0', 'z'],
    ['-', 'd'],
    ['_', 'l'],
  ),
  accepted(
    'reads a name that objects have (RFC 9110 §5.1)',
    '__proto__: v\r\nconstructor: w',
    ['__proto__', 'v'],
    ['constructor', 'w'],
  ),
  accepted(
    'keeps repeated lines apart and in order (RFC 9110 §5.3)',
    'A: 1\r\nB: 2\r\na: 3',
    ['A', '1'],
    ['B', '2'],
    ['a', '3'],
  ),
  accepted('reads a value without white space before it (RFC 9112 §5)', 'X:v', ['X', 'v']),
  accepted('leaves white space around a value out (RFC 9112 §5)', 'X: \t v \t ', ['X', 'v']),
  accepted('keeps white space inside a value (RFC 9110 §5.5)', 'X: a  b\tc', ['X', 'a  b\tc']),
  accepted('reads empty values (RFC 9110 §5.5)', 'X:\r\nY: \t ', ['X', ''], ['Y', '']),
  accepted('keeps colons in a value (RFC 9112 §5)', 'X: a:b: c', ['X', 'a:b: c']),
  accepted('keeps obs-text as octets (RFC 9110 §5.5)', 'X: caf\xe9 \x80\xff', [
    'X',
    'caf\xe9 \x80\xff',
  ]),
  {
    title: 'ends the header section at the empty line (RFC 9112 §2.1)',
    octets: octets`POST / HTTP/1.1
Host: a
Content-Length: 12

X-Body: 1
\r`,
    requests: [{ body: 'X-Body: 1\r\n\r' }],
  },
  refused('refuses a space before the colon (RFC 9112 §5.1)', 'X : 1', 'ERR_FIELD_NAME', 1),
  refused('refuses a tab before the colon (RFC 9112 §5.1)', 'X\t: 1', 'ERR_FIELD_NAME', 1),
  // CVE-2024-27982: a space before the colon made Content-Length pass unseen.
  refused(
    'refuses a space before the colon of Content-Length (RFC 9112 §5.1)',
    'Content-Length : 9',
    'ERR_FIELD_NAME',
    14,
  ),
  // CVE-2021-22959: the same with Transfer-Encoding.
  refused(
    'refuses a space before the colon of Transfer-Encoding (RFC 9112 §5.1)',
    'Transfer-Encoding : chunked',
    'ERR_FIELD_NAME',
    17,
  ),
  refused('refuses a space inside a name (RFC 9112 §5.1)', 'X A: 1', 'ERR_FIELD_NAME', 1),
  // CVE-2023-25725: an empty name ended the list of fields.
  refused('refuses an empty name (RFC 9110 §5.1)', ': 1', 'ERR_FIELD_NAME', 0),
  refused('refuses NUL in a name (RFC 9110 §5.1)', 'X\0Y: 1', 'ERR_FIELD_NAME', 1),
  refused('refuses DEL in a name (RFC 9110 §5.1)', 'X\x7f: 1', 'ERR_FIELD_NAME', 1),
  refused('refuses an octet above 0x7F in a name (RFC 9110 §5.1)', 'X\xe9: 1', 'ERR_FIELD_NAME', 1),
  refused('refuses a name in quotes (RFC 9110 §5.1)', '"X": 1', 'ERR_FIELD_NAME', 0),
  refused('refuses delimiters in a name (RFC 9110 §5.6.2)', 'X(a): 1', 'ERR_FIELD_NAME', 1),
  refused('refuses a line without a colon (RFC 9112 §5)', 'X', 'ERR_FIELD_LINE', 1),
  refused('refuses a folded value (RFC 9112 §5.2)', 'X: a\r\n b', 'ERR_OBS_FOLD', 6),
  refused('refuses a value folded with a tab (RFC 9112 §5.2)', 'X: a\r\n\t b', 'ERR_OBS_FOLD', 6),
  refused('refuses a value that is all in the fold (RFC 9112 §5.2)', 'X:\r\n b', 'ERR_OBS_FOLD', 4),
  // CVE-2022-32215: a folded line read as a field of its own.
  refused(
    'refuses a Transfer-Encoding in a fold (RFC 9112 §5.2)',
    'X: a\r\n Transfer-Encoding: chunked',
    'ERR_OBS_FOLD',
    6,
  ),
  refused(
    'refuses a folded Transfer-Encoding (RFC 9112 §5.2)',
    'Transfer-Encoding:\r\n chunked',
    'ERR_OBS_FOLD',
    20,
  ),
  refused('refuses a line of white space alone (RFC 9112 §5.2)', ' ', 'ERR_OBS_FOLD', 0),
  refused('refuses NUL in a value (RFC 9110 §5.5)', 'X: a\0b', 'ERR_FIELD_VALUE', 4),
  refused('refuses NUL at the end of a value (RFC 9110 §5.5)', 'X: a\0', 'ERR_FIELD_VALUE', 4),
  refused(
    'refuses a control character in a value (RFC 9110 §5.5)',
    'X: a\x07b',
    'ERR_FIELD_VALUE',
    4,
  ),
  refused('refuses DEL in a value (RFC 9110 §5.5)', 'X: a\x7fb', 'ERR_FIELD_VALUE', 4),
  refused(
    'refuses a vertical tab before a value (RFC 9110 §5.6.3)',
    'X:\x0b1',
    'ERR_FIELD_VALUE',
    2,
  ),
  refused('refuses a form feed behind a value (RFC 9110 §5.6.3)', 'X: 1\x0c', 'ERR_FIELD_VALUE', 4),
  refused('refuses a bare CR in a value (RFC 9112 §2.2)', 'X: a\rb', 'ERR_BARE_CR', 5),
  // CVE-2023-30589: a bare CR ended a field line.
  refused(
    'starts no field behind a bare CR (RFC 9112 §2.2)',
    'X: a\rContent-Length: 9',
    'ERR_BARE_CR',
    5,
  ),
  refused('refuses a bare CR in a name (RFC 9112 §2.2)', 'X\rA: 1', 'ERR_BARE_CR', 2),
  refused('refuses a bare CR before a name (RFC 9112 §2.2)', '\rX: 1', 'ERR_BARE_CR', 1),
  refused('refuses a bare CR before a line end (RFC 9112 §2.2)', 'X: 1\r', 'ERR_BARE_CR', 5),
  refused('refuses a bare LF in a value (RFC 9112 §2.2)', 'X: a\nY: b', 'ERR_BARE_LF', 4),
  refused('refuses a bare LF in a name (RFC 9112 §2.2)', 'X\nY: b', 'ERR_BARE_LF', 1),
  refused('refuses a bare LF for the empty line (RFC 9112 §2.2)', 'X: 1\r\n\n', 'ERR_BARE_LF', 6),
  refused('refuses a bare LF behind the colon (RFC 9112 §2.2)', 'X:\n 1', 'ERR_BARE_LF', 2),
  {
    // CVE-2025-23167: CR and any octet ended the header section.
    title: 'does not end the header section at CR and another octet (RFC 9112 §2.1)',
    octets: octets`GET / HTTP/1.1
Host: a
\rZGET /smuggled: HTTP/1.1
Host: a

`,
    error: 'ERR_BARE_CR',
    offset: START + 1,
  },
  {
    title: 'waits for the rest of a field line (RFC 9112 §5)',
    octets: octets`GET / HTTP/1.1
Host: a
X-Ha`,
    waits: true,
  },
  {
    title: 'waits for the LF of the empty line (RFC 9112 §2.1)',
    octets: octets`GET / HTTP/1.1
Host: a
\r`,
    waits: true,
  },
]
