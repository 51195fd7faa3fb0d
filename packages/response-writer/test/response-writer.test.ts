import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { ResponseWriter } from '../src/index.ts'
import type { ByteSink, WriterOptions } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink, TextSink } from './support/recording-sink.ts'

const SINKS = [
  { kind: 'octets', make: () => new RecordingSink() },
  { kind: 'strings', make: () => new TextSink() },
] as const

function head(contentLength: number): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${contentLength}\r\n\r\n`
}

function openBody(sink: ByteSink, contentLength: number): ResponseWriter {
  const writer = new ResponseWriter(sink, { date: null })
  writer.writeStatusLine(200)
  writer.writeHeaders(new Headers([['Content-Length', String(contentLength)]]))
  return writer
}

describe.each(SINKS)(
  'to a sink of $kind: RFC 9112 §2.1, head and body in few writes',
  ({ make }) => {
    test.each([1, 13, 2047, 2048])(
      'joins a first body of %i octets to the head (RFC 9112 §2.1)',
      (size) => {
        for (const body of ['a'.repeat(size), Buffer.alloc(size, 'a')]) {
          const sink = make()
          openBody(sink, size).writeBody(body)
          expect(sink.writes).toEqual([head(size) + 'a'.repeat(size)])
        }
      },
    )

    test('never copies a body above 2 KiB (RFC 9112 §2.1)', () => {
      const sink = make()
      const body = Buffer.alloc(2049, 'a')
      openBody(sink, 2049).writeBody(body)
      expect(sink.writes).toEqual([head(2049), 'a'.repeat(2049)])
      expect(sink.octets.at(-1)).toBe(body)
    })

    test('hands on later octets as they are (RFC 9112 §2.1)', () => {
      const sink = make()
      const writer = openBody(sink, 3)
      writer.writeBody('a')
      const second = Buffer.from('b')
      writer.writeBody(second)
      writer.writeBody('c')
      expect(sink.writes).toEqual([`${head(3)}a`, 'b', 'c'])
      expect(sink.octets).toContain(second)
    })

    test('sends a string as UTF-8, short or long (RFC 9110 §8.6)', () => {
      for (const text of [
        'grüße \u{1f600}',
        'ÿ\u0080',
        '\ud800',
        'ü'.repeat(2048),
        '€'.repeat(2048),
        `${'a'.repeat(31)}é`,
        `${'a'.repeat(32)}é`,
        'a'.repeat(33),
        'ü'.repeat(2049),
      ]) {
        const octets = Buffer.from(text)
        const sink = make()
        const writer = new ResponseWriter(sink, { date: null })
        writer.respond(200, text)
        expect(sink.text).toBe(head(octets.length) + octets.toString('latin1'))
      }
    })

    test('joins a small chunk to its framing and to the head (RFC 9112 §7.1)', () => {
      const sink = make()
      const writer = new ResponseWriter(sink, { date: null })
      writer.writeStatusLine(200)
      writer.writeHeaders(new Headers())
      writer.writeChunkedBody('hello')
      writer.writeChunkedBody(Buffer.from('world'))
      expect(sink.writes).toEqual([
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
        '5\r\nworld\r\n',
      ])
    })

    test('never copies a large chunk (RFC 9112 §7.1)', () => {
      const sink = make()
      const writer = new ResponseWriter(sink, { date: null })
      writer.writeStatusLine(200)
      writer.writeHeaders(new Headers())
      const chunk = Buffer.alloc(4096, 'a')
      writer.writeChunkedBody(chunk)
      expect(sink.writes).toEqual([
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n',
        'a'.repeat(4096),
        '\r\n',
      ])
      expect(sink.octets).toContain(chunk)
    })

    test('joins the end of an empty chunked body to the head (RFC 9112 §7.1)', () => {
      const sink = make()
      const writer = new ResponseWriter(sink, { date: null })
      writer.writeStatusLine(200)
      writer.writeHeaders(new Headers())
      writer.writeChunkedBodyDone()
      expect(sink.writes).toEqual([
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ])
    })

    test.each([
      [undefined, true],
      [true, true],
      [false, false],
    ])('passes on that the sink says %s (RFC 9112 §2.1)', (flowing, expected) => {
      const large = Buffer.alloc(3000, 'a')
      for (const body of ['a', Buffer.from('a'), large]) {
        const sink = make()
        sink.flowing = flowing
        const writer = new ResponseWriter(sink, { date: null })
        writer.writeStatusLine(200)
        writer.writeHeaders(new Headers())
        expect(writer.writeChunkedBody(body)).toBe(expected)
        expect(writer.writeChunkedBody(body)).toBe(expected)
        expect(writer.writeChunkedBody('')).toBe(true)

        sink.flowing = flowing
        expect(openBody(sink, body.length).writeBody(body)).toBe(expected)
        const plain = openBody(sink, body.length)
        plain.flushHead()
        expect(plain.writeBody(body)).toBe(expected)
      }
    })
  },
)

describe('RFC 9112 §7.1: the three writes of a large chunk', () => {
  test.each([0, 1, 2])('say no when the one at %i does (RFC 9112 §7.1)', (refusing) => {
    let writes = 0
    const writer = new ResponseWriter({ write: () => writes++ !== refusing })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers())
    expect(writer.writeChunkedBody(new Uint8Array(4096))).toBe(false)
    expect(writer.writeChunkedBody(new Uint8Array(4096))).toBe(true)
    expect(writes).toBe(6)
  })
})

describe('RFC 9112 §2.1: the head is held back for the body', () => {
  test('until flushHead, which a streaming handler needs (RFC 9112 §2.1)', () => {
    const sink = new RecordingSink()
    const writer = openBody(sink, 5)
    expect(writer.headSent).toBe(false)
    expect(sink.writes).toEqual([])
    writer.flushHead()
    expect(writer.headSent).toBe(true)
    expect(sink.writes).toEqual(['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'])
    writer.flushHead()
    expect(sink.writes).toHaveLength(1)
    writer.writeBody('hello')
    expect(sink.writes[1]).toBe('hello')
  })

  test('flushHead does nothing before there is a head (RFC 9112 §2.1)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink)
    writer.flushHead()
    writer.writeStatusLine(200)
    writer.flushHead()
    expect(writer.headSent).toBe(false)
    expect(sink.writes).toEqual([])
  })

  test('until drained is awaited (RFC 9112 §2.1)', async () => {
    const sink = new RecordingSink()
    const writer = openBody(sink, 5)
    const drained = writer.drained()
    expect(sink.writes).toHaveLength(1)
    await expect(drained).resolves.toBeUndefined()
  })

  test('drained waits as long as the sink says (RFC 9112 §2.1)', async () => {
    const waiting: (() => void)[] = []
    const sink = {
      write: () => false,
      drained: () => new Promise<void>((resolve) => waiting.push(resolve)),
    }
    const writer = openBody(sink, 5)
    expect(writer.writeBody('a')).toBe(false)
    const order: string[] = []
    const drained = writer.drained().then(() => order.push('drained'))
    await Promise.resolve()
    order.push('opened')
    waiting[0]()
    await drained
    expect(order).toEqual(['opened', 'drained'])
  })

  test('for HEAD until the body would begin (RFC 9110 §9.3.2)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { requestMethod: 'HEAD', date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['Content-Length', '5']]))
    expect(writer.headSent).toBe(false)
    expect(writer.writeBody('hell')).toBe(true)
    expect(writer.headSent).toBe(true)
    writer.writeBody('o')
    expect(sink.writes).toEqual(['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'])
  })

  test('a response that was not sent can be given up for another (RFC 9112 §8)', () => {
    const sink = new RecordingSink()
    const writer = openBody(sink, 5)
    expect(usageCode(() => writer.writeBody('too long'))).toBe('ERR_BODY_TOO_LONG')
    writer.reset({ date: null, persistent: false })
    expect(writer).toMatchObject({ state: 'AwaitingStatusLine', statusCode: 0, headSent: false })
    writer.flushHead()
    expect(sink.writes).toEqual([])
    writer.respond(500)
    expect(sink.text).toBe(
      'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    )
  })

  const GIVEN_UP: readonly {
    title: string
    options: WriterOptions
    begin: (writer: ResponseWriter) => void
    again?: WriterOptions
    sent: string
  }[] = [
    {
      title: 'HEAD gets no body for it either (RFC 9110 §9.3.2)',
      options: { requestMethod: 'HEAD' },
      begin: (writer) => writer.writeStatusLine(200),
      sent: 'Content-Length: 4\r\n\r\n',
    },
    {
      title: 'a connection that ends still ends (RFC 9112 §9.6)',
      options: { persistent: false },
      begin: (writer) => writer.writeStatusLine(200),
      sent: 'Content-Length: 4\r\nConnection: close\r\n\r\noops',
    },
    {
      title: '1.0 is still answered as 1.0 (RFC 9112 §9.3)',
      options: { httpVersion: '1.0', persistent: true, keepAliveSeconds: 5 },
      begin: (writer) => writer.writeStatusLine(200),
      sent: 'Content-Length: 4\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\noops',
    },
    {
      title: 'a body that would have ended the connection ends it no more (RFC 9112 §9.3)',
      options: { httpVersion: '1.0', persistent: true },
      begin: (writer) => {
        writer.writeStatusLine(200)
        writer.writeHeaders(new Headers())
        expect(writer.persistent).toBe(false)
      },
      sent: 'Content-Length: 4\r\nConnection: keep-alive\r\n\r\noops',
    },
    {
      title: 'a version that is given with it decides on the persistence (RFC 9112 §9.3)',
      options: { requestMethod: 'HEAD' },
      begin: () => {},
      again: { httpVersion: '1.0' },
      sent: 'Content-Length: 4\r\nConnection: close\r\n\r\n',
    },
    {
      title: 'a method that is given with it counts (RFC 9110 §9.3.2)',
      options: { requestMethod: 'HEAD', persistent: false },
      begin: (writer) => writer.writeStatusLine(200),
      again: { requestMethod: 'GET' },
      sent: 'Content-Length: 4\r\nConnection: close\r\n\r\noops',
    },
    {
      title: 'its clock stays, or can be another (RFC 9110 §6.6.1)',
      options: { persistent: false },
      begin: (writer) => writer.writeStatusLine(200),
      again: { date: () => 'now' },
      sent: 'Content-Length: 4\r\nDate: now\r\nConnection: close\r\n\r\noops',
    },
  ]
  test.each(GIVEN_UP)('given up, $title', ({ options, begin, again, sent }) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null, ...options })
    begin(writer)
    writer.reset(again)
    expect(writer).toMatchObject({ state: 'AwaitingStatusLine', statusCode: 0 })
    writer.respond(500, 'oops')
    expect(sink.writes).toEqual([`HTTP/1.1 500 Internal Server Error\r\n${sent}`])
  })

  test('a response that was sent in part cannot (RFC 9112 §8)', () => {
    const sink = new RecordingSink()
    const writer = openBody(sink, 5)
    writer.writeBody('hell')
    expect(() => writer.reset()).toThrow(
      'Call order in AwaitingBody: expected writeBody or finish, got reset',
    )
    expect(writer.state).toBe('AwaitingBody')
  })
})

describe('RFC 9110 §6.4: respond writes a whole response', () => {
  test('in one write, with the length of its body (RFC 9110 §8.6)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: () => 'Sun, 06 Nov 1994 08:49:37 GMT' })
    writer.respond(404, 'nothing here', new Headers([['content-TYPE', 'text/plain']]))
    expect(sink.writes).toEqual([
      'HTTP/1.1 404 Not Found\r\ncontent-TYPE: text/plain\r\nContent-Length: 12\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\nnothing here',
    ])
    expect(writer).toMatchObject({ state: 'Done', statusCode: 404, headSent: true })
  })

  test.each(['', new Uint8Array(0), undefined])(
    'an empty body has the length 0 (RFC 9110 §8.6)',
    (body) => {
      const sink = new RecordingSink()
      new ResponseWriter(sink, { date: null }).respond(200, body)
      expect(sink.writes).toEqual(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'])
    },
  )

  test('a large body leaves uncopied behind the head (RFC 9112 §2.1)', () => {
    const sink = new RecordingSink()
    const body = new Uint8Array(70_000)
    new ResponseWriter(sink, { date: null }).respond(200, body)
    expect(sink.writes[0]).toBe('HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n')
    expect(sink.octets[1]).toBe(body)
  })

  test('HEAD gets the head alone, with the length of the body (RFC 9110 §9.3.2)', () => {
    const sink = new RecordingSink()
    new ResponseWriter(sink, { requestMethod: 'HEAD', date: null }).respond(200, 'hello')
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
  })

  test('HEAD may name a length without the body being made (RFC 9110 §9.3.2)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { requestMethod: 'HEAD', date: null })
    writer.respond(200, '', new Headers([['Content-Length', '1234']]))
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n')
  })

  test('a Content-Length that is given stays when it is right (RFC 9110 §8.6)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.respond(200, 'hello', new Headers([['content-length', '5']]))
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello')
  })

  test.each([
    ['GET', 200, 'hello', ['Content-Length', '4'], 'ERR_BODY_TOO_LONG'],
    ['GET', 200, 'hello', ['Content-Length', '6'], 'ERR_BODY_TOO_SHORT'],
    ['GET', 200, '', ['Content-Length', '6'], 'ERR_BODY_TOO_SHORT'],
    ['HEAD', 200, 'hello', ['Content-Length', '6'], 'ERR_BODY_TOO_SHORT'],
    ['HEAD', 200, 'hello', ['Content-Length', '4'], 'ERR_BODY_TOO_LONG'],
    ['GET', 200, 'hello', ['Transfer-Encoding', 'chunked'], 'ERR_FRAMING_CONFLICT'],
    ['GET', 204, 'hello', ['X-A', '1'], 'ERR_BODY_FORBIDDEN'],
    ['GET', 205, 'hello', ['X-A', '1'], 'ERR_BODY_FORBIDDEN'],
    ['GET', 304, 'hello', ['X-A', '1'], 'ERR_BODY_FORBIDDEN'],
    ['HEAD', 304, 'hello', ['X-A', '1'], 'ERR_BODY_FORBIDDEN'],
    ['CONNECT', 200, 'hello', ['X-A', '1'], 'ERR_BODY_FORBIDDEN'],
    ['GET', 101, 'hello', ['X-A', '1'], 'ERR_BODY_FORBIDDEN'],
  ] as const)(
    'to %s, %i with %j and %j is refused with %s (RFC 9110 §8.6)',
    (requestMethod, statusCode, body, field, code) => {
      const sink = new RecordingSink()
      const writer = new ResponseWriter(sink, { requestMethod, date: null })
      expect(usageCode(() => writer.respond(statusCode, body, new Headers([field])))).toBe(code)
      expect(writer).toMatchObject({ state: 'AwaitingStatusLine', statusCode: 0, headSent: false })
      expect(sink.writes).toEqual([])
      writer.respond(500)
      expect(writer.state).toBe('Done')
    },
  )

  test('304 keeps the length of the response that it stands for (RFC 9110 §8.6)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.respond(304, '', new Headers([['Content-Length', '1234']]))
    expect(sink.text).toBe('HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n')
  })
})

describe('RFC 9112 §9.3: one writer for all responses of a connection', () => {
  test('starts each with the options given, or their defaults (RFC 9112 §9.3)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, {
      requestMethod: 'HEAD',
      httpVersion: '1.0',
      persistent: true,
      keepAliveSeconds: 5,
      date: null,
    })
    writer.respond(200, 'hello')
    expect(writer.headSent).toBe(true)
    writer.reset()
    expect(writer).toMatchObject({
      state: 'AwaitingStatusLine',
      persistent: true,
      statusCode: 0,
      headSent: false,
    })
    writer.respond(200, 'hello')
    expect(sink.writes[0]).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n',
    )
    expect(sink.writes[1]).toMatch(
      /^HTTP\/1\.1 200 OK\r\nContent-Length: 5\r\nDate: [^\r]+\r\n\r\nhello$/,
    )
  })

  const LAST: readonly {
    title: string
    options: WriterOptions
    write: (writer: ResponseWriter) => void
  }[] = [
    {
      title: 'told to the writer (RFC 9112 §9.6)',
      options: { persistent: false },
      write: (writer) => writer.respond(200, 'ok'),
    },
    {
      title: 'said by the handler (RFC 9112 §9.6)',
      options: {},
      write: (writer) => writer.respond(200, 'ok', new Headers([['Connection', 'close']])),
    },
    {
      title: 'the end of the body (RFC 9112 §6.3 rule 8)',
      options: { httpVersion: '1.0', persistent: true },
      write: (writer) => {
        writer.writeStatusLine(200)
        writer.writeHeaders(new Headers())
        writer.finish()
      },
    },
    {
      title: 'a tunnel (RFC 9110 §9.3.6)',
      options: { requestMethod: 'CONNECT' },
      write: (writer) => writer.respond(200),
    },
    {
      title: 'another protocol (RFC 9110 §15.2.2)',
      options: {},
      write: (writer) => writer.respond(101, '', new Headers([['Upgrade', 'chat']])),
    },
  ]
  test.each(LAST)('has no next one where the connection ends: $title', ({ options, write }) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, options)
    write(writer)
    const { statusCode } = writer
    expect(() => writer.reset({ persistent: true })).toThrow(
      expect.objectContaining({
        code: 'ERR_WRITER_STATE',
        message: 'Call order in Done: expected no call, for the connection ends, got reset',
      }),
    )
    expect(writer).toMatchObject({ state: 'Done', statusCode, persistent: false })
  })

  test('leaves the Headers as they are, so that they serve again (RFC 9110 §5)', () => {
    const headers = new Headers([
      ['Content-Type', 'text/html'],
      ['Transfer-Encoding', 'chunked'],
      ['Trailer', 'X-Sum'],
      ['Connection', 'close'],
    ])
    const before = [...headers.lines()]
    for (const httpVersion of ['1.0', '1.1'] as const) {
      const writer = new ResponseWriter(new RecordingSink(), { httpVersion })
      writer.writeStatusLine(200)
      writer.writeHeaders(headers)
    }
    expect([...headers.lines()]).toEqual(before)
  })
})
