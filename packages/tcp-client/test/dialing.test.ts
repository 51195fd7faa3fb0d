// How a name with several addresses is connected to (RFC 8305).
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createServer as createTlsServer } from 'node:tls'
import { Headers } from '@rawhttp/headers'
import { afterEach, describe, expect, test } from 'vitest'
import { ClientCore } from '../src/client.ts'
import { dialBy, system } from '../src/dialer.ts'
import type { Network } from '../src/dialer.ts'
import type { ClientOptions, RequestOptions } from '../src/index.ts'
import { HandClock } from './support/hand-clock.ts'
import { codeOf, response, turn } from './support/rig.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

/** A socket that is connected when the test says so. */
class TestSocket extends Duplex {
  readonly address: string
  sent = ''

  constructor(address: string) {
    super()
    this.address = address
  }

  override _read(): void {
    // What comes is pushed by the test.
  }

  override _write(octets: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.sent += octets.toString('latin1')
    done()
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  fail(code: string, errno: number): void {
    this.destroy(Object.assign(new Error(`connect ${code} ${this.address}`), { code, errno }))
  }
}

/** A network of the test's own, with a clock that stands still. */
class TestNetwork implements Network {
  readonly clock: HandClock = new HandClock()
  readonly sockets: TestSocket[] = []
  readonly client: ClientCore
  found: (error: Error | null, addresses: readonly string[]) => void = () => {}

  constructor(options: ClientOptions = {}) {
    this.client = new ClientCore({ clock: this.clock, ...options }, dialBy(this))
  }

  resolve(_name: string, found: typeof this.found): void {
    this.found = found
  }

  open(address: string): Socket {
    const socket = new TestSocket(address)
    this.sockets.push(socket)
    return socket as unknown as Socket
  }

  get opened(): readonly string[] {
    return this.sockets.map(({ address }) => address)
  }

  /** A request whose name has these addresses. */
  ask(addresses: readonly string[], options: Partial<RequestOptions> = {}): Promise<unknown> {
    const asked = this.client.request({ origin: 'http://name:8080', ...options })
    asked.catch(() => {})
    this.found(null, addresses)
    return asked
  }
}

const REFUSED = ['ECONNREFUSED', -111] as const
const UNREACHABLE = ['ENETUNREACH', -101] as const

describe('the addresses of a name (RFC 8305)', () => {
  test('are tried one after another, 250 ms apart, and none is given up for the next', async () => {
    const network = new TestNetwork()
    void network.ask(['192.0.2.1', '192.0.2.2', '192.0.2.3'])
    expect(network.opened).toEqual(['192.0.2.1'])
    network.clock.advance(249)
    expect(network.sockets).toHaveLength(1)
    network.clock.advance(1)
    expect(network.sockets).toHaveLength(2)
    network.clock.advance(250)
    network.clock.advance(5000)
    expect(network.opened).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3'])
    expect(network.sockets.map(({ destroyed }) => destroyed)).toEqual([false, false, false])
    const [slow, ...others] = network.sockets
    slow?.emit('connect')
    await turn()
    expect(slow?.sent).toMatch(/^GET \/ HTTP\/1\.1\r\n/)
    expect(others.map(({ destroyed }) => destroyed)).toEqual([true, true])
    expect(network.client.connectionCount).toBe(1)
  })

  test('are tried at once when the one before has failed, and the next 250 ms later', async () => {
    const network = new TestNetwork()
    void network.ask(['192.0.2.1', '192.0.2.2', '192.0.2.3'])
    network.clock.advance(200)
    network.sockets[0]?.fail(...REFUSED)
    await turn()
    expect(network.sockets).toHaveLength(2)
    network.clock.advance(249)
    expect(network.sockets).toHaveLength(2)
    network.clock.advance(1)
    expect(network.sockets).toHaveLength(3)
  })

  test('are tried with families in turn, the first as the system says, and each once', () => {
    const network = new TestNetwork()
    const six = ['2001:db8::1', '2001:db8::2', '2001:db8::3']
    void network.ask([...six, '2001:db8::1', '192.0.2.1', '192.0.2.2'])
    network.clock.advance(3000)
    expect(network.opened).toEqual([
      '2001:db8::1',
      '192.0.2.1',
      '2001:db8::2',
      '192.0.2.2',
      '2001:db8::3',
    ])
  })

  test('are needed no more when one has connected', async () => {
    const network = new TestNetwork()
    void network.ask(['192.0.2.1', '192.0.2.2', '192.0.2.3'])
    network.clock.advance(250)
    const [first, second] = network.sockets
    second?.emit('connect')
    // It was on its way already.
    first?.emit('connect')
    await turn()
    network.clock.advance(3000)
    expect(network.sockets).toHaveLength(2)
    expect([first?.destroyed, first?.sent]).toEqual([true, ''])
    expect(second?.sent).not.toBe('')
  })

  test('have one deadline together, and the error says what came of each', async () => {
    const network = new TestNetwork({ connectTimeoutMs: 10_000 })
    const asked = network.ask(['2001:db8::1', '192.0.2.1', '192.0.2.2'])
    network.sockets[0]?.fail(...UNREACHABLE)
    await turn()
    for (let second = 0; second < 12; second++) network.clock.advance(1000)
    await expect(asked).rejects.toMatchObject({
      code: 'ERR_CONNECT_TIMEOUT',
      message:
        'No connection to http://name:8080 within 10000 ms: ' +
        '[2001:db8::1]:8080 network is unreachable (ENETUNREACH); ' +
        '192.0.2.1:8080 no answer; 192.0.2.2:8080 no answer',
    })
    expect(network.sockets.every(({ destroyed }) => destroyed)).toBe(true)
  })

  test('may all fail: the error says each address and its reason', async () => {
    const network = new TestNetwork()
    const asked = network.ask(['127.0.0.1', '::1'])
    network.sockets[0]?.fail(...REFUSED)
    await turn()
    network.sockets[1]?.fail(...UNREACHABLE)
    await expect(asked).rejects.toMatchObject({
      code: 'ERR_CONNECT',
      message:
        'Cannot connect to http://name:8080: 127.0.0.1:8080 connection refused (ECONNREFUSED); ' +
        '[::1]:8080 network is unreachable (ENETUNREACH)',
      cause: { errors: [{ code: 'ECONNREFUSED' }, { code: 'ENETUNREACH' }] },
    })
    await network.client.close()
    expect(network.clock.running).toBe(0)
  })

  test('may be one: its error is the cause', async () => {
    const network = new TestNetwork()
    const asked = network.ask(['127.0.0.1'])
    network.sockets[0]?.fail(...REFUSED)
    await expect(asked).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  })

  test('may be none', async () => {
    const network = new TestNetwork()
    await expect(network.ask([])).rejects.toMatchObject({
      code: 'ERR_CONNECT',
      message: 'Cannot connect to http://name:8080: the name has no address',
    })
    await network.client.close()
  })

  test('may not be found', async () => {
    const network = new TestNetwork()
    const asked = network.client.request({ origin: 'http://name:8080' })
    const said = { code: 'ENOTFOUND', errno: -3008 }
    network.found(Object.assign(new Error('getaddrinfo ENOTFOUND name'), said), [])
    await expect(asked).rejects.toMatchObject({
      code: 'ERR_CONNECT',
      message: 'Cannot connect to http://name:8080: unknown node or service (ENOTFOUND)',
      cause: { code: 'ENOTFOUND' },
    })
  })

  test('are looked up within the deadline', async () => {
    const network = new TestNetwork()
    const asked = network.client.request({ origin: 'http://name' })
    asked.catch(() => {})
    for (let second = 0; second < 32; second++) network.clock.advance(1000)
    await expect(asked).rejects.toThrow(
      'No connection to http://name within 30000 ms: no address of it yet',
    )
    network.found(null, ['192.0.2.1'])
    expect(network.sockets).toEqual([])
    await network.client.close()
  })

  test('are all let go when the request is given up, and nothing stays open', async () => {
    const network = new TestNetwork()
    const controller = new AbortController()
    const asked = network.ask(['192.0.2.1', '192.0.2.2', '192.0.2.3'], {
      signal: controller.signal,
    })
    network.clock.advance(250)
    controller.abort(new Error('no more'))
    await expect(asked).rejects.toThrow('no more')
    expect(network.sockets.map(({ destroyed }) => destroyed)).toEqual([true, true])
    network.clock.advance(3000)
    expect(network.sockets).toHaveLength(2)
    await network.client.close()
    expect(network.clock.running).toBe(0)
  })

  test('that are no longer wanted are not connected to', async () => {
    const network = new TestNetwork()
    const asked = network.client.request({ origin: 'http://name' })
    network.client.abort()
    expect(await codeOf(asked)).toBe('ERR_CLIENT_CLOSED')
    await network.client.close()
    network.found(null, ['192.0.2.1'])
    expect(network.sockets).toEqual([])
  })
})

const ca = readFileSync(new URL('fixtures/first.certificate.pem', import.meta.url), 'utf8')
const key = readFileSync(new URL('fixtures/first.key.pem', import.meta.url), 'utf8')

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  undo.push(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

function answer(socket: Socket): void {
  socket.on('error', () => {})
  socket.on('data', () => socket.write(response('ok')))
}

// A client that finds these addresses for every name, and connects to them indeed.
function finding(addresses: readonly string[]): ClientCore {
  const resolve: Network['resolve'] = (_name, found) => {
    process.nextTick(found, null, addresses)
  }
  const client = new ClientCore({ tls: { ca } }, dialBy({ ...system, resolve }))
  undo.push(() => {
    client.abort()
    return client.close()
  })
  return client
}

const UPGRADE = new Headers([
  ['Connection', 'upgrade'],
  ['Upgrade', 'x'],
])

describe('sockets of the system', () => {
  test.each([
    ['read to memory', {}],
    ['read by events', { headers: UPGRADE }],
  ])('reach the address that answers, %s, with TLS and without', async (_how, options) => {
    const plain = await listening(createServer(answer))
    const secure = await listening(createTlsServer({ cert: ca, key }, answer))
    const client = finding(['127.0.0.2', '127.0.0.1'])
    for (const origin of [`http://localhost:${plain}`, `https://localhost:${secure}`]) {
      const { body } = await client.request({ origin, ...options })
      expect(await body.text()).toBe('ok')
    }
  })

  test('are named in an error, once each', async () => {
    const port = await listening(createServer())
    await undo.pop()?.()
    const client = finding(['127.0.0.2', '127.0.0.1'])
    const refused = 'connection refused (ECONNREFUSED)'
    await expect(client.request({ origin: `http://localhost:${port}` })).rejects.toThrow(
      `Cannot connect to http://localhost:${port}: 127.0.0.2:${port} ${refused}; 127.0.0.1:${port} ${refused}`,
    )
    // An address that is the origin's is not said twice, and needs no look-up.
    const origin = `http://127.0.0.1:${port}`
    await expect(client.request({ origin })).rejects.toThrow(
      new RegExp(`^Cannot connect to ${origin}: connection refused \\(ECONNREFUSED\\)$`),
    )
    await expect(
      client.request({ origin, socketPath: `/${'x'.repeat(120)}` }),
    ).rejects.toMatchObject({
      code: 'ERR_OPTION',
      message: expect.stringMatching(/^socketPath: expected at most 10\d octets, got 121$/),
    })
    const socketPath = '/nowhere/at/all'
    await expect(client.request({ origin, socketPath })).rejects.toThrow(
      `Cannot connect to ${origin}: ${socketPath} no such file or directory (ENOENT)`,
    )
  })

  test('that fail to agree on TLS say where and why', async () => {
    const port = await listening(createTlsServer({ cert: ca, key, ALPNProtocols: ['h2'] }, answer))
    const origin = `https://localhost:${port}`
    await expect(finding(['127.0.0.1']).request({ origin })).rejects.toThrow(
      new RegExp(`^No TLS with ${origin} at 127\\.0\\.0\\.1:${port}: .*\\(ERR_SSL_\\w+\\)$`),
    )
  })

  test('that end before TLS is agreed on say so', async () => {
    const port = await listening(
      createServer((socket) =>
        socket
          .on('error', () => {})
          .resume()
          .end(),
      ),
    )
    const origin = `https://localhost:${port}`
    await expect(finding(['127.0.0.1']).request({ origin })).rejects.toMatchObject({
      code: 'ERR_TLS',
      message: `No TLS with ${origin} at 127.0.0.1:${port}: the peer closed the connection`,
    })
  })

  test('that end before they answer say so', async () => {
    const port = await listening(
      createServer((socket) =>
        socket
          .on('error', () => {})
          .resume()
          .end(),
      ),
    )
    const origin = `http://localhost:${port}`
    await expect(finding(['127.0.0.1']).request({ origin })).rejects.toThrow(
      /^The (peer closed the )?connection to http:\/\/localhost:\d+ at 127\.0\.0\.1:\d+ (before it answered|broke: .+ \([A-Z]+\))$/,
    )
  })

  test('are found by the resolver of the system', async () => {
    const port = await listening(createServer(answer))
    const client = new ClientCore({}, dialBy(system))
    undo.push(() => client.abort())
    const { body } = await client.request({ origin: `http://localhost:${port}` })
    expect(await body.text()).toBe('ok')
    const failing = client.request({ origin: 'http://nowhere..invalid' })
    expect(await codeOf(failing)).toBe('ERR_CONNECT')
  })
})
