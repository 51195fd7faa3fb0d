import { RequestParser } from '@rawhttp/request-parser'
import { describe, expect, test, vi } from 'vitest'
import { handleConnection } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import { MemoryStream } from './support/memory-stream.ts'
import { echo, echoTarget, fieldLines, gate } from './support/handlers.ts'

const get = (target: string, ...lines: readonly string[]): string =>
  request(`GET ${target}`, ...lines)

describe('RFC 9112 §2.2 message parsing', () => {
  test('ignores empty lines before a request and behind a body (RFC 9112 §2.2)', async () => {
    const rig = connect(echo)
    await rig.send(`\r\n${request('POST /a', 'Content-Length: 1')}a\r\n${get('/b')}`)
    expect(rig.responses().map(({ body }) => body)).toEqual(['POST /a a', 'GET /b'])
    expect(rig.connection.state).toBe('Idle')
  })
})

describe('RFC 9112 §8 incomplete messages', () => {
  test('handles no request whose head was cut (RFC 9112 §8)', async () => {
    const rig = connect(echo)
    await rig.send('GET /a HTTP/1.1\r\nHost: localh')
    await rig.end()
    expect(rig.stream.sent).toBe('')
    expect(rig.stream.destroyed).toBe(true)
    expect(rig.errors.map(({ error }) => error)).toMatchObject([{ code: 'ERR_INCOMPLETE_MESSAGE' }])
  })

  test('answers 400 when the body that the handler reads was cut (RFC 9112 §8)', async () => {
    const rig = connect(echo)
    await rig.send(`${request('POST /a', 'Content-Length: 9')}abc`)
    await rig.end()
    expect(rig.responses()).toMatchObject([{ statusCode: 400 }])
    expect(rig.errors).toMatchObject([{ error: { code: 'ERR_INCOMPLETE_MESSAGE' } }])
    expect(rig.stream.destroyed).toBe(true)
  })

  test('closes behind its answer when the body that nobody reads was cut (RFC 9112 §8)', async () => {
    const rig = connect(echoTarget)
    await rig.send(`${request('POST /a', 'Content-Length: 9')}abc`)
    expect(rig.connection.state).toBe('Discarding')
    await rig.end()
    expect(rig.responses()).toMatchObject([{ statusCode: 200 }])
    expect(rig.connection.state).toBe('Closed')
  })
})

describe('RFC 9112 §9.3 persistence', () => {
  const rows = [
    {
      title: 'keeps an HTTP/1.1 connection',
      octets: get('/'),
      persists: true,
      option: 'keep-alive',
    },
    {
      title: 'closes when the client says close',
      octets: get('/', 'Connection: close'),
      persists: false,
      option: 'close',
    },
    {
      title: 'closes when close stands in a list',
      octets: get('/', 'Connection: x, CLOSE'),
      persists: false,
      option: 'close',
    },
    {
      title: 'closes behind HTTP/1.0',
      octets: 'GET / HTTP/1.0\r\n\r\n',
      persists: false,
      option: 'close',
    },
    {
      title: 'keeps an HTTP/1.0 connection when the client asks for it',
      octets: 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
      persists: true,
      option: 'keep-alive',
    },
  ]
  test.each(rows)('$title (RFC 9112 §9.3)', async ({ octets, persists, option }) => {
    const rig = connect(echoTarget)
    await rig.send(octets)
    expect(rig.responses()[0]?.fields.get('connection')).toBe(option)
    expect(rig.connection.state).toBe(persists ? 'Idle' : 'Closed')
    expect(rig.stream.ended || rig.stream.destroyed).toBe(!persists)
  })

  test('tells how long it is kept, where it is kept (RFC 9112 §9.3)', async () => {
    const rig = connect(echoTarget)
    await rig.send(get('/a') + get('/b', 'Connection: close'))
    const hints = rig.responses().map(({ fields }) => fields.get('keep-alive'))
    expect(hints).toEqual(['timeout=74', undefined])
  })

  test('serves one request a connection and says close when told to (RFC 9112 §9.3)', async () => {
    const rig = connect(echoTarget, { persistent: false })
    await rig.send(get('/a') + get('/b'))
    expect(rig.responses().map(({ body }) => body)).toEqual(['/a'])
    expect(rig.responses()[0]?.fields.get('connection')).toBe('close')
  })

  test('says close in the last response of the allowed number (RFC 9112 §9.6)', async () => {
    const rig = connect(echoTarget, { maxRequestsPerConnection: 3 })
    await rig.send(get('/a') + get('/b') + get('/c') + get('/d'))
    const options = rig.responses().map(({ fields }) => fields.get('connection'))
    expect(options).toEqual(['keep-alive', 'keep-alive', 'close'])
    expect(rig.connection.state).toBe('Lingering')
  })

  test('does not handle what comes behind a request that says close (RFC 9112 §9.6)', async () => {
    const targets: string[] = []
    const rig = connect((incoming, writer) => {
      targets.push(incoming.requestLine.requestTarget)
      writer.respond(200)
    })
    await rig.send(`${get('/a', 'Connection: close')}${get('/b')}garbage`)
    expect(targets).toEqual(['/a'])
    expect(rig.errors).toEqual([])
  })

  test('closes when the handler says close (RFC 9112 §9.6)', async () => {
    const rig = connect((_, writer) => {
      writer.respond(200, '', fieldLines(['Connection', 'close']))
    })
    await rig.send(get('/a'))
    expect(rig.connection.state).toBe('Lingering')
  })
})

describe('RFC 9112 §9.3.2 pipelining', () => {
  test('answers in order, whatever takes longer (RFC 9112 §9.3.2)', async () => {
    const gates = [gate(), gate(), gate()]
    let index = 0
    const rig = connect(async (incoming, writer) => {
      await gates[index++]?.opened
      writer.respond(200, incoming.requestLine.requestTarget)
    })
    await rig.send(get('/0') + get('/1') + get('/2'))
    gates[2]?.open()
    gates[1]?.open()
    await settle()
    expect(rig.responses()).toEqual([])
    gates[0]?.open()
    await settle()
    expect(rig.responses().map(({ body }) => body)).toEqual(['/0', '/1', '/2'])
  })

  test('has one request in progress at a time (RFC 9112 §9.3.2)', async () => {
    let inProgress = 0
    let most = 0
    const rig = connect(async (_, writer) => {
      most = Math.max(most, ++inProgress)
      await settle()
      inProgress--
      writer.respond(200)
    })
    await rig.send(get('/').repeat(20))
    for (let i = 0; i < 30; i++) await settle()
    expect(rig.responses()).toHaveLength(20)
    expect(most).toBe(1)
  })

  test('answers the requests of a turn in one write, sixteen at most (RFC 9112 §9.3.2)', async () => {
    const rig = connect(echoTarget)
    rig.stream.receive(Array.from({ length: 40 }, (_, i) => get(`/${i}`)).join(''))
    expect(rig.stream.writes).toHaveLength(1)
    await settle()
    const counts = rig.stream.writes.map((write) => write.split('HTTP/1.1 200').length - 1)
    expect(counts).toEqual([16, 16, 8])
    expect(rig.responses().map(({ body }) => body)).toEqual(
      Array.from({ length: 40 }, (_, i) => `/${i}`),
    )
  })

  test('yields to others also when every handler is asynchronous (RFC 9112 §9.3.2)', async () => {
    const rig = connect(async (_, writer) => {
      await Promise.resolve()
      writer.respond(200)
    })
    rig.stream.receive(get('/').repeat(100))
    await new Promise((resolve) => process.nextTick(resolve))
    await new Promise((resolve) => process.nextTick(resolve))
    expect(rig.responses().length).toBeLessThanOrEqual(16)
    for (let i = 0; i < 5; i++) await settle()
    expect(rig.responses()).toHaveLength(100)
  })

  const kinds = [
    (i: number) => get(`/${i}`),
    (i: number) => `${request(`POST /${i}`, 'Content-Length: 3')}abc`,
    (i: number) => request(`POST /${i}`, 'Content-Length: 0'),
    (i: number) =>
      `${request(`PUT /${i}`, 'Transfer-Encoding: chunked')}2\r\nxy\r\n1\r\nz\r\n0\r\n\r\n`,
    (i: number) =>
      `${request(`PUT /${i}`, 'Transfer-Encoding: chunked')}1\r\nq\r\n0\r\nX-T: ${i}\r\n\r\n`,
    (i: number) => `${request(`POST /${i}`, 'Content-Length: 5', 'Expect: 100-continue')}hello`,
  ]
  const expected = Array.from(
    { length: 50 },
    (_, i) =>
      [
        `GET /${i}`,
        `POST /${i} abc`,
        `POST /${i}`,
        `PUT /${i} xyz`,
        `PUT /${i} q x-t:${i}`,
        `POST /${i} hello`,
      ][i % kinds.length],
  )
  const wire = Array.from({ length: 50 }, (_, i) => kinds[i % kinds.length]?.(i)).join('')

  const deliveries = [
    { delivery: 'in one piece', size: wire.length },
    { delivery: 'octet by octet', size: 1 },
    { delivery: 'in pieces of 7', size: 7 },
    { delivery: 'in pieces of 1000', size: 1000 },
  ]
  test.each(deliveries)(
    'answers 50 requests with every kind of body, sent $delivery (RFC 9112 §9.3.2)',
    async ({ size }) => {
      const rig = connect(echo)
      for (let i = 0; i < wire.length; i += size) rig.stream.receive(wire.slice(i, i + size))
      for (let i = 0; i < 30; i++) await settle()
      expect(rig.responses().map(({ body }) => body)).toEqual(expected)
      expect(rig.errors).toEqual([])
      expect(rig.connection.state).toBe('Idle')
    },
  )

  test('answers a good request before it refuses the bad one behind it (RFC 9112 §9.3.2)', async () => {
    const rig = connect(echo)
    await rig.send(`${get('/a')}bad\r\n\r\n`)
    expect(rig.responses().map(({ statusCode }) => statusCode)).toEqual([200, 400])
  })

  test('keeps HEAD, 204 and 304 in step (RFC 9112 §6.3 rule 1)', async () => {
    const rig = connect((incoming, writer) => {
      const statusCode = Number(incoming.requestLine.requestTarget.slice(1))
      writer.respond(statusCode, statusCode === 200 ? 'body' : '')
    })
    const methods = ['HEAD', 'GET', 'GET', 'GET']
    await rig.send(request('HEAD /200') + get('/204') + get('/304') + get('/200'))
    const seen = rig.responses(methods).map(({ statusCode, body }) => [statusCode, body])
    expect(seen).toEqual([
      [200, ''],
      [204, ''],
      [304, ''],
      [200, 'body'],
    ])
  })
})

describe('RFC 9112 §9.6 the end of a connection', () => {
  test('answers a client that half-closed while its request was handled (RFC 9112 §9.6)', async () => {
    const { opened, open } = gate()
    const rig = connect(async (_, writer) => {
      await opened
      writer.respond(200, 'late')
    })
    await rig.send(get('/'))
    await rig.end()
    expect(rig.connection.state).toBe('Handling')
    open()
    await settle()
    expect(rig.responses()).toMatchObject([{ statusCode: 200, body: 'late' }])
    expect(rig.responses()[0]?.fields.get('connection')).toBe('close')
    expect(rig.stream.destroyed).toBe(true)
  })

  test('answers all requests that came before a half-close (RFC 9112 §9.6)', async () => {
    const { opened, open } = gate()
    const rig = connect(async (incoming, writer) => {
      await opened
      writer.respond(200, incoming.requestLine.requestTarget)
    })
    await rig.send(get('/a') + get('/b') + get('/c'))
    await rig.end()
    open()
    await settle()
    expect(rig.responses().map(({ body }) => body)).toEqual(['/a', '/b', '/c'])
    const options = rig.responses().map(({ fields }) => fields.get('connection'))
    expect(options).toEqual(['keep-alive', 'keep-alive', 'close'])
    expect(rig.stream.destroyed).toBe(true)
  })

  test('answers the whole requests before a half-close, not the cut one (RFC 9112 §9.6)', async () => {
    const { opened, open } = gate()
    const rig = connect(async (_, writer) => {
      await opened
      writer.respond(200)
    })
    await rig.send(`${get('/a')}GET /b`)
    await rig.end()
    open()
    await settle()
    expect(rig.responses()).toHaveLength(1)
    expect(rig.stream.destroyed).toBe(true)
  })

  test('keeps reading behind its last response until the client closes (RFC 9112 §9.6)', async () => {
    const rig = connect(echoTarget, { persistent: false })
    await rig.send(get('/'))
    expect(rig.stream.ended).toBe(true)
    await rig.send('x'.repeat(1_000_000))
    expect(rig.stream.destroyed).toBe(false)
    await rig.end()
    expect(rig.stream.destroyed).toBe(true)
  })

  const closing = get('/', 'Connection: close')
  const rows = [
    { title: 'a request that says close', octets: closing, state: 'Closed' },
    { title: 'a request in HTTP/1.0', octets: 'GET / HTTP/1.0\r\n\r\n', state: 'Closed' },
    { title: 'one that does not', octets: get('/'), state: 'Lingering', persistent: false },
    { title: 'one with octets behind it', octets: `${closing}x`, state: 'Lingering' },
    {
      title: 'one whose body may have an empty line behind it (§2.2)',
      octets: `${request('POST /', 'Connection: close', 'Content-Length: 1')}x`,
      state: 'Lingering',
    },
    {
      title: 'one whose answer has not left',
      octets: closing,
      state: 'Lingering',
      prepare: (stream: MemoryStream) => (stream.stalled = true),
    },
    {
      title: 'one on a stream that cannot close behind its octets',
      octets: closing,
      state: 'Lingering',
      prepare: (stream: MemoryStream) => Object.assign(stream, { destroySoon: undefined }),
    },
  ]
  test.each(rows)(
    'is $state behind $title: who may still send is read (RFC 9112 §9.6)',
    async ({ octets, state, prepare, persistent = true }) => {
      const rig = connect(echoTarget, { persistent })
      prepare?.(rig.stream)
      await rig.send(octets)
      expect(rig.connection.state).toBe(state)
      expect(rig.stream.destroyed).toBe(state === 'Closed')
      rig.stream.take()
      await settle()
      expect(rig.responses()).toMatchObject([{ statusCode: 200, body: '/' }])
      expect(rig.stream.ended || rig.stream.destroyed).toBe(true)
      expect(rig.errors).toEqual([])
    },
  )

  test('sends all of a slow answer before it closes, however long it takes (RFC 9112 §9.6)', async () => {
    const rig = connect((_, writer) => {
      writer.respond(200, new Uint8Array(1_000_000))
    })
    rig.stream.stalled = true
    await rig.send(get('/', 'Connection: close'))
    while (rig.stream.waitingWrites > 0) {
      rig.clock.advance(20_000)
      rig.stream.take(1)
      await settle()
    }
    expect(rig.responses()[0]?.body).toHaveLength(1_000_000)
    expect(rig.stream.ended).toBe(true)
    expect(rig.stream.destroyed).toBe(false)
    rig.clock.advance(3000)
    expect(rig.stream.destroyed).toBe(true)
  })
})

describe('what a connection meets', () => {
  test('gives the handler the head as it came', async () => {
    const rig = connect((incoming, writer) => {
      const { authority, headers, framing, persistent, expectsContinue } = incoming
      const head = [authority, [...headers], framing, persistent, expectsContinue]
      writer.respond(200, JSON.stringify(head))
    })
    await rig.send(request('GET /', 'X-A: 1'))
    expect(JSON.parse(rig.responses()[0]?.body ?? '')).toEqual([
      'localhost',
      [
        ['host', 'localhost'],
        ['x-a', '1'],
      ],
      { kind: 'none' },
      true,
      false,
    ])
  })

  test('works by the clock of the system, and leaves no timer behind', async () => {
    const stream = new MemoryStream()
    const connection = handleConnection(stream, echoTarget)
    stream.receive(get('/a'))
    await settle()
    expect(stream.sent).toMatch(/\/a$/)
    const errors: unknown[] = []
    const other = new MemoryStream()
    const short = handleConnection(other, echoTarget, {
      idleTimeoutMs: 10,
      headTimeoutMs: 10,
      onError: (error) => errors.push(error),
    })
    await new Promise((resolve) => other.once('close', resolve))
    expect(short.state).toBe('Closed')
    expect(errors).toEqual([])
    connection.abort()
    await settle()
    expect(stream.destroyed).toBe(true)
  })

  test('is ended by a mistake of its own, which harms nobody else', async () => {
    const rig = connect(echoTarget)
    const mistake = new TypeError('a mistake of the parser')
    vi.spyOn(RequestParser.prototype, 'next').mockImplementationOnce(() => {
      throw mistake
    })
    await rig.send(get('/'))
    expect(rig.errors).toMatchObject([{ error: mistake }])
    expect(rig.stream.destroyed).toBe(true)
  })

  test('takes octets that come while it makes the stream flow again', async () => {
    class EagerStream extends MemoryStream {
      override resume(): void {
        this.paused = false
        this.receive('')
      }
    }
    const stream = new EagerStream()
    const { opened, open } = gate()
    const connection = handleConnection(
      stream,
      async (incoming, writer) => {
        await opened
        await echoTarget(incoming, writer)
      },
      { readAheadBytes: 1024 },
    )
    stream.receive(request('POST /a', 'Content-Length: 4000'))
    for (let i = 0; i < 8; i++) stream.receive('x'.repeat(500))
    stream.receive(get('/b'))
    expect(stream.paused).toBe(true)
    open()
    for (let i = 0; i < 3; i++) await settle()
    expect(stream.sent).toMatch(/\/a[^]*\/b$/)
    connection.abort()
  })
})

describe('many at once', () => {
  test('does not mix up connections', async () => {
    const rigs = Array.from({ length: 20 }, () =>
      connect(async (incoming, writer) => {
        const body = await incoming.body.text()
        await settle()
        writer.respond(200, incoming.requestLine.requestTarget + body)
      }),
    )
    for (const [index, rig] of rigs.entries()) {
      rig.stream.receive(request(`POST /${index}`, 'Content-Length: 4'))
    }
    await settle()
    for (const [index, rig] of rigs.entries()) rig.stream.receive(String(1000 + index))
    for (let i = 0; i < 5; i++) await settle()
    for (const [index, rig] of rigs.entries()) {
      expect(rig.responses()).toMatchObject([{ body: `/${index}${1000 + index}` }])
    }
  })
})
