import type { Fault } from './errors.ts'

/** What can be wrong with field lines. Trailer sections have the same grammar and so the same faults. */
export type FieldFaultCode =
  | 'ERR_FIELD_LINE'
  | 'ERR_FIELD_NAME'
  | 'ERR_FIELD_VALUE'
  | 'ERR_OBS_FOLD'
  | 'ERR_BARE_CR'
  | 'ERR_BARE_LF'
  | 'ERR_HEADER_SECTION_TOO_LARGE'
  | 'ERR_TOO_MANY_FIELD_LINES'

/** The codes of `UsageError` that this package throws. */
export type HeadersUsageCode = 'ERR_FIELD_NAME' | 'ERR_FIELD_VALUE' | 'ERR_OCTETS' | 'ERR_OPTION'

/** Every fault of a field line or section: status, section, subject and hint by code. */
export const FIELD_FAULTS: { readonly [Code in FieldFaultCode]: Fault & { readonly code: Code } } =
  {
    ERR_FIELD_LINE: {
      code: 'ERR_FIELD_LINE',
      status: 400,
      section: 'RFC 9112 §5',
      subject: 'Field line',
      hint: 'Write each field line as "name: value".',
    },
    ERR_FIELD_NAME: {
      code: 'ERR_FIELD_NAME',
      status: 400,
      section: 'RFC 9112 §5.1',
      subject: 'Field name',
      hint: 'Use letters, digits and the marks of a token only, with the colon directly behind.',
    },
    ERR_FIELD_VALUE: {
      code: 'ERR_FIELD_VALUE',
      status: 400,
      section: 'RFC 9110 §5.5',
      subject: 'Field value',
      hint: 'Remove control characters from the value.',
    },
    ERR_OBS_FOLD: {
      code: 'ERR_OBS_FOLD',
      status: 400,
      section: 'RFC 9112 §5.2',
      subject: 'Field line',
      hint: 'Put the whole value on one line: line folding is obsolete.',
    },
    ERR_BARE_CR: {
      code: 'ERR_BARE_CR',
      status: 400,
      section: 'RFC 9112 §2.2',
      subject: 'Line end',
      hint: 'End lines with CR LF and use CR nowhere else.',
    },
    ERR_BARE_LF: {
      code: 'ERR_BARE_LF',
      status: 400,
      section: 'RFC 9112 §2.2',
      subject: 'Line end',
      hint: 'End lines with CR LF, not with LF alone.',
    },
    ERR_HEADER_SECTION_TOO_LARGE: {
      code: 'ERR_HEADER_SECTION_TOO_LARGE',
      status: 431,
      section: 'RFC 9112 §5',
      subject: 'Header section',
      hint: 'Send fewer or shorter field lines.',
    },
    ERR_TOO_MANY_FIELD_LINES: {
      code: 'ERR_TOO_MANY_FIELD_LINES',
      status: 431,
      section: 'RFC 9112 §5',
      subject: 'Header section',
      hint: 'Send fewer field lines.',
    },
  }
