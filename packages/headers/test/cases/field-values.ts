import type { SectionCase } from '../support/section-case.ts'

/** RFC 9110 §5.5: what a value may hold, and the white space around it. */
export const fieldValues: readonly SectionCase[] = [
  {
    title: 'takes a value without white space before it (RFC 9110 §5.5)',
    text: 'X:v\r\n\r\n',
    lines: [['X', 'v']],
  },
  {
    title: 'leaves out white space around a value (RFC 9110 §5.5)',
    text: 'X: \t v \t \r\n\r\n',
    lines: [['X', 'v']],
  },
  {
    title: 'keeps white space inside a value (RFC 9110 §5.5)',
    text: 'X: a  b\tc \t d\r\n\r\n',
    lines: [['X', 'a  b\tc \t d']],
  },
  {
    title: 'takes an empty value (RFC 9110 §5.5)',
    text: 'X:\r\nY: \r\nZ:\t \t\r\n\r\n',
    lines: [
      ['X', ''],
      ['Y', ''],
      ['Z', ''],
    ],
  },
  {
    title: 'takes octets above 0x7F in a value as they are (RFC 9110 §5.5)',
    text: 'X: caf\xe9 \xff\x80\x9b\r\n\r\n',
    lines: [['X', 'caf\xe9 \xff\x80\x9b']],
  },
  {
    title: 'takes every visible character in a value (RFC 9110 §5.5)',
    text: `X: ${String.fromCharCode(...Array.from({ length: 0x5e }, (_, i) => 0x21 + i))}\r\n\r\n`,
    lines: [['X', String.fromCharCode(...Array.from({ length: 0x5e }, (_, i) => 0x21 + i))]],
  },
  {
    title:
      'keeps a no-break space at the ends of a value, which is no white space here (RFC 9110 §5.5)',
    text: 'X: \xa0v\xa0 \r\n\r\n',
    lines: [['X', '\xa0v\xa0']],
  },
  {
    title: 'keeps quotes and backslashes (RFC 9110 §5.5)',
    text: 'ETag: W/"a\\"b"\r\n\r\n',
    lines: [['ETag', 'W/"a\\"b"']],
  },
  {
    title: 'refuses NUL in a value (RFC 9110 §5.5)',
    text: 'X: a\0b\r\n\r\n',
    error: 'ERR_FIELD_VALUE',
    offset: 4,
  },
  {
    title: 'refuses NUL at the end of a value (RFC 9110 §5.5)',
    text: 'X: evil\0\r\n\r\n',
    error: 'ERR_FIELD_VALUE',
    offset: 7,
  },
  {
    title: 'refuses NUL in the place of a value (RFC 9110 §5.5)',
    text: 'X:\0',
    error: 'ERR_FIELD_VALUE',
    offset: 2,
  },
  {
    title: 'refuses DEL in a value (RFC 9110 §5.5)',
    text: 'X: a\x7fb\r\n\r\n',
    error: 'ERR_FIELD_VALUE',
    offset: 4,
  },
  {
    title: 'refuses a vertical tab in the white space around a value (RFC 9110 §5.5)',
    text: 'X: \x0bv\r\n\r\n',
    error: 'ERR_FIELD_VALUE',
    offset: 3,
  },
]
