import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { ResponseWriter } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink } from './support/recording-sink.ts'

// What the handler gives, and what comes of it: the framing fields that leave and the state behind writeHeaders, or the code that
// it is refused with.
const GIVEN = {
  nothing: [],
  'Content-Length: 0': [['Content-Length', '0']],
  'Content-Length: 5': [['Content-Length', '5']],
  'Transfer-Encoding: chunked': [['Transfer-Encoding', 'chunked']],
} as const

const NO_FIELDS = '- Done'
const CHUNKED = 'Transfer-Encoding: chunked InChunkedBody'
const FIVE = 'Content-Length: 5 AwaitingBody'
const ZERO = 'Content-Length: 0 Done'
const TO_THE_END = '- AwaitingBody'
const FORBIDDEN = 'ERR_BODY_FORBIDDEN'

// prettier-ignore
const MATRIX: readonly (readonly [title: string, method: string, version: '1.0' | '1.1', status: number,
  nothing: string, zero: string, five: string, chunked: string])[] = [
  ['a body is chunked unless its length is known (RFC 9112 §6.3 rules 4 and 6)', 'GET', '1.1', 200, CHUNKED, ZERO, FIVE, CHUNKED],
  ['so it is with an error (RFC 9112 §6.3 rules 4 and 6)', 'POST', '1.1', 404, CHUNKED, ZERO, FIVE, CHUNKED],
  ['1.0 is never sent Transfer-Encoding: the connection ends the body (RFC 9112 §6.1, §6.3 rule 8)', 'GET', '1.0', 200, TO_THE_END, ZERO, FIVE, TO_THE_END],
  ['HEAD has the fields of GET (RFC 9110 §9.3.2)', 'HEAD', '1.1', 200, CHUNKED, ZERO, FIVE, CHUNKED],
  ['HEAD in 1.0 has the fields of GET (RFC 9110 §9.3.2)', 'HEAD', '1.0', 200, TO_THE_END, ZERO, FIVE, TO_THE_END],
  ['204 has no framing fields (RFC 9110 §8.6, RFC 9112 §6.1)', 'GET', '1.1', 204, NO_FIELDS, NO_FIELDS, FORBIDDEN, FORBIDDEN],
  ['204 in 1.0 has no framing fields (RFC 9110 §8.6, RFC 9112 §6.1)', 'GET', '1.0', 204, NO_FIELDS, NO_FIELDS, FORBIDDEN, FORBIDDEN],
  ['204 to HEAD has no framing fields (RFC 9110 §8.6, RFC 9112 §6.1)', 'HEAD', '1.1', 204, NO_FIELDS, NO_FIELDS, FORBIDDEN, FORBIDDEN],
  ['205 says that there is nothing (RFC 9110 §15.3.6)', 'GET', '1.1', 205, ZERO, ZERO, FORBIDDEN, FORBIDDEN],
  ['205 in 1.0 says that there is nothing (RFC 9110 §15.3.6)', 'GET', '1.0', 205, ZERO, ZERO, FORBIDDEN, FORBIDDEN],
  ['304 tells of the response that was not sent (RFC 9110 §8.6, RFC 9112 §6.1)', 'GET', '1.1', 304, NO_FIELDS, ZERO, 'Content-Length: 5 Done', 'Transfer-Encoding: chunked Done'],
  ['304 in 1.0 does so without Transfer-Encoding (RFC 9112 §6.1)', 'GET', '1.0', 304, NO_FIELDS, ZERO, 'Content-Length: 5 Done', NO_FIELDS],
  ['2xx to CONNECT begins a tunnel (RFC 9110 §9.3.6)', 'CONNECT', '1.1', 200, NO_FIELDS, NO_FIELDS, FORBIDDEN, FORBIDDEN],
  ['204 to CONNECT begins a tunnel (RFC 9110 §9.3.6)', 'CONNECT', '1.1', 204, NO_FIELDS, NO_FIELDS, FORBIDDEN, FORBIDDEN],
  ['205 to CONNECT begins a tunnel (RFC 9110 §9.3.6)', 'CONNECT', '1.1', 205, NO_FIELDS, NO_FIELDS, FORBIDDEN, FORBIDDEN],
  ['another answer to CONNECT has a body (RFC 9110 §9.3.6)', 'CONNECT', '1.1', 403, CHUNKED, ZERO, FIVE, CHUNKED],
  ['101 has no framing fields (RFC 9110 §8.6, RFC 9112 §6.1)', 'GET', '1.1', 101, NO_FIELDS, NO_FIELDS, FORBIDDEN, FORBIDDEN],
]

function framingOf(head: string): string {
  const lines = head
    .split('\r\n')
    .filter((line) => /^(content-length|transfer-encoding):/i.test(line))
  return lines.length === 0 ? '-' : lines.join(' & ')
}

describe('RFC 9112 §6.3: the length of a response', () => {
  const cases = MATRIX.flatMap(([title, requestMethod, httpVersion, status, ...outcomes]) =>
    Object.entries(GIVEN).map(([given, fields], column) => {
      return { title, requestMethod, httpVersion, status, given, fields, outcome: outcomes[column] }
    }),
  )

  test.each(cases)(
    '$title: $requestMethod, $httpVersion, $status, with $given',
    ({ requestMethod, httpVersion, status, fields, outcome }) => {
      const sink = new RecordingSink()
      const writer = new ResponseWriter(sink, { requestMethod, httpVersion, date: null })
      writer.writeStatusLine(status)
      const headers = new Headers(fields)
      if (status === 101) headers.set('Upgrade', 'chat')
      const code = usageCode(() => writer.writeHeaders(headers))
      const { state } = writer
      writer.flushHead()
      expect(code ?? `${framingOf(sink.text)} ${state}`).toBe(outcome)
      expect(sink.text.endsWith('\r\n\r\n')).toBe(code === undefined)
      expect(state === 'AwaitingHeaders').toBe(code !== undefined)
    },
  )

  const REFUSED: readonly {
    title: string
    fields: readonly (readonly [string, string])[]
    code: string
  }[] = [
    {
      title: 'both Transfer-Encoding and Content-Length (RFC 9112 §6.2)',
      fields: [
        ['Content-Length', '5'],
        ['Transfer-Encoding', 'chunked'],
      ],
      code: 'ERR_FRAMING_CONFLICT',
    },
    {
      title: 'two Content-Length lines that differ (RFC 9110 §8.6)',
      fields: [
        ['Content-Length', '5'],
        ['Content-Length', '6'],
      ],
      code: 'ERR_CONTENT_LENGTH',
    },
    {
      title: 'two Content-Length lines that agree (RFC 9110 §8.6)',
      fields: [
        ['Content-Length', '5'],
        ['content-length', '5'],
      ],
      code: 'ERR_CONTENT_LENGTH',
    },
    ...['', '5, 5', '-1', '+5', '5.0', '0x5', '1e1', 'five', '9007199254740992'].map((value) => ({
      title: `the Content-Length ${JSON.stringify(value)} (RFC 9110 §8.6)`,
      fields: [['Content-Length', value] as const],
      code: 'ERR_CONTENT_LENGTH',
    })),
    ...['', 'gzip', 'gzip, chunked', 'chunked, chunked', 'identity', 'chunked;q=1'].map(
      (value) => ({
        title: `the Transfer-Encoding ${JSON.stringify(value)} (RFC 9112 §6.1)`,
        fields: [['Transfer-Encoding', value] as const],
        code: 'ERR_TRANSFER_ENCODING',
      }),
    ),
    {
      title: 'chunked in two lines (RFC 9112 §6.1)',
      fields: [
        ['Transfer-Encoding', 'chunked'],
        ['Transfer-Encoding', 'chunked'],
      ],
      code: 'ERR_TRANSFER_ENCODING',
    },
  ]

  describe.each(['1.1', '1.0'] as const)('to a client of HTTP/%s', (httpVersion) => {
    test.each(REFUSED)('refuses $title', ({ fields, code }) => {
      const sink = new RecordingSink()
      const writer = new ResponseWriter(sink, { httpVersion })
      writer.writeStatusLine(200)
      expect(usageCode(() => writer.writeHeaders(new Headers(fields)))).toBe(code)
      expect(writer.state).toBe('AwaitingHeaders')
      writer.writeHeaders(new Headers([['Content-Length', '0']]))
      expect(sink.writes).toHaveLength(1)
    })
  })

  test('takes the name of the coding in any letter case, and sends it as it was given (RFC 9112 §7)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['transfer-ENCODING', 'Chunked']]))
    writer.writeChunkedBodyDone()
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\ntransfer-ENCODING: Chunked\r\n\r\n0\r\n\r\n')
  })

  test('takes a Content-Length up to 2^53-1 (RFC 9110 §8.6)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink)
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['Content-Length', '9007199254740991']]))
    expect(writer.state).toBe('AwaitingBody')
  })
})

describe('RFC 9110 §8.6: the body is as long as its Content-Length', () => {
  test.each(['GET', 'HEAD'])(
    'refuses octets beyond it, for %s (RFC 9110 §8.6)',
    (requestMethod) => {
      const sink = new RecordingSink()
      const writer = new ResponseWriter(sink, { requestMethod, date: null })
      writer.writeStatusLine(200)
      writer.writeHeaders(new Headers([['Content-Length', '5']]))
      writer.writeBody('hell')
      expect(() => writer.writeBody('o!')).toThrow(
        'Body: expected 5 octets by Content-Length, got 6',
      )
      expect(usageCode(() => writer.writeBody('o!'))).toBe('ERR_BODY_TOO_LONG')
      writer.writeBody('o')
      expect(writer.state).toBe('Done')
      expect(usageCode(() => writer.writeBody('!'))).toBe('ERR_BODY_TOO_LONG')
      const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'
      expect(sink.text).toBe(requestMethod === 'HEAD' ? head : `${head}hello`)
    },
  )

  test.each(['GET', 'HEAD'])(
    'refuses to end before it, for %s (RFC 9110 §8.6)',
    (requestMethod) => {
      const writer = new ResponseWriter(new RecordingSink(), { requestMethod })
      writer.writeStatusLine(200)
      writer.writeHeaders(new Headers([['Content-Length', '5']]))
      writer.writeBody('hell')
      expect(() => writer.finish()).toThrow('Body: expected 5 octets by Content-Length, got 4')
      expect(usageCode(() => writer.finish())).toBe('ERR_BODY_TOO_SHORT')
    },
  )

  test.each(['GET', 'HEAD'])(
    'says how much was written, for %s (RFC 9110 §8.6)',
    (requestMethod) => {
      const writer = new ResponseWriter(new RecordingSink(), { requestMethod })
      writer.writeStatusLine(200)
      writer.writeHeaders(new Headers())
      expect(writer.writtenBytes).toBe(0)
      writer.writeChunkedBody('grü')
      writer.writeChunkedBody(new Uint8Array(3))
      writer.writeChunkedBodyDone()
      expect(writer.writtenBytes).toBe(7)
      writer.reset({ requestMethod })
      expect(writer.writtenBytes).toBe(0)
      writer.respond(200, 'hello')
      expect(writer.writtenBytes).toBe(5)
    },
  )

  test('counts the octets of a string, not its characters (RFC 9110 §8.6)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['Content-Length', '5']]))
    expect(usageCode(() => writer.writeBody('grüße'))).toBe('ERR_BODY_TOO_LONG')
    writer.writeBody('grü')
    writer.writeBody('n')
    expect(writer.state).toBe('Done')
  })

  test('HEAD may be answered without its body (RFC 9110 §9.3.2)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { requestMethod: 'HEAD', date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['Content-Length', '5']]))
    writer.finish()
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
  })

  test('HEAD is answered without the chunks that are written (RFC 9110 §9.3.2)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { requestMethod: 'HEAD', date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['Trailer', 'X-Sum']]))
    writer.writeChunkedBody('hello')
    writer.writeChunkedBodyDone()
    writer.writeTrailers(new Headers([['X-Sum', '1']]))
    expect(sink.text).toBe(
      'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n',
    )
  })
})

describe('RFC 9112 §6.3 rule 8: to HTTP/1.0 the connection ends a body of unknown length', () => {
  test.each([
    ['nothing', []],
    ['Transfer-Encoding', [['Transfer-Encoding', 'chunked']] as const],
  ])(
    'sends chunks as plain octets and drops the trailers, with %s (RFC 9112 §6.1)',
    (_given, framing) => {
      const sink = new RecordingSink()
      const writer = new ResponseWriter(sink, { httpVersion: '1.0', date: null })
      writer.writeStatusLine(200)
      writer.writeHeaders(new Headers([['X-A', '1'], ...framing, ['Trailer', 'X-Sum']]))
      writer.writeChunkedBody('hello ')
      writer.writeChunkedBody(Buffer.from('world'))
      writer.writeChunkedBodyDone()
      writer.writeTrailers(new Headers([['X-Sum', '1']]))
      expect(writer.persistent).toBe(false)
      expect(sink.text).toBe('HTTP/1.1 200 OK\r\nX-A: 1\r\nConnection: close\r\n\r\nhello world')
    },
  )

  test('takes a plain body until finish (RFC 9112 §6.3 rule 8)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { httpVersion: '1.0', date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers())
    writer.writeBody('hello')
    expect(writer.state).toBe('AwaitingBody')
    writer.finish()
    expect(writer.state).toBe('Done')
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello')
  })
})
