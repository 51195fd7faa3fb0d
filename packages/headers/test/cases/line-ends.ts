import type { SectionCase } from '../support/section-case.ts'

/** RFC 9112 §2.1 and §2.2: where lines and sections end. */
export const lineEnds: readonly SectionCase[] = [
  {
    title: 'reads a section without field lines (RFC 9112 §2.1)',
    text: '\r\n',
    lines: [],
  },
  {
    title: 'waits for the first octet (RFC 9112 §2.1)',
    text: '',
  },
  {
    title: 'waits for the empty line (RFC 9112 §2.1)',
    text: 'Host: a\r\n',
  },
  {
    title: 'waits for the LF of the empty line (RFC 9112 §2.1)',
    text: 'Host: a\r\n\r',
  },
  {
    title: 'waits for the LF of a field line (RFC 9112 §2.1)',
    text: 'Host: a\r',
  },
  {
    title: 'waits for the rest of a value (RFC 9112 §2.1)',
    text: 'Host: a',
  },
  {
    title: 'waits for a value behind the colon (RFC 9112 §2.1)',
    text: 'Host:',
  },
  {
    title: 'waits for a value behind white space (RFC 9112 §2.1)',
    text: 'Host: \t',
  },
  {
    title: 'waits for the rest of a name (RFC 9112 §2.1)',
    text: 'Content-Len',
  },
  {
    title: 'waits for what follows a CR behind a name (RFC 9112 §2.1)',
    text: 'Content-Length\r',
  },
  {
    title: 'refuses a bare LF behind a value (RFC 9112 §2.2)',
    text: 'A: b\nC: d\r\n\r\n',
    error: 'ERR_BARE_LF',
    offset: 4,
  },
  {
    title: 'refuses a bare LF behind an empty value (RFC 9112 §2.2)',
    text: 'A:\n\r\n',
    error: 'ERR_BARE_LF',
    offset: 2,
  },
  {
    title: 'refuses a bare LF behind a name (RFC 9112 §2.2)',
    text: 'Host\n',
    error: 'ERR_BARE_LF',
    offset: 4,
  },
  {
    title: 'refuses a bare LF as the empty line (RFC 9112 §2.2)',
    text: 'A: b\r\n\n',
    error: 'ERR_BARE_LF',
    offset: 6,
  },
  {
    title: 'refuses a bare LF as the whole section (RFC 9112 §2.2)',
    text: '\n',
    error: 'ERR_BARE_LF',
    offset: 0,
  },
  {
    title: 'refuses LF and CR the wrong way round (RFC 9112 §2.2)',
    text: 'A: b\n\r\n\r',
    error: 'ERR_BARE_LF',
    offset: 4,
  },
  {
    title: 'refuses a bare CR inside a value (RFC 9112 §2.2)',
    text: 'A: b\rHidden: c\r\n\r\n',
    error: 'ERR_BARE_CR',
    offset: 5,
  },
  {
    title: 'refuses a bare CR inside a name (RFC 9112 §2.2)',
    text: 'Con\rtent: c\r\n\r\n',
    error: 'ERR_BARE_CR',
    offset: 4,
  },
  {
    title: 'refuses a bare CR in the place of the hyphen of a known name (RFC 9112 §2.2)',
    text: 'Content\rLength: 5\r\n\r\n',
    error: 'ERR_BARE_CR',
    offset: 8,
  },
  {
    title: 'refuses a bare CR before a name (RFC 9112 §2.2)',
    text: '\rHost: a\r\n\r\n',
    error: 'ERR_BARE_CR',
    offset: 1,
  },
  {
    title: 'does not end the section at a CR and another octet (RFC 9112 §2.2)',
    text: 'Host: a\r\n\rZ',
    error: 'ERR_BARE_CR',
    offset: 10,
  },
  {
    title: 'refuses two CRs before the LF of a field line (RFC 9112 §2.2)',
    text: 'Host: a\r\r\n\r\n',
    error: 'ERR_BARE_CR',
    offset: 8,
  },
  {
    title: 'refuses two CRs before the LF of the empty line (RFC 9112 §2.2)',
    text: 'Host: a\r\n\r\r\n',
    error: 'ERR_BARE_CR',
    offset: 10,
  },
  {
    title: 'refuses a bare CR behind the colon (RFC 9112 §2.2)',
    text: 'Host:\r \r\n\r\n',
    error: 'ERR_BARE_CR',
    offset: 6,
  },
  {
    title: 'refuses a space before the first field line (RFC 9112 §2.2)',
    text: ' Host: a\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 0,
  },
  {
    title: 'refuses a tab before the first field line (RFC 9112 §2.2)',
    text: '\tHost: a\r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 0,
  },
  {
    title: 'refuses white space alone on the first line (RFC 9112 §2.2)',
    text: ' \r\n\r\n',
    error: 'ERR_FIELD_NAME',
    offset: 0,
  },
]
