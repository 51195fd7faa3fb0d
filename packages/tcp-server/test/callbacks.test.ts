import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { closeOnSignals, handleConnection, serve } from '../src/index.ts'
import type {
  ByteStream,
  Clock,
  ConnectionOptions,
  Handler,
  IncomingRequest,
} from '../src/index.ts'
import { printOnce } from '../src/calling-out.ts'
import { connect, request, settle } from './support/connect.ts'
import type { Rig } from './support/connect.ts'
import { echoTarget, fieldLines } from './support/handlers.ts'
import { MemoryStream } from './support/memory-stream.ts'
import { dial, dialTls } from './support/raw-client.ts'
import { READING } from './support/reading.ts'
import { start } from './support/start.ts'

// Whatever reaches the event loop fails the run of the tests, as it would end the process of a server.
const get = request('GET /')
const post = request('POST /', 'Content-Length: 5')

// All the ways in which a callback can fail.
const failures: readonly (readonly [title: string, fail: () => unknown])[] = [
  [
    'throws',
    () => {
      throw new Error('thrown')
    },
  ],
  ['rejects', () => Promise.reject(new Error('thrown'))],
  [
    'throws what cannot be shown',
    () => {
      throw Object.create(null)
    },
  ],
]

function messages(rig: Rig): string[] {
  return rig.errors.map(({ error }) => error.message)
}

async function lose(rig: Rig): Promise<void> {
  rig.stream.breakWith(new Error('ECONNRESET'))
  for (let i = 0; i < 3; i++) await settle()
}

// Everything that is printed while `act` runs.
async function warnings(act: () => Promise<void>): Promise<string[]> {
  const warned: string[] = []
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation((warning, options) => {
    warned.push(`${String(warning)} ${JSON.stringify(options)}`)
  })
  await act()
  emit.mockRestore()
  return warned
}

describe.each(failures)('what a user gave %s and harms nobody', (_, fail) => {
  test('the handler', async () => {
    const rig = connect(fail as Handler)
    await rig.send(get + get)
    expect(rig.responses().map(({ statusCode }) => statusCode)).toEqual([500, 500])
    expect(messages(rig)).toHaveLength(2)
  })

  const lost: readonly (readonly [string, (incoming: IncomingRequest) => void])[] = [
    ['whenLost', (incoming) => void incoming.whenLost(fail)],
    ['a listener', ({ signal }) => signal.addEventListener('abort', fail)],
    ['onabort', ({ signal }) => void Reflect.set(signal, 'onabort', fail)],
    [
      'an object that listens',
      ({ signal }) => signal.addEventListener('abort', { handleEvent: fail }),
    ],
  ]
  test.each(lost)('%s of a lost request', async (_, listen) => {
    const told: unknown[] = []
    const rig = connect(async (incoming) => {
      listen(incoming)
      incoming.whenLost((reason) => told.push(reason))
      incoming.signal.addEventListener('abort', () => told.push('aborted'))
      await settle()
      await settle()
      // Lost already.
      incoming.whenLost(fail)
    })
    rig.stream.receive(get)
    await Promise.resolve()
    await lose(rig)
    expect(told).toHaveLength(2)
    expect(messages(rig)).toHaveLength(3)
  })

  test('onError and trace', async () => {
    const printed = await warnings(async () => {
      const rig = connect(echoTarget, { onError: fail, trace: fail })
      await rig.send(`${get}GET\r\n`)
      expect(rig.responses().map(({ statusCode }) => statusCode)).toEqual([200, 400])
    })
    expect(printed.every((text) => text.startsWith('onError failed'))).toBe(true)
  })

  test('onError of a server that refuses a connection', async () => {
    await warnings(async () => {
      const options = { host: '127.0.0.1', maxConnections: 1, onError: fail }
      const { port } = await start(echoTarget, options)
      const clients = [await dial(port), await dial(port)]
      for (const client of clients) client.send(get)
      expect(await clients[1]?.respond()).toMatchObject([{ statusCode: 503 }])
      expect(await clients[0]?.respond()).toMatchObject([{ statusCode: 200 }])
      for (const { socket } of clients) socket.destroy()
    })
  })

  test('trace, which onError is told of', async () => {
    const told: string[] = []
    const rig = connect(echoTarget, {
      trace: fail,
      onError: ({ message }) => told.push(message),
    })
    await rig.send(get)
    expect(rig.responses()).toHaveLength(1)
    expect(told[0]).toMatch(/[tT]hrown/)
  })

  test('what closes on signals', async () => {
    const states = ['Listening', 'Draining'] as const
    await warnings(async () => {
      for (const state of states) {
        const server = { state, close: fail as () => Promise<void>, abort: fail }
        const takeBack = closeOnSignals(server, ['SIGUSR2'])
        process.emit('SIGUSR2')
        await settle()
        takeBack()
      }
    })
  })

  test('SNICallback', async () => {
    const read = (name: string): Buffer =>
      readFileSync(new URL(`fixtures/first.${name}.pem`, import.meta.url))
    const tls = { cert: read('certificate'), key: read('key') }
    const { port } = await start(echoTarget, {
      host: '127.0.0.1',
      tls: {
        ...tls,
        SNICallback: (name, done) => {
          if (name === 'bad.example') return fail() as undefined
          done(null)
          return undefined
        },
      },
    })
    await expect(dialTls(port, { servername: 'bad.example' })).rejects.toBeInstanceOf(Error)
    const client = await dialTls(port)
    client.send(get)
    expect(await client.respond()).toHaveLength(1)
    client.socket.destroy()
  })
})

// Where a value is due, a promise that rejects is a wrong value.
describe.each(failures.filter(([title]) => title !== 'rejects'))(
  'what a user gave for a value %s and harms nobody',
  (_, fail) => {
    test('the date of a writer, in a handler and in what follows', async () => {
      const date = fail as () => string
      const rig = connect(async (incoming, writer) => {
        writer.reset({ date })
        await settle()
        if (incoming.requestLine.method === 'POST') await incoming.body.bytes()
        writer.respond(200)
      })
      await rig.send(get)
      await settle()
      expect(rig.responses()).toMatchObject([{ statusCode: 500 }])
      await rig.send(post)
      await settle()
      rig.clock.advance(200_000)
      await settle()
      expect(rig.responses()).toMatchObject([{ statusCode: 500 }, { statusCode: 408 }])
    })

    const clocks: readonly (readonly [string, Clock])[] = [
      ['now', { now: fail as () => number, every: () => () => {} }],
      ['every', { now: () => 0, every: fail as Clock['every'] }],
      ['what every gives', { now: () => 0, every: () => fail }],
    ]
    test.each(clocks)('%s of a clock', async (__, clock) => {
      await warnings(async () => {
        const rig = connect(echoTarget, { clock })
        await rig.send(get)
        expect(rig.responses()).toHaveLength(1)
        await rig.end()
        expect(rig.stream.destroyed).toBe(true)
      })
    })

    test('the clock of a sweep', async () => {
      let swept = (): void => {}
      let now = (): number => 0
      const clock: Clock = {
        now: () => now(),
        every: (___, callback) => {
          swept = callback
          return () => {}
        },
      }
      await warnings(async () => {
        const rig = connect(echoTarget, { clock })
        now = fail as () => number
        swept()
        now = () => 1000
        swept()
        await rig.send(get)
        expect(rig.responses()).toHaveLength(1)
        rig.stream.destroy()
        await settle()
      })
    })

    test('the clock of what closes on signals', async () => {
      await warnings(async () => {
        const done: string[] = []
        const clock: Clock = { now: fail as () => number, every: () => () => {} }
        const server = {
          state: 'Listening' as 'Listening' | 'Draining',
          close: async () => {
            done.push('close')
            server.state = 'Draining'
          },
          abort: () => void done.push('abort'),
        }
        const takeBack = closeOnSignals(server, ['SIGUSR2'], clock)
        process.emit('SIGUSR2')
        process.emit('SIGUSR2')
        takeBack()
        expect(done).toEqual(['close', 'abort'])
      })
    })

    const PSK = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'PSK' } as const
    test('pskCallback', async () => {
      const { port } = await start(echoTarget, {
        host: '127.0.0.1',
        tls: {
          ...PSK,
          pskCallback: (__, identity) =>
            identity === 'bad' ? (fail() as null) : Buffer.from('0123456789abcdef'),
        },
      })
      const psk = Buffer.from('0123456789abcdef')
      const dialPsk = (identity: string): ReturnType<typeof dialTls> =>
        dialTls(port, {
          ...PSK,
          checkServerIdentity: () => undefined,
          pskCallback: () => ({ psk, identity }),
        })
      await expect(dialPsk('bad')).rejects.toBeInstanceOf(Error)
      const client = await dialPsk('good')
      client.send(get)
      expect(await client.respond()).toHaveLength(1)
      client.socket.destroy()
    })

    const methods = [
      'write',
      'cork',
      'uncork',
      'end',
      'pause',
      'resume',
      'destroy',
      'destroySoon',
      'setKeepAlive',
      'resetAndDestroy',
    ] as const
    test.each(methods)('%s of a stream', async (method) => {
      const stream = new MemoryStream()
      const options: ConnectionOptions = { ...READING, onError: () => {}, headTimeoutMs: 40 }
      const handler: Handler = async (incoming, writer) => {
        writer.writeStatusLine(200)
        writer.writeHeaders(fieldLines())
        writer.writeChunkedBody(new Uint8Array(70_000))
        await settle()
        writer.writeChunkedBody(await incoming.body.bytes())
        writer.writeChunkedBodyDone()
      }
      const given: ByteStream = new Proxy(stream, {
        get(target, key) {
          if (key === method && armed) return fail
          const value: unknown = Reflect.get(target, key)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
      let armed = false
      const connection = handleConnection(given, handler, options)
      armed = true
      stream.receive(post)
      await settle()
      stream.receive(`hello${get}`)
      await settle()
      stream.receiveEnd()
      for (let i = 0; i < 5; i++) await settle()
      stream.emit('error', undefined)
      for (let i = 0; i < 5; i++) await settle()
      stream.emit('close')
      expect(connection.state).toBe('Closed')
    })
  },
)

describe('What nobody else is told of is printed', () => {
  const silent = { onError: undefined, trace: undefined } as unknown as ConnectionOptions
  const boom = (message: string): never => {
    throw new Error(message, { cause: 'something else' })
  }

  test('a handler that throws or rejects: where, and once for each place', async () => {
    const printed = await warnings(async () => {
      const rig = connect(({ requestLine }) => boom(requestLine.requestTarget), silent)
      for (let i = 0; i < 3; i++) await rig.send(request(`GET /${i}`))
      const other = connect(async ({ requestLine }) => boom(requestLine.requestTarget), silent)
      await other.send(request('POST /other'))
      expect(rig.responses()).toHaveLength(3)
    })
    expect(printed).toHaveLength(2)
    expect(printed[0]).toContain('GET /0')
    expect(printed[0]).toContain('callbacks.test.ts')
    expect(printed[0]).toContain('something else')
    expect(printed[1]).toContain('POST /other')
  })

  test('a listener that throws', async () => {
    const printed = await warnings(async () => {
      const rig = connect((incoming) => {
        incoming.whenLost(() => boom('in a listener'))
        return new Promise(() => {})
      }, silent)
      await rig.send(get)
      await lose(rig)
    })
    expect(printed).toMatchObject([expect.stringContaining('in a listener')])
  })

  test('but no fault of a peer, no lost connection, and nothing with an onError', async () => {
    const printed = await warnings(async () => {
      const refused = connect(echoTarget, silent)
      await refused.send('get / HTTP/1.1\r\n')
      const gone = connect(async ({ body }) => void (await body.bytes()), silent)
      await gone.send(post)
      await lose(gone)
      // It answers though the server has done so.
      const answered = connect(async ({ body }, writer) => {
        await body.bytes().catch(() => writer.respond(400))
      }, silent)
      await answered.send(`${request('POST /', 'Transfer-Encoding: chunked')}x\r\n`)
      const silenced = connect(() => boom('silenced'), { onError: () => {} })
      await silenced.send(get)
    })
    expect(printed).toEqual([])
  })

  test('and no more places than a hundred', async () => {
    const printed = await warnings(async () => {
      for (let i = 0; i < 200; i++) {
        const error = new Error(`of ${i}`)
        error.stack = `Error: of ${i}\n    at place ${i}`
        printOnce('It failed', error)
      }
      const hidden = new Error('hidden')
      Object.defineProperty(hidden, 'stack', { get: () => boom('no stack') })
      printOnce('It failed', hidden)
    })
    expect(printed.length).toBeLessThanOrEqual(100)
    expect(printed.length).toBeGreaterThan(0)
  })

  test('what cannot be called is refused where it is given', async () => {
    for (const name of ['onError', 'trace'] as const) {
      await expect(serve(0, echoTarget, { [name]: 'log' })).rejects.toMatchObject({
        code: 'ERR_OPTION',
        message: `${name}: expected a function, got string`,
      })
    }
  })
})
