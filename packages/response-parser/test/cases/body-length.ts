import { latin1 } from '../support/octets.ts'
import type { ResponseCase } from '../support/response-case.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const START = OK.length
const NEXT = 'HTTP/1.1 201 Next\r\nContent-Length: 0\r\n\r\n'
const respond = (fieldLines: string, body = ''): Uint8Array =>
  latin1(`${OK}${fieldLines === '' ? '' : `${fieldLines}\r\n`}\r\n${body}`)

const bodiless = (title: string, head: string, method: string): ResponseCase => ({
  title,
  octets: latin1(`${head}\r\n\r\n${NEXT}`),
  methods: [method],
  responses: [{ framing: 'none', body: '' }, { statusCode: 201 }],
})

const LONG = 'Content-Length: 500'
const CHUNKED = 'Transfer-Encoding: chunked'

/** RFC 9112 §6.3 rules 1 and 2. */
export const bodilessCases: readonly ResponseCase[] = [
  ...['', LONG, CHUNKED, 'Content-Length: x', `${LONG}\r\n${CHUNKED}`].flatMap((fields) => {
    const lines = fields === '' ? '' : `\r\n${fields}`
    const shown = JSON.stringify(fields)
    return [
      bodiless(
        `reads no body of a response to HEAD, whatever it says: ${shown} (RFC 9112 §6.3 rule 1)`,
        `HTTP/1.1 200 OK${lines}`,
        'HEAD',
      ),
      bodiless(
        `reads no body of 204, whatever it says: ${shown} (RFC 9112 §6.3 rule 1)`,
        `HTTP/1.1 204 No Content${lines}`,
        'GET',
      ),
      bodiless(
        `reads no body of 304, whatever it says: ${shown} (RFC 9112 §6.3 rule 1)`,
        `HTTP/1.1 304 Not Modified${lines}`,
        'GET',
      ),
    ]
  }),
  bodiless(
    'reads no body of an error that answers HEAD (RFC 9112 §6.3 rule 1)',
    `HTTP/1.1 404 Not Found\r\n${LONG}`,
    'HEAD',
  ),
  bodiless(
    'reads no body of 204 in HTTP/1.0 (RFC 9112 §6.3 rule 1)',
    'HTTP/1.0 204 No Content',
    'GET',
  ),
  {
    title: 'reads a body in an answer to "head", which is no HEAD (RFC 9110 §9.1)',
    octets: respond('Content-Length: 2', 'ok'),
    methods: ['head'],
    responses: [{ body: 'ok' }],
  },
  {
    title: 'reads the body of 205 as any other (RFC 9112 §6.3)',
    octets: latin1('HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nok'),
    responses: [{ body: 'ok' }],
  },
  ...[200, 201, 204, 299].map((statusCode): ResponseCase => ({
    title: `takes what is behind ${statusCode} to CONNECT for a tunnel (RFC 9112 §6.3 rule 2)`,
    octets: latin1(`HTTP/1.1 ${statusCode} OK\r\n${LONG}\r\n${CHUNKED}\r\n\r\n\x16\x03\x01hello`),
    methods: ['CONNECT'],
    responses: [{ framing: 'none', switchesProtocol: true, persistent: false, body: '' }],
    switched: '\x16\x03\x01hello',
  })),
  ...[300, 407, 502].map((statusCode): ResponseCase => ({
    title: `reads the body of ${statusCode} to CONNECT (RFC 9112 §6.3 rule 2)`,
    octets: latin1(`HTTP/1.1 ${statusCode} No\r\nContent-Length: 2\r\n\r\nno`),
    methods: ['CONNECT'],
    responses: [{ framing: 'length 2', switchesProtocol: false, body: 'no' }],
  })),
  {
    title: 'answers several requests, each by its own method (RFC 9112 §9.3.2)',
    octets: latin1(
      `${OK}${LONG}\r\n\r\n${OK}Content-Length: 3\r\n\r\nget${OK}${CHUNKED}\r\n\r\n${OK}\r\ntunnel`,
    ),
    methods: ['HEAD', 'GET', 'HEAD', 'CONNECT'],
    responses: [{ body: '' }, { body: 'get' }, { body: '' }, { switchesProtocol: true }],
    switched: 'tunnel',
  },
]

const refused = (
  title: string,
  fieldLines: string,
  error: ResponseCase['error'] & string,
  distance: number,
): ResponseCase => ({
  title,
  octets: respond(fieldLines, 'hello'),
  error,
  offset: START + distance,
})

/** RFC 9112 §6.1, and rules 3 and 4 of §6.3. */
export const transferEncodingCases: readonly ResponseCase[] = [
  ...['chunked', 'CHUNKED', ' Chunked\t'].map((value): ResponseCase => ({
    title: `reads a chunked body by ${JSON.stringify(value)} (RFC 9112 §6.3 rule 4)`,
    octets: respond(`Transfer-Encoding: ${value}`, '5\r\nhello\r\n0\r\n\r\n'),
    responses: [{ framing: 'chunked', body: 'hello', persistent: true }],
  })),
  ...[
    'identity',
    'gzip',
    'chunked, deflate',
    'chunked, identity',
    'xchunked',
    'chunked;q=1',
    '',
  ].map((value): ResponseCase => ({
    title: `reads up to the end of the connection by ${JSON.stringify(value)}, where chunked is not last (RFC 9112 §6.3 rule 4)`,
    octets: respond(`Transfer-Encoding: ${value}`, `5\r\nhello\r\n0\r\n\r\n${NEXT}`),
    end: true,
    responses: [
      {
        framing: 'close-delimited',
        body: `5\r\nhello\r\n0\r\n\r\n${NEXT}`,
        persistent: false,
      },
    ],
  })),
  refused(
    'refuses a list of chunked and nothing, which not every reader sees alike (RFC 9112 §6.1)',
    'Transfer-Encoding: , chunked ,',
    'ERR_TRANSFER_ENCODING',
    0,
  ),
  refused(
    'refuses chunked twice (RFC 9112 §6.1)',
    'Transfer-Encoding: chunked, chunked',
    'ERR_TRANSFER_ENCODING',
    0,
  ),
  refused(
    'refuses chunked in two lines (RFC 9112 §6.1)',
    'X: 1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'ERR_TRANSFER_ENCODING',
    6,
  ),
  refused(
    'refuses a coding below chunked that nobody undoes (RFC 9112 §7)',
    'Transfer-Encoding: gzip, chunked',
    'ERR_TRANSFER_CODING_UNKNOWN',
    0,
  ),
  refused(
    'refuses Transfer-Encoding with Content-Length (RFC 9112 §6.3 rule 3)',
    'Transfer-Encoding: chunked\r\nContent-Length: 5',
    'ERR_FRAMING_CONFLICT',
    28,
  ),
  refused(
    'refuses Content-Length with Transfer-Encoding (RFC 9112 §6.3 rule 3)',
    'Content-Length: 5\r\nTransfer-Encoding: identity',
    'ERR_FRAMING_CONFLICT',
    0,
  ),
  {
    title: 'refuses Transfer-Encoding in HTTP/1.0 (RFC 9112 §6.1)',
    octets: latin1('HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    error: 'ERR_TRANSFER_ENCODING',
    offset: START,
  },
]

/** RFC 9112 §6.2, and rules 5 to 8 of §6.3. */
export const contentLengthCases: readonly ResponseCase[] = [
  ...[
    ['-1', 'a sign'],
    ['+5', 'a plus sign'],
    ['5 5', 'a space in it'],
    ['0x5', 'hexadecimal digits'],
    ['5.0', 'a point'],
    ['', 'nothing'],
    ['5, 5', 'a list of one and the same'],
    ['5, 6', 'a list of two'],
    ['9007199254740992', '2^53'],
    ['18446744073709551621', '2^64 + 5'],
  ].map(([value, what]) =>
    refused(
      `refuses a length of ${what} (RFC 9112 §6.3 rule 5)`,
      `Content-Length: ${value}`,
      'ERR_CONTENT_LENGTH',
      0,
    ),
  ),
  refused(
    'refuses two lengths that differ (RFC 9112 §6.3 rule 5)',
    'Content-Length: 5\r\nContent-Length: 6',
    'ERR_CONTENT_LENGTH',
    0,
  ),
  refused(
    'refuses the same length twice (RFC 9112 §6.3 rule 5)',
    'Content-Length: 5\r\nContent-Length: 5',
    'ERR_CONTENT_LENGTH',
    0,
  ),
  {
    title: 'reads a body of the length that was announced (RFC 9112 §6.3 rule 6)',
    octets: respond('Content-Length: 8', '\0\r\n\n\x80\xff\r\r'),
    responses: [{ framing: 'length 8', body: '\0\r\n\n\x80\xff\r\r', persistent: true }],
  },
  {
    title: 'reads a body of length 0 (RFC 9112 §6.3 rule 6)',
    octets: respond('Content-Length: 0'),
    responses: [{ framing: 'length 0', body: '' }],
  },
  {
    title: 'takes a body that looks like a response for a body (RFC 9112 §6.3 rule 6)',
    octets: respond(`Content-Length: ${NEXT.length}`, NEXT),
    responses: [{ body: NEXT }],
  },
  {
    title: 'reads bodies of HTTP/1.0 by their length (RFC 9112 §6.3 rule 6)',
    octets: latin1('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    responses: [{ framing: 'length 2', body: 'ok', persistent: false }],
  },
  {
    title: 'reads up to the end of the connection when no length is given (RFC 9112 §6.3 rule 8)',
    octets: respond('X: 1', `hello${NEXT}`),
    end: true,
    responses: [{ framing: 'close-delimited', body: `hello${NEXT}`, persistent: false }],
  },
  {
    title: 'takes nothing up to the end of the connection for an empty body (RFC 9112 §6.3 rule 8)',
    octets: respond(''),
    end: true,
    responses: [{ framing: 'close-delimited', body: '', headers: [] }],
  },
  {
    title:
      'gives what comes of a body that ends with the connection, and waits (RFC 9112 §6.3 rule 8)',
    octets: respond('', 'hello'),
    waits: true,
    unfinished: { framing: 'close-delimited', body: 'hello' },
  },
  {
    title:
      'closes behind a body that ends with the connection, whatever Connection says (RFC 9112 §9.3)',
    octets: respond('Connection: keep-alive', 'hello'),
    end: true,
    responses: [{ persistent: false, body: 'hello' }],
  },
]
