import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ClientOptions, IncomingResponse, RequestOptions } from '../src/index.ts'
import { sharedMemory } from '../src/read-memory.ts'
import { MemoryClient } from './support/memory-dial.ts'
import type { MemoryStream } from './support/memory-dial.ts'
import { codeOf, response, turn } from './support/rig.ts'

const origin = 'http://host'

interface Started {
  readonly memory: MemoryClient
  readonly stream: MemoryStream
  readonly asked: Promise<IncomingResponse>
}

function start(options: Partial<RequestOptions> = {}, client: ClientOptions = {}): Started {
  const memory = new MemoryClient(client)
  const asked = memory.core.request({ origin, ...options })
  asked.catch(() => {})
  const [stream] = memory.streams
  if (stream === undefined) throw new Error('nothing was dialed')
  return { memory, stream, asked }
}

describe('what is sent', () => {
  const ONE_WRITE: readonly (readonly [string, Partial<RequestOptions>])[] = [
    ['a GET', {}],
    ['a POST with a string', { method: 'POST', body: 'small' }],
    ['a POST with few octets', { method: 'POST', body: new Uint8Array(2048) }],
    [
      'a POST with octets of another realm',
      { method: 'POST', body: runInNewContext('new Uint8Array(2048)') as Uint8Array },
    ],
    ['a POST with many octets', { method: 'POST', body: new Uint8Array(50_000) }],
    ['a long string', { method: 'POST', body: 'x'.repeat(60_000) }],
  ]
  test.each(ONE_WRITE)('leaves in one write: %s', (_what, options) => {
    const { stream } = start(options)
    stream.hooks.connected()
    expect(stream.writes).toHaveLength(1)
  })

  const UNSENT: readonly (readonly [string, (octets: Uint8Array) => Partial<RequestOptions>])[] = [
    ['whole', (octets) => ({ method: 'POST', body: octets })],
    ['in pieces', (octets) => ({ method: 'POST', body: [octets] })],
  ]
  test.each(UNSENT)(
    'is an error of the caller when its memory was transferred before it left: %s',
    async (_what, options) => {
      const octets = Buffer.allocUnsafeSlow(200_000)
      const { stream, asked } = start(options(octets))
      structuredClone(0, { transfer: [octets.buffer] })
      stream.hooks.connected()
      await expect(asked).rejects.toMatchObject({ code: 'ERR_BODY_TYPE' })
      expect(stream.destroyed).toBe(true)
    },
  )

  test('is an error of the caller when its memory is transferred while it leaves', async () => {
    const octets = Buffer.allocUnsafeSlow(200_000)
    const { stream, asked } = start({ method: 'POST', body: octets })
    stream.stalled = true
    stream.hooks.connected()
    await turn()
    structuredClone(0, { transfer: [octets.buffer] })
    stream.take()
    await expect(asked).rejects.toMatchObject({ code: 'ERR_BODY_TYPE' })
    expect(stream.destroyed).toBe(true)
  })

  test('leaves in one write with its body and end when that comes at once', async () => {
    const { stream } = start({ method: 'POST', body: ['a', 'b'] })
    stream.hooks.connected()
    await turn()
    expect(stream.writes).toHaveLength(1)
    expect(stream.sent).toMatch(/1\r\na\r\n1\r\nb\r\n0\r\n\r\n$/)
  })

  test.each([
    ['octets', new Uint8Array(200_000).fill(120)],
    ['a string', 'x'.repeat(200_000)],
    ['pieces', ['x'.repeat(70_000), new Uint8Array(130_000).fill(120)]],
  ])('is given to the stream 64 KiB at a time: %s', async (_what, body) => {
    const { stream, asked } = start({ method: 'PUT', body })
    stream.stalled = true
    stream.hooks.connected()
    let seen = 0
    for (let turns = 0; turns < 100; turns++) {
      await turn()
      expect(stream.writableLength).toBeLessThanOrEqual(65_536)
      seen = Math.max(seen, stream.writableLength)
      stream.take(1)
    }
    expect(seen).toBe(65_536)
    expect(stream.sent.match(/x/g)).toHaveLength(200_000)
    stream.receive(response('ok'))
    expect(await (await asked).body.text()).toBe('ok')
  })

  test('may take any time in all while the peer takes some of it', async () => {
    const { memory, stream, asked } = start({ method: 'PUT', body: new Uint8Array(1_000_000) })
    stream.stalled = true
    stream.hooks.connected()
    for (let seconds = 0; seconds < 15; seconds++) {
      stream.take(1)
      for (let i = 0; i < 58; i++) memory.clock.advance(500)
    }
    stream.stalled = false
    stream.take()
    for (let turns = 0; turns < 10; turns++) await turn()
    stream.receive(response('ok'))
    expect(await (await asked).body.text()).toBe('ok')
  })

  test('has a deadline when the peer takes none of it', async () => {
    const { memory, stream, asked } = start({ method: 'PUT', body: new Uint8Array(1_000_000) })
    stream.stalled = true
    stream.hooks.connected()
    for (let i = 0; i < 62; i++) memory.clock.advance(500)
    expect(await codeOf(asked)).toBe('ERR_WRITE_TIMEOUT')
  })

  test('waits for its response only when it has left', async () => {
    const { memory, stream, asked } = start({}, { writeTimeoutMs: 100_000 })
    stream.stalled = true
    stream.hooks.connected()
    for (let i = 0; i < 100; i++) memory.clock.advance(500)
    stream.take()
    for (let i = 0; i < 58; i++) memory.clock.advance(500)
    stream.receive(response('ok'))
    expect(await (await asked).body.text()).toBe('ok')
  })
})

describe('the way to the peer', () => {
  test('has a deadline', async () => {
    const { memory, stream, asked } = start()
    memory.clock.advance(29_900)
    expect(stream.destroyed).toBe(false)
    memory.clock.advance(1100)
    expect(await codeOf(asked)).toBe('ERR_CONNECT_TIMEOUT')
    expect(stream.destroyed).toBe(true)
  })

  const BROKEN: readonly (readonly [string, string, (stream: MemoryStream) => void])[] = [
    [
      'is not there',
      'ERR_CONNECT',
      ({ hooks }) => hooks.unreachable([{ place: 'host:80', error: new Error('refused') }]),
    ],
    ['ends at once', 'ERR_CONNECTION_CLOSED', ({ hooks }) => hooks.peerEnded(true)],
    ['vanishes', 'ERR_CONNECTION_CLOSED', ({ hooks }) => hooks.closed()],
    [
      'breaks',
      'ERR_SOCKET',
      ({ hooks }) => {
        hooks.connected()
        hooks.broke(new Error('ECONNRESET'))
      },
    ],
  ]
  test.each(BROKEN)('that %s is an error', async (_what, code, fail) => {
    const { memory, stream, asked } = start()
    fail(stream)
    // Nothing that a stream tells later changes anything.
    stream.hooks.connected()
    stream.hooks.secured()
    stream.hooks.peerEnded(true)
    stream.receive('HTTP/1.1 200 OK\r\n')
    stream.hooks.broke(new Error('again'))
    expect(await codeOf(asked)).toBe(code)
    expect(stream.sent).toBe(code === 'ERR_SOCKET' ? 'GET / HTTP/1.1\r\nHost: host\r\n\r\n' : '')
    await memory.core.close()
  })

  test('keeps the cause of an error', async () => {
    const { stream, asked } = start()
    const cause = new Error('ECONNREFUSED')
    stream.hooks.broke(cause)
    await expect(asked).rejects.toMatchObject({ name: 'TransportError', cause })
  })

  test('is kept open for nobody when it is idle', async () => {
    const { memory, stream, asked } = start()
    stream.hooks.connected()
    stream.receive(response('ok'))
    await asked
    expect(stream.referenced).toBe(false)
    void memory.core.request({ origin }).catch(() => {})
    expect(stream.referenced).toBe(true)
    memory.core.abort()
    await memory.core.close()
  })
})

describe('a stream that goes on telling what it was told not to read', () => {
  test('is paused until somebody wants more, and serves on when the response ended', async () => {
    const { memory, stream, asked } = start({}, { readAheadBytes: 1024 })
    stream.hooks.connected()
    stream.receive('HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n')
    const { body } = await asked
    expect(stream.receive('x'.repeat(2000))).toBe(false)
    expect(stream.paused).toBe(true)
    expect(stream.receive('x'.repeat(1000))).toBe(true)
    expect(stream.paused).toBe(false)
    const next = memory.core.request({ origin })
    expect(await body.bytes()).toHaveLength(3000)
    stream.receive(response('next'))
    expect(await (await next).body.text()).toBe('next')
    expect(memory.streams).toHaveLength(1)
  })
})

describe('RFC 9112 §9.3 octets that follow a response', () => {
  const NO_CONTENT = 'HTTP/1.1 204 No Content\r\n\r\n'
  const HEAD_BYTES = 'HTTP/1.1 200 OK\r\nContent-Length: 65000\r\n\r\n'.length
  const FULL_READ = response('x'.repeat(65_000), `A: ${'x'.repeat(65_536 - HEAD_BYTES - 65_005)}`)
  const LOOKED: readonly (readonly [string, string, string])[] = [
    ['204 (RFC 9110 §15.3.5)', origin, NO_CONTENT],
    ['304 (RFC 9110 §15.4.5)', origin, 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n'],
    ['a read that filled the memory', origin, FULL_READ],
    ['any response by TLS', 'https://host', response('ok')],
  ]

  test('may wait when a read fills the memory, which the longest of these does', () => {
    expect(FULL_READ).toHaveLength(sharedMemory.length)
  })

  // A connection whose response has just ended, and a request that was given to it.
  function follow(name: string, text: string, signal?: AbortSignal) {
    const memory = new MemoryClient()
    void memory.core.request({ origin: name }).then(({ body }) => body.bytes())
    const [stream] = memory.streams
    if (stream === undefined) throw new Error('nothing was dialed')
    stream.hooks.connected()
    if (name !== origin) stream.hooks.secured()
    stream.receive(text)
    const asked = memory.core.request({
      origin: name,
      method: 'POST',
      body: ['once'],
      ...(signal === undefined ? undefined : { signal }),
    })
    asked.catch(() => {})
    return { memory, stream, asked }
  }

  describe.each(LOOKED)('after %s', (_what, name, text) => {
    test('are looked for before the next request is sent', async () => {
      const { memory, stream, asked } = follow(name, text)
      await Promise.resolve()
      expect(stream.writes).toHaveLength(1)
      while (!stream.sent.endsWith('0\r\n\r\n')) await turn()
      stream.receive(response('next'))
      expect(await (await asked).body.text()).toBe('next')
      expect(memory.streams).toHaveLength(1)
    })

    test('are no answer to it: it is sent by another connection', async () => {
      const { memory, stream, asked } = follow(name, text)
      stream.receive(response('stolen'))
      expect(stream.destroyed).toBe(true)
      const next = memory.streams[1]
      if (next === undefined) throw new Error('nothing was dialed')
      next.hooks.connected()
      if (name !== origin) next.hooks.secured()
      while (!next.sent.endsWith('0\r\n\r\n')) await turn()
      next.receive(response('next'))
      expect(await (await asked).body.text()).toBe('next')
      expect(stream.writes).toHaveLength(1)
    })
  })

  const ENDS: readonly (readonly [string, (stream: MemoryStream) => void])[] = [
    ['the end of the peer', ({ hooks }) => hooks.peerEnded(true)],
    ['an error', ({ hooks }) => hooks.broke(new Error('ECONNRESET'))],
  ]
  test.each(ENDS)('may be %s, and no request is lost by it', async (_what, end) => {
    const { memory, stream, asked } = follow(origin, NO_CONTENT)
    end(stream)
    memory.streams[1]?.hooks.connected()
    await turn()
    memory.streams[1]?.receive(response('next'))
    expect(await (await asked).body.text()).toBe('next')
  })

  test('are looked for no longer when the next request is given up, or the client closed', async () => {
    const controller = new AbortController()
    const { memory, asked } = follow(origin, NO_CONTENT, controller.signal)
    controller.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
    expect(await codeOf(asked)).toBe('ENOUGH')
    await memory.core.close()
    const other = follow(origin, NO_CONTENT)
    other.memory.core.abort()
    expect(await codeOf(other.asked)).toBe('ERR_CLIENT_CLOSED')
    await other.memory.core.close()
    await turn()
    await turn()
    expect(other.stream.writes).toHaveLength(1)
  })

  const SOME: readonly (readonly [string, readonly string[]])[] = [
    ['with a response', [`${response('ok')}more`]],
    ['to an idle connection', [response('ok'), 'more']],
  ]
  test.each(SOME)('are looked for when the peer has once sent some %s', async (_where, reads) => {
    const { memory, stream, asked } = start()
    stream.hooks.connected()
    for (const text of reads) stream.receive(text)
    await (await asked).body.bytes()
    const second = memory.core.request({ origin })
    const next = memory.streams[1]
    next?.hooks.connected()
    await turn()
    next?.receive(response('ok'))
    await (await second).body.bytes()
    void memory.core.request({ origin }).catch(() => {})
    expect(next?.writes).toHaveLength(1)
    await turn()
    await turn()
    expect(next?.writes).toHaveLength(2)
    memory.core.abort()
  })

  test('are not looked for after others', async () => {
    const { memory, stream } = start()
    stream.hooks.connected()
    await turn()
    stream.receive(response('ok'))
    void memory.core.request({ origin }).catch(() => {})
    expect(stream.writes).toHaveLength(2)
    memory.core.abort()
  })
})

const BODY = 'content of some length, and more of it'
const RESPONSES = [
  response(BODY, 'A: b'),
  `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n${BODY.split(
    '',
  )
    .map((octet) => `1;x=y\r\n${octet}\r\n`)
    .join('')}0\r\nSum: 1\r\n\r\n`,
  `HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
]

function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % text.length))].toSorted((a, b) => a - b)
  return [0, ...ends].map((start, number) => text.slice(start, ends[number] ?? text.length))
}

describe('properties', () => {
  test('a response is the same however it is delivered, and so is the next', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...RESPONSES),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.constantFrom('bytes', 'forEach'),
        async (text, places, way) => {
          const { memory, stream, asked } = start()
          stream.hooks.connected()
          for (const next of [asked, undefined]) {
            const promise = next ?? memory.core.request({ origin })
            const pieces: string[] = []
            const reading = promise.then(async ({ headers, body }) => {
              expect(headers.get('a')).toBe('b')
              if (way === 'bytes') return Buffer.from(await body.bytes()).toString()
              await body.forEach(async (octets) => {
                await turn()
                pieces.push(Buffer.from(octets).toString())
              })
              return pieces.join('')
            })
            for (const piece of cut(text, places)) {
              while (stream.paused) await turn()
              stream.receive(piece)
              await turn()
            }
            expect(await reading).toBe(BODY)
          }
          expect(memory.streams).toHaveLength(1)
          memory.core.abort()
        },
      ),
      { numRuns: 60 },
    )
  })

  test('any octets give a response or an error, and nothing is left', async () => {
    const fragment = fc.oneof(
      fc.constantFrom(
        'HTTP/1.1 ',
        '200 OK\r\n',
        '100 Continue\r\n\r\n',
        '101 Switching Protocols\r\n',
        'Content-Length: 3\r\n',
        'Transfer-Encoding: chunked\r\n',
        'Connection: close\r\n',
        '\r\n',
        '3\r\nabc\r\n',
        '0\r\n\r\n',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 5 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fragment, { maxLength: 12 }),
        fc.constantFrom('GET', 'HEAD', 'POST'),
        fc.boolean(),
        async (fragments, method, streamed) => {
          const body = streamed && method === 'POST' ? ['a', 'b'] : ''
          const { memory, stream, asked } = start({ method, body })
          const settled = codeOf(asked.then(async ({ body }) => body.bytes()))
          stream.hooks.connected()
          if (streamed) await turn()
          for (const text of fragments) if (!stream.destroyed) stream.receive(text)
          if (!stream.destroyed) stream.hooks.peerEnded(true)
          expect(await settled).toMatch(/^(fulfilled|ERR_\w+)$/)
          await memory.core.close()
          expect(memory.core.connectionCount).toBe(0)
          expect(memory.clock.running).toBe(0)
        },
      ),
      { numRuns: 500 },
    )
  })

  // What a peer can do to a connection, and a caller to a request; each is drawn with the number of the one that it concerns.
  const ACTS = [
    'ask',
    'ask',
    'ask',
    'post',
    'connect',
    'connect',
    'answer',
    'answer',
    'answer without content',
    'answer and close',
    'answer and more',
    'break',
    'end',
    'abort',
    'turn',
  ] as const
  const ANSWERS: { readonly [act: string]: (target: string) => string } = {
    answer: (target) => response(target),
    'answer without content': (target) => `HTTP/1.1 204 No Content\r\nA: ${target}\r\n\r\n`,
    'answer and close': (target) => response(target, 'Connection: close'),
    'answer and more': (target) => `${response(target)}${response('stolen')}`,
  }

  test('every request gets its own answer or an error, in bounds, and is sent again once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...ACTS), fc.nat()), { maxLength: 60 }),
        async (acts) => {
          const memory = new MemoryClient({
            maxConnectionsPerOrigin: 3,
            maxIdlePerOrigin: 2,
            maxQueuedPerOrigin: 4,
          })
          const { core, streams } = memory
          const answered = new Map<MemoryStream, number>()
          const connected = new Set<MemoryStream>()
          const controllers: AbortController[] = []
          const outcomes: (string | undefined)[] = []

          const ask = async (method: string): Promise<void> => {
            const controller = new AbortController()
            const number = controllers.push(controller) - 1
            const options = {
              origin,
              method,
              requestTarget: `/${number}`,
              signal: controller.signal,
            }
            try {
              const { statusLine, headers, body } = await core.request(options)
              const text = await body.text()
              outcomes[number] = statusLine.statusCode === 204 ? headers.get('a') : text
            } catch (error) {
              outcomes[number] = error instanceof Error && 'code' in error ? 'failed' : 'aborted'
            }
          }
          const connect = (stream: MemoryStream): void => {
            if (connected.has(stream) || stream.destroyed) return
            connected.add(stream)
            stream.hooks.connected()
          }
          const reply = (stream: MemoryStream, act: string): void => {
            const targets = stream.sent.match(/\/\d+(?= HTTP)/g) ?? []
            const count = answered.get(stream) ?? 0
            const target = targets[count]
            if (stream.destroyed || target === undefined) return
            answered.set(stream, count + 1)
            stream.receive(ANSWERS[act]?.(target) ?? '')
          }
          const onStream: { readonly [act: string]: (stream: MemoryStream) => void } = {
            connect,
            break: (stream) => {
              if (!stream.destroyed) stream.hooks.broke(new Error('ECONNRESET'))
            },
            end: (stream) => {
              if (!stream.destroyed) stream.hooks.peerEnded(true)
            },
          }

          for (const [act, number] of acts) {
            const stream = streams[number % Math.max(streams.length, 1)]
            if (act === 'ask') void ask('GET')
            else if (act === 'post') void ask('POST')
            else if (act === 'turn') await turn()
            else if (act === 'abort')
              controllers[number % Math.max(controllers.length, 1)]?.abort(new Error('enough'))
            else if (stream !== undefined && act in ANSWERS) reply(stream, act)
            else if (stream !== undefined) onStream[act]?.(stream)
            expect(core.connectionCount).toBeLessThanOrEqual(3)
          }
          // A peer that works from here on: whoever waits is served.
          for (let rounds = 0; rounds < 60; rounds++) {
            for (const stream of streams) {
              connect(stream)
              reply(stream, 'answer')
            }
            await turn()
          }

          expect(outcomes).toHaveLength(controllers.length)
          for (const [number, outcome] of outcomes.entries()) {
            expect(outcome).toBeOneOf([`/${number}`, 'failed', 'aborted'])
            const sent = streams.flatMap((stream) =>
              stream.sent.split(`GET /${number} `).length > 1
                ? 'G'
                : stream.sent.split(`POST /${number} `).length > 1
                  ? 'P'
                  : [],
            )
            expect(sent.join('')).toMatch(/^(?:|G|P|GG)$/)
          }
          core.abort()
          await core.close()
          expect(core.connectionCount).toBe(0)
          expect(memory.clock.running).toBe(0)
        },
      ),
      { numRuns: 300 },
    )
  })
})
