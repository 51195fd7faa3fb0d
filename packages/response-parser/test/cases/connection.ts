import { latin1 } from '../support/octets.ts'
import type { ResponseCase } from '../support/response-case.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n'
const FINAL = `${OK}Content-Length: 2\r\n\r\nok`

/** RFC 9110 §15.2. */
export const interimCases: readonly ResponseCase[] = [
  {
    title: 'gives an interim response before the final one (RFC 9110 §15.2)',
    octets: latin1(CONTINUE + FINAL),
    responses: [{ interim: [100], statusCode: 200, body: 'ok' }],
  },
  {
    title: 'gives several of them, in order (RFC 9110 §15.2)',
    octets: latin1(
      `${CONTINUE}HTTP/1.1 102 \r\n\r\n${HINTS}${HINTS}HTTP/1.1 199 X\r\n\r\n${FINAL}`,
    ),
    responses: [{ interim: [100, 102, 103, 103, 199], body: 'ok' }],
  },
  {
    title: 'gives them before each response (RFC 9110 §15.2)',
    octets: latin1(CONTINUE + FINAL + HINTS + FINAL),
    responses: [{ interim: [100] }, { interim: [103] }],
  },
  {
    title: 'reads no body of one, whatever it says (RFC 9112 §6.3 rule 1)',
    octets: latin1(`HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n${FINAL}`),
    responses: [{ interim: [100], body: 'ok' }],
  },
  {
    title: 'knows the method still behind one (RFC 9112 §6.3 rule 1)',
    octets: latin1(`${CONTINUE}${OK}Content-Length: 5\r\n\r\n`),
    methods: ['HEAD'],
    responses: [{ interim: [100], body: '' }],
  },
  {
    title: 'waits for the final response (RFC 9110 §15.2)',
    octets: latin1(HINTS),
    waits: true,
    unfinished: { interim: [103] },
  },
  {
    title: 'takes one to CONNECT for no tunnel (RFC 9110 §9.3.6)',
    octets: latin1(`${CONTINUE}${OK}\r\nhello`),
    methods: ['CONNECT'],
    responses: [{ interim: [100], switchesProtocol: true }],
    switched: 'hello',
  },
  {
    title: 'refuses more of them than may come (RFC 9110 §15.2)',
    octets: latin1(CONTINUE + CONTINUE + CONTINUE + FINAL),
    options: { maxInterimResponses: 2 },
    error: 'ERR_TOO_MANY_INTERIM_RESPONSES',
    offset: 0,
  },
  {
    title: 'gives as many of them as may come, before each response (RFC 9110 §15.2)',
    octets: latin1(CONTINUE + CONTINUE + FINAL + CONTINUE + CONTINUE + FINAL),
    options: { maxInterimResponses: 2 },
    responses: [{ interim: [100, 100] }, { interim: [100, 100] }],
  },
  {
    title: 'refuses any of them when none may come (RFC 9110 §15.2)',
    octets: latin1(CONTINUE),
    options: { maxInterimResponses: 0 },
    error: 'ERR_TOO_MANY_INTERIM_RESPONSES',
  },
]

/** RFC 9110 §7.8. */
export const upgradeCases: readonly ResponseCase[] = [
  {
    title: 'takes 101 for final, and what is behind it for another protocol (RFC 9110 §15.2.2)',
    octets: latin1(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n\x81\x05hello',
    ),
    responses: [{ statusCode: 101, framing: 'none', switchesProtocol: true, persistent: false }],
    switched: '\x81\x05hello',
  },
  {
    title: 'takes 101 for final when nothing is behind it yet (RFC 9110 §7.8)',
    octets: latin1('HTTP/1.1 101 X\r\nContent-Length: 5\r\n\r\n'),
    responses: [{ statusCode: 101 }],
    switched: '',
  },
  {
    title: 'gives interim responses before 101 (RFC 9110 §15.2)',
    octets: latin1('HTTP/1.1 103 X\r\n\r\nHTTP/1.1 101 X\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
    responses: [{ interim: [103], statusCode: 101 }],
    switched: 'HTTP/1.1 200 OK\r\n\r\n',
  },
]

const persistence = (version: string, persistent: boolean, options: string): ResponseCase => ({
  title: `${persistent ? 'keeps' : 'closes'} an HTTP/${version} connection for ${JSON.stringify(options)} (RFC 9112 §9.3)`,
  octets: latin1(`HTTP/${version} 200 OK\r\nContent-Length: 0\r\n${options}\r\n\r\n`),
  responses: [{ persistent }],
})

/** RFC 9112 §9.3. */
export const persistenceCases: readonly ResponseCase[] = [
  persistence('1.1', true, 'X: 1'),
  persistence('1.1', true, 'Connection: keep-alive'),
  persistence('1.1', true, 'Connection: upgrade'),
  persistence('1.1', false, 'Connection: close'),
  persistence('1.1', false, 'cONNECTION: foo, CLOSE'),
  persistence('1.1', false, 'Connection: keep-alive\r\nConnection: close'),
  persistence('1.0', false, 'X: 1'),
  persistence('1.0', false, 'Keep-Alive: timeout=5'),
  persistence('1.0', true, 'Connection: Keep-Alive'),
  {
    title: 'reads several responses in a row, with every kind of body (RFC 9112 §9.3.2)',
    octets: latin1(
      `${FINAL}${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nHTTP/1.1 304 \r\n\r\n${OK}Content-Length: 0\r\n\r\n${OK}\r\nrest`,
    ),
    end: true,
    responses: [
      { body: 'ok' },
      { body: 'ab' },
      { statusCode: 304 },
      { body: '' },
      { body: 'rest' },
    ],
  },
  {
    title:
      'reads the responses before a bad one, and counts its octets from its start (RFC 9112 §9.3.2)',
    octets: latin1(`${FINAL}HTTP/1.1 2x0 OK\r\n\r\n`),
    responses: [{ body: 'ok' }],
    error: 'ERR_STATUS_CODE',
    offset: 10,
  },
]

const cut = (what: string, text: string, offset = text.length): ResponseCase => ({
  title: `refuses a response that ends ${what} (RFC 9112 §8)`,
  octets: latin1(text),
  end: true,
  error: 'ERR_INCOMPLETE_MESSAGE',
  offset,
})

const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`

/** RFC 9112 §8. */
export const incompleteCases: readonly ResponseCase[] = [
  cut('in the version', 'HTT'),
  cut('behind a CR', '\r'),
  cut('in the status code', 'HTTP/1.1 2'),
  cut('behind the status code', 'HTTP/1.1 200'),
  cut('in the reason phrase', 'HTTP/1.1 200 O'),
  cut('in the end of the status line', 'HTTP/1.1 200 OK\r'),
  cut('behind the status line', OK),
  cut('in a field line', `${OK}Content-Le`),
  cut('before the empty line', `${OK}X: 1\r\n`),
  cut('in the empty line', `${OK}X: 1\r\n\r`),
  cut('behind an interim response', CONTINUE, 0),
  cut('in the head behind an interim response', `${CONTINUE}HTTP/1.1 2`, 10),
  cut('before a body of known length', `${OK}Content-Length: 5\r\n\r\n`),
  cut('in a body of known length', `${OK}Content-Length: 5\r\n\r\nhell`),
  cut('before the first chunk', CHUNKED),
  cut('in a chunk size', `${CHUNKED}1`),
  cut('in chunk data', `${CHUNKED}5\r\nhel`),
  cut('before the last chunk', `${CHUNKED}5\r\nhello\r\n`),
  cut('behind the last chunk', `${CHUNKED}0\r\n`),
  cut('in the trailer section', `${CHUNKED}0\r\nX: 1\r\n`),
  {
    title: 'takes the end behind a whole response for no fault (RFC 9112 §9.6)',
    octets: latin1(FINAL),
    end: true,
    responses: [{ body: 'ok' }],
  },
  {
    title: 'refuses a cut response behind a whole one (RFC 9112 §8)',
    octets: latin1(`${FINAL}HTTP`),
    end: true,
    responses: [{ body: 'ok' }],
    error: 'ERR_INCOMPLETE_MESSAGE',
    offset: 4,
  },
  {
    title: 'finds nothing when nothing is sent (RFC 9112 §8)',
    octets: latin1(''),
    end: true,
    responses: [],
  },
]
