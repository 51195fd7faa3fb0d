import { latin1 } from '../support/octets.ts'
import { LENIENT_RULES } from '../../src/index.ts'
import type { LenientRule } from '../../src/index.ts'
import type { ExpectedResponse, ResponseCase } from '../support/response-case.ts'

const LINE = 'HTTP/1.1 200 OK\r\n'
const LENGTH = 'Content-Length: 2\r\n'
const ALL = Object.keys(LENIENT_RULES) as LenientRule[]

interface Row {
  readonly rule: LenientRule
  readonly title: string
  readonly text: string
  /** Where the mistake is. */
  readonly at: readonly number[]
  /** What it is when the rule is off. */
  readonly strict: ResponseCase['error'] & string
  readonly expected?: ExpectedResponse
}

const ROWS: readonly Row[] = [
  {
    rule: 'leading-empty-lines',
    title: 'skips empty lines before the status line (RFC 9112 §2.2)',
    text: `\r\n\r\n${LINE}${LENGTH}\r\nok`,
    at: [0],
    strict: 'ERR_STATUS_LINE',
    expected: { body: 'ok', headers: [['Content-Length', '2']] },
  },
  {
    rule: 'bare-lf',
    title: 'ends lines at LF alone (RFC 9112 §2.2)',
    text: 'HTTP/1.1 200 OK\nContent-Length: 2\nX: 1\r\n\nok',
    at: [15, 33, 40],
    strict: 'ERR_BARE_LF',
    expected: {
      body: 'ok',
      reasonPhrase: 'OK',
      headers: [
        ['Content-Length', '2'],
        ['X', '1'],
      ],
    },
  },
  {
    rule: 'bare-lf',
    title: 'ends the header section at LF LF (RFC 9112 §2.2)',
    text: `${LINE}Content-Length: 2\n\nok`,
    at: [34, 35],
    strict: 'ERR_BARE_LF',
    expected: { body: 'ok' },
  },
  {
    rule: 'bare-lf',
    title: 'ends a head without field lines at LF alone (RFC 9112 §2.2)',
    text: 'HTTP/1.1 204 No\n\n',
    at: [15, 16],
    strict: 'ERR_BARE_LF',
    expected: { headers: [] },
  },
  {
    rule: 'status-line-whitespace',
    title: 'takes white space around the status code for one space (RFC 9112 §4)',
    text: `HTTP/1.1 \t  200\t OK\r\n${LENGTH}\r\nok`,
    at: [8, 15],
    strict: 'ERR_STATUS_LINE',
    expected: { statusCode: 200, reasonPhrase: 'OK' },
  },
  {
    rule: 'status-line-whitespace',
    title: 'takes a tab behind the version for a space (RFC 9112 §4)',
    text: `HTTP/1.1\t200 OK\r\n${LENGTH}\r\nok`,
    at: [8],
    strict: 'ERR_STATUS_LINE',
    expected: { reasonPhrase: 'OK' },
  },
  {
    rule: 'missing-reason-phrase',
    title: 'reads a status line that ends behind the code (RFC 9112 §4)',
    text: `HTTP/1.1 200\r\n${LENGTH}\r\nok`,
    at: [12],
    strict: 'ERR_STATUS_LINE',
    expected: { statusCode: 200, reasonPhrase: '', body: 'ok' },
  },
  {
    rule: 'space-before-colon',
    title: 'leaves white space before the colon out (RFC 9112 §5.1)',
    text: `${LINE}Content-Length : 2\r\nX-Y \t:1\r\n\r\nok`,
    at: [31, 40],
    strict: 'ERR_FIELD_NAME',
    expected: {
      body: 'ok',
      headers: [
        ['Content-Length', '2'],
        ['X-Y', '1'],
      ],
    },
  },
  {
    rule: 'obs-fold',
    title: 'reads a folded value as one with a space in it (RFC 9112 §5.2)',
    text: `${LINE}X: a \r\n\t  b\r\n c\r\n${LENGTH}\r\nok`,
    at: [24, 30],
    strict: 'ERR_OBS_FOLD',
    expected: {
      headers: [
        ['X', 'a  b c'],
        ['Content-Length', '2'],
      ],
    },
  },
  {
    rule: 'obs-fold',
    title: 'reads a line of white space alone as the end of the value before it (RFC 9112 §5.2)',
    text: `${LINE}X:\r\n  \r\n${LENGTH}\r\nok`,
    at: [21],
    strict: 'ERR_OBS_FOLD',
    expected: {
      headers: [
        ['X', ''],
        ['Content-Length', '2'],
      ],
    },
  },
  {
    rule: 'repeated-content-length',
    title: 'reads one and the same length in two lines (RFC 9112 §6.3 rule 5)',
    text: `${LINE}X: 1\r\n${LENGTH}content-length: 2\r\n\r\nok`,
    at: [23],
    strict: 'ERR_CONTENT_LENGTH',
    expected: {
      framing: 'length 2',
      persistent: true,
      headers: [
        ['X', '1'],
        ['Content-Length', '2'],
      ],
    },
  },
  {
    rule: 'repeated-content-length',
    title: 'reads one and the same length in a list (RFC 9112 §6.3 rule 5)',
    text: `${LINE}Content-Length: 2, 2,2\r\n\r\nok`,
    at: [17],
    strict: 'ERR_CONTENT_LENGTH',
    expected: { framing: 'length 2', body: 'ok' },
  },
  {
    rule: 'content-length-beside-chunked',
    title: 'frames by chunked, drops the length and closes (RFC 9112 §6.3 rule 3)',
    text: `${LINE}${LENGTH}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
    at: [17],
    strict: 'ERR_FRAMING_CONFLICT',
    expected: {
      framing: 'chunked',
      body: 'x',
      persistent: false,
      headers: [['Transfer-Encoding', 'chunked']],
    },
  },
]

const response = ({ rule, at, expected }: Row): ExpectedResponse => ({
  ...expected,
  anomalies: at.map((offset) => [rule, offset] as const),
})

/** Every rule by itself: what it lets pass, and that nothing else does. */
export const ruleCases: readonly ResponseCase[] = ROWS.flatMap((row): ResponseCase[] => [
  {
    title: `${row.rule}: ${row.title}`,
    octets: latin1(row.text),
    options: { lenient: [row.rule] },
    responses: [response(row)],
  },
  {
    title: `${row.rule}: ${row.title}, with all the other rules on too`,
    octets: latin1(row.text),
    options: { lenient: ALL },
    responses: [response(row)],
  },
  {
    title: `${row.rule}: ${row.title}; without any rule it is refused`,
    octets: latin1(row.text),
    error: row.strict,
  },
  {
    title: `${row.rule}: ${row.title}; with all the other rules it is refused`,
    octets: latin1(row.text),
    options: { lenient: ALL.filter((rule) => rule !== row.rule) },
    error: row.strict,
  },
])

const refused = (
  title: string,
  lenient: readonly LenientRule[],
  text: string,
  error: ResponseCase['error'] & string,
  offset: number,
): ResponseCase => ({ title, octets: latin1(text), options: { lenient }, error, offset })

/** What rules make of one another, and what no rule lets pass. */
export const leniencyCases: readonly ResponseCase[] = [
  {
    title: 'lets several mistakes of one head pass, and says where each is (RFC 9112 §2.2)',
    octets: latin1('\n\r\nHTTP/1.1  200\nX : a\n b\nContent-Length: 1\nContent-Length: 1\n\nx'),
    options: { lenient: ALL },
    responses: [
      {
        body: 'x',
        headers: [
          ['X', 'a b'],
          ['Content-Length', '1'],
        ],
        anomalies: [
          ['leading-empty-lines', 0],
          ['status-line-whitespace', 11],
          ['missing-reason-phrase', 16],
          ['bare-lf', 16],
          ['space-before-colon', 18],
          ['bare-lf', 22],
          ['obs-fold', 23],
          ['bare-lf', 25],
          ['bare-lf', 43],
          ['bare-lf', 61],
          ['bare-lf', 62],
          ['repeated-content-length', 26],
        ],
      },
    ],
  },
  {
    title: 'finds no anomaly in a head that is in order (RFC 9112 §2.1)',
    octets: latin1(`${LINE}${LENGTH}\r\nok`),
    options: { lenient: ALL },
    responses: [{ body: 'ok', anomalies: [] }],
  },
  {
    title: 'is strict again with the next head (RFC 9112 §2.2)',
    octets: latin1(`HTTP/1.1 200 OK\nContent-Length: 2\n\nok${LINE}${LENGTH}\r\nok`),
    options: { lenient: ['bare-lf'] },
    responses: [
      {
        anomalies: [
          ['bare-lf', 15],
          ['bare-lf', 33],
          ['bare-lf', 34],
        ],
      },
      { anomalies: [] },
    ],
  },
  {
    title: 'lets mistakes of an interim response pass (RFC 9110 §15.2)',
    octets: latin1(`HTTP/1.1 100\r\n\r\n${LINE}${LENGTH}\r\nok`),
    options: { lenient: ['missing-reason-phrase'] },
    responses: [{ interim: [100], anomalies: [] }],
  },
  {
    title: 'reports those of an interim response with it (RFC 9110 §15.2)',
    octets: latin1('HTTP/1.1 100\r\n\r\n'),
    options: { lenient: ['missing-reason-phrase'] },
    waits: true,
    unfinished: { anomalies: [['missing-reason-phrase', 12]] },
  },
  {
    title: 'counts the octets of a chunked body from those that came (RFC 9112 §7.1)',
    octets: latin1('HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nx'),
    options: { lenient: ['bare-lf'] },
    unfinished: { framing: 'chunked' },
    error: 'ERR_CHUNK_SIZE',
    offset: 44,
  },
  {
    title: 'takes the end behind empty lines that are let pass for no fault (RFC 9112 §2.2)',
    octets: latin1('\r\n\r\n\r'),
    options: { lenient: ['leading-empty-lines'] },
    end: true,
    responses: [],
  },
  {
    title: 'refuses a response that ends in a line behind them (RFC 9112 §8)',
    octets: latin1('\r\nHTTP/1.1 200 OK\r\n'),
    options: { lenient: ['leading-empty-lines'] },
    end: true,
    error: 'ERR_INCOMPLETE_MESSAGE',
    offset: 19,
  },
  {
    title: 'refuses the end in a head that is being mended (RFC 9112 §8)',
    octets: latin1('HTTP/1.1 200 OK\nX: 1\n'),
    options: { lenient: ['bare-lf'] },
    end: true,
    error: 'ERR_INCOMPLETE_MESSAGE',
    offset: 21,
  },
  refused(
    'lets no bare CR pass (RFC 9112 §2.2)',
    ALL,
    `${LINE}X: a\n b\r c\n\n`,
    'ERR_BARE_CR',
    25,
  ),
  refused(
    'lets no control character pass (RFC 9110 §5.5)',
    ALL,
    'HTTP/1.1 200 OK\nX: a\nYY : \0\n\n',
    'ERR_FIELD_VALUE',
    26,
  ),
  refused(
    'lets no line without a colon pass (RFC 9112 §5)',
    ALL,
    `${LINE}X\n\n`,
    'ERR_FIELD_LINE',
    18,
  ),
  refused(
    'lets no bare LF pass where only folds may (RFC 9112 §2.2)',
    ['obs-fold'],
    `${LINE}X: a\r\n b\nY: c\r\n\r\n`,
    'ERR_BARE_LF',
    25,
  ),
  refused(
    'folds no line that ended with a bare LF where only folds may pass (RFC 9112 §2.2)',
    ['obs-fold'],
    `${LINE}W: a\r\n b\r\nX: a\n b\r\n\r\n`,
    'ERR_BARE_LF',
    31,
  ),
  refused(
    'lets no white space before the first field line pass (RFC 9112 §2.2)',
    ALL,
    `${LINE} X: 1\r\n\r\n`,
    'ERR_FIELD_NAME',
    17,
  ),
  refused(
    'lets no status code of two digits pass (RFC 9112 §4)',
    ALL,
    'HTTP/1.1 20 OK\r\n\r\n',
    'ERR_STATUS_CODE',
    11,
  ),
  refused(
    'lets no reason phrase directly behind the code pass (RFC 9112 §4)',
    ALL,
    'HTTP/1.1 200OK\r\n\r\n',
    'ERR_STATUS_LINE',
    12,
  ),
  refused(
    'lets no status code of four digits pass (RFC 9112 §4)',
    ALL,
    '\n\nHTTP/1.1 2000 OK\r\n\r\n',
    'ERR_STATUS_LINE',
    14,
  ),
  refused(
    'lets no bare LF before the status line pass where only empty lines may (RFC 9112 §2.2)',
    ['leading-empty-lines'],
    `\r\n\n${LINE}\r\n`,
    'ERR_BARE_LF',
    2,
  ),
  refused(
    'lets no empty line before the status line pass where only bare LF may (RFC 9112 §2.2)',
    ['bare-lf'],
    `\n${LINE}\r\n`,
    'ERR_STATUS_LINE',
    0,
  ),
  refused(
    'lets no lengths that differ pass (RFC 9112 §6.3 rule 5)',
    ALL,
    `${LINE}${LENGTH}Content-Length: 3\r\n\r\n`,
    'ERR_CONTENT_LENGTH',
    17,
  ),
  refused(
    'lets no length pass that is none, though it is repeated (RFC 9112 §6.3 rule 5)',
    ALL,
    `${LINE}Content-Length: +2, +2\r\n\r\n`,
    'ERR_CONTENT_LENGTH',
    17,
  ),
  refused(
    'lets no single length pass that is none (RFC 9112 §6.3 rule 5)',
    ALL,
    `${LINE}Content-Length: x\r\n\r\n`,
    'ERR_CONTENT_LENGTH',
    17,
  ),
  refused(
    'lets no chunked pass in HTTP/1.0 (RFC 9112 §6.1)',
    ALL,
    `HTTP/1.0 200 OK\r\n${LENGTH}Transfer-Encoding: chunked\r\n\r\n`,
    'ERR_TRANSFER_ENCODING',
    36,
  ),
  refused(
    'counts the octets of framing fields from those that came (RFC 9112 §6.1)',
    ['bare-lf'],
    'HTTP/1.1 200 OK\nX: 1\nContent-Length: x\n\n',
    'ERR_CONTENT_LENGTH',
    21,
  ),
  refused(
    'lets no bare LF pass in chunks (RFC 9112 §7.1)',
    ALL,
    `${LINE}Transfer-Encoding: chunked\r\n\r\n1\nx`,
    'ERR_CHUNK_SIZE',
    48,
  ),
  refused(
    'lets no folded trailer pass (RFC 9112 §7.1.2)',
    ALL,
    `${LINE}Transfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n 2\r\n\r\n`,
    'ERR_OBS_FOLD',
    56,
  ),
  refused(
    'lets no other protocol pass (RFC 9112 §2.3)',
    ALL,
    'ICY 200 OK\r\n\r\n',
    'ERR_HTTP_VERSION',
    0,
  ),
  {
    title: 'bounds a head that is being mended by both limits of a head (RFC 9112 §5)',
    octets: latin1(`HTTP/1.1 200 OK\n${'X: 1\n'.repeat(30)}`),
    options: { lenient: ['bare-lf'], maxStatusLineBytes: 40, maxHeaderSectionBytes: 60 },
    error: 'ERR_HEADER_SECTION_TOO_LARGE',
    offset: 100,
  },
  {
    title: 'bounds a mended header section by its limit too (RFC 9112 §5)',
    octets: latin1(`HTTP/1.1 200 OK\n${'X: 1\n'.repeat(10)}\n`),
    options: { lenient: ['bare-lf'], maxHeaderSectionBytes: 30 },
    error: 'ERR_HEADER_SECTION_TOO_LARGE',
    offset: 41,
  },
]

interface NearMiss {
  readonly rule: LenientRule
  readonly title: string
  readonly text: string
  readonly error: ResponseCase['error'] & string
  /** Two mistakes, each of them with a rule of its own, which pass when both are on. */
  readonly other?: LenientRule
}

const TE = (value: string): string => `Transfer-Encoding: ${value}\r\n`
const beside = (title: string, text: string): NearMiss => ({
  rule: 'content-length-beside-chunked',
  title: `lets no length pass beside ${title} (RFC 9112 §6.3 rule 3)`,
  text: `${LINE}${text}\r\n2\r\nok\r\n0\r\n\r\n`,
  error: 'ERR_FRAMING_CONFLICT',
})
const repeated = (title: string, text: string): NearMiss => ({
  rule: 'repeated-content-length',
  title: `lets no length pass ${title} (RFC 9112 §6.3 rule 5)`,
  text: `${LINE}${text}\r\nok`,
  error: 'ERR_CONTENT_LENGTH',
})

// What looks like the mistake that a rule names, and is another one.
const NEAR_MISSES: readonly NearMiss[] = [
  beside('identity', LENGTH + TE('identity')),
  beside('no coding', LENGTH + TE('')),
  beside('gzip', LENGTH + TE('gzip')),
  beside('gzip and chunked', LENGTH + TE('gzip, chunked')),
  beside('chunked that is not the last', LENGTH + TE('chunked, gzip')),
  beside('chunked that comes twice', LENGTH + TE('chunked') + TE('chunked')),
  beside('chunked among empty members', LENGTH + TE('chunked,')),
  beside('chunked with a parameter', LENGTH + TE('chunked;q=1')),
  beside('chunked in quotes', LENGTH + TE('"chunked"')),
  beside('a coding whose name has chunked in it', LENGTH + TE('xchunked')),
  beside('chunked, when it comes twice', LENGTH + LENGTH + TE('chunked')),
  beside('chunked, when it is a list', `Content-Length: 2, 2\r\n${TE('chunked')}`),
  beside('chunked, when it is none', `Content-Length: two\r\n${TE('chunked')}`),
  beside('chunked, when it is empty', `Content-Length:\r\n${TE('chunked')}`),
  repeated('that comes with an empty line', `${LENGTH}Content-Length:\r\n`),
  repeated('that comes twice with an empty line', `${LENGTH}Content-Length:\r\n${LENGTH}`),
  repeated('that comes twice with an empty member', 'Content-Length: 2,,2\r\n'),
  repeated('that comes twice before an empty member', 'Content-Length: 2, 2,\r\n'),
  repeated('that comes twice after an empty member', 'Content-Length: ,2,2\r\n'),
  repeated('that comes once before an empty member', 'Content-Length: 2,\r\n'),
  repeated('that is empty, though it comes twice', 'Content-Length:\r\nContent-Length:\r\n'),
  repeated('that is written in two ways', `${LENGTH}Content-Length: 02\r\n`),
  repeated('in quotes', 'Content-Length: "2", "2"\r\n'),
  repeated('beside a negative one', 'Content-Length: 2, -2\r\n'),
  repeated('that is separated by semicolons', 'Content-Length: 2; 2\r\n'),
  repeated('that is separated by spaces', 'Content-Length: 2 2\r\n'),
  {
    rule: 'leading-empty-lines',
    title: 'skips no line of white space (RFC 9112 §2.2)',
    text: ` \r\n${LINE}${LENGTH}\r\nok`,
    error: 'ERR_HTTP_VERSION',
  },
  {
    rule: 'leading-empty-lines',
    title: 'skips no bare CR (RFC 9112 §2.2)',
    text: `\r\r\n${LINE}${LENGTH}\r\nok`,
    error: 'ERR_BARE_CR',
  },
  {
    rule: 'leading-empty-lines',
    title: 'skips no octets behind empty lines (RFC 9112 §2.2)',
    text: `\r\nok\r\n${LINE}${LENGTH}\r\nok`,
    error: 'ERR_HTTP_VERSION',
  },
  {
    rule: 'bare-lf',
    title: 'ends no line at a bare CR (RFC 9112 §2.2)',
    text: `HTTP/1.1 200 OK\n${LENGTH}X: 1\rY: 2\n\nok`,
    error: 'ERR_BARE_CR',
  },
  {
    rule: 'bare-lf',
    title: 'ends no line at CR CR LF (RFC 9112 §2.2)',
    text: `HTTP/1.1 200 OK\n${LENGTH}X: 1\r\r\n\nok`,
    error: 'ERR_BARE_CR',
  },
  {
    rule: 'bare-lf',
    title: 'ends no line at a vertical tab or form feed (RFC 9110 §5.5)',
    text: `HTTP/1.1 200 OK\n${LENGTH}X: 1\x0bY: 2\n\nok`,
    error: 'ERR_FIELD_VALUE',
  },
  {
    rule: 'bare-lf',
    title: 'ends no trailer at LF alone (RFC 9112 §7.1.2)',
    text: `HTTP/1.1 200 OK\n${TE('chunked')}\n0\r\nX: 1\n\r\n`,
    error: 'ERR_BARE_LF',
  },
  {
    rule: 'status-line-whitespace',
    title: 'takes no form feed for white space (RFC 9112 §4)',
    text: `HTTP/1.1\x0c200 OK\r\n${LENGTH}\r\nok`,
    error: 'ERR_STATUS_LINE',
  },
  {
    rule: 'status-line-whitespace',
    title: 'takes no white space before the version (RFC 9112 §4)',
    text: ` HTTP/1.1 200 OK\r\n${LENGTH}\r\nok`,
    error: 'ERR_HTTP_VERSION',
  },
  {
    rule: 'status-line-whitespace',
    title: 'takes no white space in the version (RFC 9112 §4)',
    text: `HTTP /1.1  200 OK\r\n${LENGTH}\r\nok`,
    error: 'ERR_HTTP_VERSION',
  },
  {
    rule: 'status-line-whitespace',
    title: 'takes no white space in the status code (RFC 9112 §4)',
    text: `HTTP/1.1  2 00 OK\r\n${LENGTH}\r\nok`,
    error: 'ERR_STATUS_LINE',
  },
  {
    rule: 'status-line-whitespace',
    title: 'lets no white space be left out (RFC 9112 §4)',
    text: `HTTP/1.1200 OK\r\n${LENGTH}\r\nok`,
    error: 'ERR_STATUS_LINE',
  },
  {
    rule: 'status-line-whitespace',
    title: 'lets no missing reason phrase pass (RFC 9112 §4)',
    text: `HTTP/1.1  200\r\n${LENGTH}\r\nok`,
    error: 'ERR_STATUS_LINE',
    other: 'missing-reason-phrase',
  },
  {
    rule: 'missing-reason-phrase',
    title: 'lets no white space too many pass (RFC 9112 §4)',
    text: `HTTP/1.1  200\r\n${LENGTH}\r\nok`,
    error: 'ERR_STATUS_LINE',
    other: 'status-line-whitespace',
  },
  {
    rule: 'missing-reason-phrase',
    title: 'takes no tab for the space (RFC 9112 §4)',
    text: `HTTP/1.1 200\t\r\n${LENGTH}\r\nok`,
    error: 'ERR_STATUS_LINE',
    other: 'status-line-whitespace',
  },
  {
    rule: 'missing-reason-phrase',
    title: 'lets no missing status code pass (RFC 9112 §4)',
    text: `HTTP/1.1 \r\n${LENGTH}\r\nok`,
    error: 'ERR_STATUS_LINE',
  },
  {
    rule: 'space-before-colon',
    title: 'leaves no white space inside a name out (RFC 9112 §5.1)',
    text: `${LINE}${LENGTH}X Y : 1\r\n\r\nok`,
    error: 'ERR_FIELD_NAME',
  },
  {
    rule: 'space-before-colon',
    title: 'leaves no white space before a name out (RFC 9112 §2.2)',
    text: `${LINE} X : 1\r\n${LENGTH}\r\nok`,
    error: 'ERR_FIELD_NAME',
  },
  {
    rule: 'space-before-colon',
    title: 'lets no empty name pass (RFC 9112 §5.1)',
    text: `${LINE}${LENGTH}Y : 1\r\n: 1\r\n\r\nok`,
    error: 'ERR_FIELD_NAME',
  },
  {
    rule: 'space-before-colon',
    title: 'leaves no other control character out (RFC 9112 §5.1)',
    text: `${LINE}${LENGTH}X\x0b: 1\r\n\r\nok`,
    error: 'ERR_FIELD_NAME',
  },
  {
    rule: 'obs-fold',
    title: 'folds no field name (RFC 9112 §5.2)',
    text: `${LINE}${LENGTH}X\r\n : 1\r\n\r\nok`,
    error: 'ERR_FIELD_LINE',
  },
  {
    rule: 'obs-fold',
    title: 'folds no name of which the line before it has the colon not (RFC 9112 §5.2)',
    text: `${LINE}${LENGTH}W: 1\r\n 2\r\nX\r\n Y: 1\r\n\r\nok`,
    error: 'ERR_FIELD_NAME',
  },
  {
    rule: 'obs-fold',
    title: 'folds no status line (RFC 9112 §2.2)',
    text: `${LINE} Fine: 1\r\n${LENGTH}\r\nok`,
    error: 'ERR_FIELD_NAME',
  },
  {
    rule: 'obs-fold',
    title: 'makes no length of two lines (RFC 9112 §6.2)',
    text: `${LINE}Content-Length: 2\r\n 0\r\n\r\nok`,
    error: 'ERR_CONTENT_LENGTH',
  },
  {
    rule: 'obs-fold',
    title: 'folds no trailer (RFC 9112 §7.1.2)',
    text: `${LINE}${TE('chunked')}\r\n0\r\nX: 1\r\n 2\r\n\r\n`,
    error: 'ERR_OBS_FOLD',
  },
]

/** What a rule does not let pass, though its name is near: with that rule alone, and with all. */
export const nearMissCases: readonly ResponseCase[] = NEAR_MISSES.flatMap(
  (miss): ResponseCase[] => {
    const { rule, title, text, error, other } = miss
    const octets = latin1(text)
    return [
      { title: `${rule}: ${title}`, octets, options: { lenient: [rule] }, error },
      {
        title: `${rule}: ${title}, with all the other rules on too`,
        octets,
        options: { lenient: other === undefined ? ALL : ALL.filter((name) => name !== other) },
        error,
      },
    ]
  },
)

// Every rule has a near miss, and a rule that is added needs one.
const missed = new Set(NEAR_MISSES.map(({ rule }) => rule))
for (const rule of ALL) if (!missed.has(rule)) throw new Error(`${rule} has no near miss`)
