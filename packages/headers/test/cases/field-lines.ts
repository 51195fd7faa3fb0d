import type { SectionCase } from '../support/section-case.ts'

/** RFC 9112 §5: field lines, their names and folds. */
export const fieldLines: readonly SectionCase[] = [
  {
    title: 'reads one field line (RFC 9112 §5)',
    text: 'Host: localhost:42069\r\n\r\n',
    lines: [['Host', 'localhost:42069']],
  },
  {
    title: 'reads field lines in order of arrival (RFC 9112 §5)',
    text: 'Host: a\r\nX-One: 1\r\nAccept: */*\r\nx-two: 2\r\n\r\n',
    lines: [
      ['Host', 'a'],
      ['X-One', '1'],
      ['Accept', '*/*'],
      ['x-two', '2'],
    ],
  },
  {
    title: 'keeps repeated field lines apart and in order (RFC 9110 §5.3)',
    text: 'Set-Cookie: a=1\r\nX: 1\r\nset-cookie: b=2\r\nX: 2\r\nx: 2\r\n\r\n',
    lines: [
      ['Set-Cookie', 'a=1'],
      ['X', '1'],
      ['set-cookie', 'b=2'],
      ['X', '2'],
      ['x', '2'],
    ],
  },
  {
    title: 'takes the first colon as the end of the name (RFC 9112 §5)',
    text: 'X: a:b: c\r\nY::\r\n\r\n',
    lines: [
      ['X', 'a:b: c'],
      ['Y', ':'],
    ],
  },
  {
    title: 'refuses a line without a colon (RFC 9112 §5)',
    text: 'X-NoColon\r\n\r\n',
    error: 'ERR_FIELD_LINE',
    offset: 9,
  },
  {
    title: 'refuses a known name without a colon (RFC 9112 §5)',
    text: 'A: b\r\nContent-Length\r\n\r\n',
    error: 'ERR_FIELD_LINE',
    offset: 20,
  },
  {
    title: 'refuses a space between name and colon (RFC 9112 §5.1)',
    text: 'Host : a\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 4,
  },
  {
    title: 'refuses a tab between name and colon (RFC 9112 §5.1)',
    text: 'Transfer-Encoding\t: chunked\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 17,
  },
  {
    title: 'refuses white space inside a name (RFC 9112 §5.1)',
    text: 'X A: 1\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 1,
  },
  {
    title: 'refuses a name and white space without a colon (RFC 9112 §5.1)',
    text: 'Host \r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 4,
  },
  {
    title: 'refuses an obsolete fold that begins with a space (RFC 9112 §5.2)',
    text: 'X: a\r\n b\r\n\r\n',
    error: 'ERR_OBS_FOLD',
    offset: 6,
  },
  {
    title: 'refuses an obsolete fold that begins with a tab (RFC 9112 §5.2)',
    text: 'X: a\r\n\t\t b\r\n\r\n',
    error: 'ERR_OBS_FOLD',
    offset: 6,
  },
  {
    title: 'refuses an obsolete fold of white space alone (RFC 9112 §5.2)',
    text: 'X: a\r\nY: b\r\n \r\n\r\n',
    error: 'ERR_OBS_FOLD',
    offset: 12,
  },
  {
    title: 'refuses an obsolete fold that looks like a field line (RFC 9112 §5.2)',
    text: 'X:\r\n Content-Length: 5\r\n\r\n',
    error: 'ERR_OBS_FOLD',
    offset: 4,
  },
  {
    title: 'refuses an empty name (RFC 9110 §5.1)',
    text: ': value\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 0,
  },
  {
    title: 'refuses an empty name behind another line (RFC 9110 §5.1)',
    text: 'Host: a\r\n:\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 9,
  },
  {
    title: 'takes names of objects as names like any other (RFC 9110 §5.1)',
    text: '__proto__: 1\r\nconstructor: 2\r\ntoString: 3\r\nhasOwnProperty: 4\r\n\r\n',
    lines: [
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
      ['hasOwnProperty', '4'],
    ],
  },
  {
    title: 'takes names of one octet (RFC 9110 §5.1)',
    text: '0: zero\r\n-: hyphen\r\n_: low\r\nz: \r\n\r\n',
    lines: [
      ['0', 'zero'],
      ['-', 'hyphen'],
      ['_', 'low'],
      ['z', ''],
    ],
  },
  {
    title: 'takes every octet of a token in a name (RFC 9110 §5.6.2)',
    text: "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz: v\r\n\r\n",
    lines: [["!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 'v']],
  },
  {
    title: 'refuses a quoted name (RFC 9110 §5.6.2)',
    text: '"Host": a\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 0,
  },
  {
    title: 'refuses NUL in a name (RFC 9110 §5.6.2)',
    text: 'Host\0: a\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 4,
  },
  {
    title: 'refuses a section that begins with NUL (RFC 9110 §5.6.2)',
    text: '\0\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 0,
  },
  {
    title: 'refuses DEL in a name (RFC 9110 §5.6.2)',
    text: 'X\x7f: 1\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 1,
  },
  {
    title: 'refuses an octet above 0x7F in a name (RFC 9110 §5.6.2)',
    text: 'X\xe9: 1\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 1,
  },
]
