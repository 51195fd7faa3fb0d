import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import type { ConnectionOptions, SecureContext, TLSSocket, TlsOptions } from 'node:tls'
import { Duplex } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { serve } from '../src/index.ts'
import type { ErrorContext, Handler, Server, ServerOptions } from '../src/index.ts'
import { request, settle } from './support/connect.ts'
import { echo, echoTarget } from './support/handlers.ts'
import { HandClock } from './support/hand-clock.ts'
import { dial, dialTls, RawClient } from './support/raw-client.ts'
import { READING } from './support/reading.ts'

const get = (target: string): string => request(`GET ${target}`)

// Made for these tests, for localhost, until 2126; they protect nothing.
function pair(name: 'first' | 'second'): { cert: Buffer; key: Buffer } {
  const read = (kind: string): Buffer =>
    readFileSync(new URL(`fixtures/${name}.${kind}.pem`, import.meta.url))
  return { cert: read('certificate'), key: read('key') }
}

function subject(socket: unknown): unknown {
  return (socket as TLSSocket).getPeerCertificate().subject.CN
}

// The first octets of a client of node:tls.
function hello(): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const socket = new Duplex({ read() {}, write: (octets: Uint8Array) => resolve(octets) })
    connect({ socket, rejectUnauthorized: false }).on('error', () => {})
  })
}

let server: Server
const errors: { error: Error & { code?: string }; context: ErrorContext }[] = []

async function start(handler: Handler, options: ServerOptions = {}): Promise<number> {
  errors.length = 0
  server = await serve(0, handler, {
    host: '127.0.0.1',
    tls: pair('first'),
    ...READING,
    onError: (error, context) => errors.push({ error, context }),
    ...options,
  })
  return server.port
}

afterEach(async () => {
  server.abort()
  await server.close()
})

describe('RFC 9110 §4.2.2 connections by TLS', () => {
  test('serve requests, and say that they are secure (RFC 9110 §4.2.2)', async () => {
    const port = await start((incoming, writer) => {
      writer.respond(200, `${incoming.remoteAddress} ${incoming.secure}`)
    })
    const client = await dialTls(port)
    expect((client.socket as TLSSocket).alpnProtocol).toBe('http/1.1')
    client.send(get('/a') + get('/b'))
    expect((await client.respond(2)).map(({ body }) => body)).toEqual([
      '127.0.0.1 true',
      '127.0.0.1 true',
    ])
    expect(server.connectionCount).toBe(1)
    client.socket.destroy()
    while (server.connectionCount > 0) await settle()
  })

  test('refuse a client that speaks only HTTP/2 with the alert for it (RFC 7301 §3.2)', async () => {
    const port = await start(echoTarget)
    await expect(dialTls(port, { ALPNProtocols: ['h2'] })).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    })
    expect(errors).toMatchObject([{ error: { code: 'ERR_HANDSHAKE' } }])
  })

  test.each([
    [['http/1.0'], 'http/1.0'],
    [['h2', 'http/1.0', 'http/1.1'], 'http/1.1'],
    [undefined, false],
  ])('agree with a client that offers %j on %j (RFC 7301 §6)', async (offered, agreed) => {
    const port = await start(echoTarget)
    const options = offered === undefined ? { ALPNProtocols: [] } : { ALPNProtocols: offered }
    const client = await dialTls(port, options)
    expect((client.socket as TLSSocket).alpnProtocol).toBe(agreed)
    client.send('GET /old HTTP/1.0\r\n\r\n')
    expect(await client.respond()).toMatchObject([{ statusCode: 200, body: '/old' }])
    client.socket.destroy()
  })

  test('answer a client that half-closed behind its request (RFC 9112 §9.6)', async () => {
    const port = await start(async (_, writer) => {
      await settle()
      writer.respond(200, 'x'.repeat(500_000))
    })
    const client = await dialTls(port)
    client.socket.end(get('/'))
    expect(await client.ended).toBe('end')
    expect(client.responses()[0]?.body).toHaveLength(500_000)
    client.socket.destroy()
  })

  test('let a refused upload read its answer (RFC 9112 §9.6)', async () => {
    const port = await start(echo, { limits: { maxBodyBytes: 10 } })
    for (let i = 0; i < 20; i++) {
      const client = await dialTls(port)
      client.send(request('POST /', 'Content-Length: 200000')).send(new Uint8Array(200_000))
      expect(await client.respond()).toMatchObject([{ statusCode: 413 }])
      client.socket.destroy()
    }
  })

  test('use a new certificate from then on, and keep those that are open', async () => {
    const port = await start(echoTarget)
    const before = await dialTls(port)
    expect(subject(before.socket)).toBe('first')
    server.updateTls(pair('second'))
    const after = await dialTls(port)
    expect(subject(after.socket)).toBe('second')
    before.send(get('/'))
    expect(await before.respond()).toHaveLength(1)
    before.socket.destroy()
    after.socket.destroy()
  })

  test('keep what a new certificate says nothing of, and do not keep it by reference', async () => {
    const names: string[] = []
    const options: TlsOptions = {
      ...pair('first'),
      ca: pair('second').cert,
      requestCert: true,
      SNICallback: (name, done) => {
        names.push(name)
        done(null)
      },
    }
    const port = await start(echoTarget, { tls: options })
    options.requestCert = false
    server.updateTls(pair('second'))
    expect(() => server.updateTls({ cert: 'none', key: 'none' })).toThrow(Error)
    const stranger = await dialTls(port, { maxVersion: 'TLSv1.3' })
    expect(await stranger.ended).toBe('reset')
    const known = await dialTls(port, pair('second'))
    expect(subject(known.socket)).toBe('second')
    known.send(get('/'))
    expect(await known.respond()).toHaveLength(1)
    known.socket.destroy()
    expect(names).toEqual(['localhost', 'localhost'])
  })

  test('survive a callback that throws', async () => {
    const port = await start(echoTarget, {
      tls: {
        ...pair('first'),
        SNICallback: (name, done) => {
          if (name === 'bad.example') throw new Error('no such name')
          if (name === 'none.example') done(null, {} as SecureContext)
          else if (name === 'twice.example')
            done(new Error('once'), done(new Error('twice')) as never)
          else if (name !== 'late.example') done(null)
          // As an async function does.
          else return Promise.reject(new Error('no such name')) as never
        },
      },
    })
    for (const servername of ['bad.example', 'late.example', 'none.example', 'twice.example']) {
      await expect(dialTls(port, { servername })).rejects.toBeInstanceOf(Error)
    }
    while (server.connectionCount > 0) await settle()
    const client = await dialTls(port)
    client.send(get('/'))
    expect(await client.respond()).toHaveLength(1)
    client.socket.destroy()
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no such key')
      },
    ],
    ['gives no key', () => 'key'],
    ['gives a key that is too long', () => Buffer.alloc(1000)],
  ])('survive a callback for a key that %s', async (_, pskCallback) => {
    const port = await start(echoTarget, {
      tls: { ...pair('first'), pskCallback: pskCallback as never, ciphers: 'PSK+HIGH:@SECLEVEL=0' },
    })
    const psk = { psk: Buffer.from('key'), identity: 'client' }
    const options = {
      ciphers: 'PSK+HIGH:@SECLEVEL=0',
      pskCallback: () => psk,
      maxVersion: 'TLSv1.2',
    }
    await expect(dialTls(port, options as ConnectionOptions)).rejects.toBeInstanceOf(Error)
    while (server.connectionCount > 0) await settle()
  })

  test('tell plain HTTP in plain words that it is at the wrong port', async () => {
    const port = await start(echoTarget)
    const client = await dial(port)
    client.send(get('/'))
    expect(await client.ended).toBe('end')
    const [answer] = client.responses()
    expect(answer?.statusCode).toBe(400)
    expect(answer?.body).toContain('ERR_PLAIN_HTTP')
    expect(answer?.body).toContain('https')
    expect(errors).toMatchObject([
      {
        error: { code: 'ERR_PLAIN_HTTP' },
        context: {
          secure: false,
          requestLine: { method: 'GET', requestTarget: '/' },
          statusCode: 400,
          writtenBytes: answer?.body.length,
        },
      },
    ])
    expect(answer?.body).toContain(
      'Connection: expected a TLS handshake, got a plain HTTP request.',
    )
    expect(answer?.body).not.toContain('At octet')
    client.socket.destroy()
  })

  const garbage: readonly (readonly [string, Uint8Array | string])[] = [
    ['zeros', new Uint8Array(100)],
    ['a broken hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(600, '\xaa')],
    ['an alert', '\x15\x03\x01\x00\x02\x02\x28'],
    ['SSL 2', '\x80\x2e\x01\x00\x02'.padEnd(48, '\x01')],
  ]
  test.each(garbage)('end with %s, and go on for others', async (_, octets) => {
    const port = await start(echoTarget, { handshakeTimeoutMs: 200 })
    const client = await dial(port)
    client.send(octets)
    await client.ended
    client.socket.destroy()
    expect(errors[0]?.error.code).toBe('ERR_HANDSHAKE')
    const good = await dialTls(port)
    good.send(get('/'))
    expect(await good.respond()).toHaveLength(1)
    good.socket.destroy()
    while (server.connectionCount > 0) await settle()
  })

  test.each([
    ['sends nothing', ''],
    ['stops in its hello', '\x16\x03\x01\x02\x00\x01'],
  ])('end at the deadline with a client that %s', async (_, octets) => {
    const port = await start(echoTarget, { handshakeTimeoutMs: 60 })
    const client = await dial(port)
    client.send(octets)
    await client.ended
    expect(errors).toMatchObject([{ error: { code: 'ERR_HANDSHAKE' } }])
    expect(errors[0]?.context).toMatchObject({ secure: true, state: 'Closed' })
    client.socket.destroy()
    while (server.connectionCount > 0) await settle()
  })

  test('end at the deadline with a client whose handshake drips', async () => {
    const port = await start(echoTarget, { handshakeTimeoutMs: 150 })
    const client = await dial(port)
    const hello = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(500, '\x01')
    let sent = 0
    const drip = setInterval(() => {
      client.send(hello[sent++] ?? '\x01')
    }, 5)
    await client.ended
    clearInterval(drip)
    client.socket.destroy()
    expect(sent).toBeLessThan(hello.length)
    expect(errors).toMatchObject([{ error: { code: 'ERR_HANDSHAKE' } }])
  })

  test('end with a client that leaves or breaks before the handshake', async () => {
    const port = await start(echoTarget)
    const leaver = await dial(port)
    leaver.socket.end()
    await leaver.ended
    const breaker = await dial(port)
    while (server.connectionCount < 1) await settle()
    breaker.socket.resetAndDestroy()
    while (errors.length < 2 || server.connectionCount > 0) await settle()
    expect(errors.map(({ error }) => error.code)).toEqual(['ERR_HANDSHAKE', 'ERR_HANDSHAKE'])
    leaver.socket.destroy()
  })

  // Half of a ClientHello, and all of one: then the server has answered, and waits.
  const clients: readonly [string, () => Promise<RawClient>][] = [
    ['half a hello', async () => (await dial(server.port)).send('\x16\x03\x01\x02\x00\x01')],
    [
      'a hello',
      async () => {
        const client = await dial(server.port)
        client.send(await hello())
        await client.until(() => client.received !== '')
        return client
      },
    ],
  ]
  const ways: readonly [string, (client: RawClient) => void][] = [
    ['FIN', ({ socket }) => void socket.end()],
    ['RST', ({ socket }) => void socket.resetAndDestroy()],
    [
      'RST with octets',
      ({ socket }) => {
        socket.write('\x16\x03')
        socket.resetAndDestroy()
      },
    ],
  ]
  const rows = clients.flatMap(([what, make]) =>
    ways.map(([way, leave]) => [what, way, make, leave] as const),
  )
  test.each(rows)('end at once with clients that send %s and %s', async (_, _way, make, leave) => {
    await start(echoTarget, { handshakeTimeoutMs: 3_600_000 })
    const crowd = await Promise.all(Array.from({ length: 50 }, make))
    while (server.connectionCount < 50) await settle()
    for (const client of crowd) leave(client)
    while (server.connectionCount > 0) await settle()
    expect(errors.map(({ error }) => error.code)).toEqual(Array(50).fill('ERR_HANDSHAKE'))
    expect(errors[0]?.context.remoteAddress).toBe('127.0.0.1')
    for (const { socket } of crowd) socket.destroy()
  })

  test('end at once with clients that leave while the server drains', async () => {
    await start(echoTarget, { handshakeTimeoutMs: 3_600_000, drainTimeoutMs: 3_600_000 })
    const crowd = await Promise.all(
      Array.from({ length: 50 }, async () => (await dial(server.port)).send('\x16\x03\x01')),
    )
    while (server.connectionCount < 50) await settle()
    for (let i = 0; i < 5; i++) await settle()
    const closing = server.close()
    for (const { socket } of crowd) socket.end()
    await closing
    expect(server.connectionCount).toBe(0)
    for (const { socket } of crowd) socket.destroy()
  })

  test('have a deadline that counts awake time, and none behind the handshake', async () => {
    const clock = new HandClock()
    const port = await start(echoTarget, { clock, handshakeTimeoutMs: 4000 })
    const slow = await dial(port)
    slow.send(await hello())
    await slow.until(() => slow.received !== '')
    const secured = await dialTls(port)
    secured.send(get('/'))
    await secured.respond()
    clock.advance(1000)
    clock.sleep(3_600_000)
    clock.advance(2000)
    expect(errors).toEqual([])
    clock.advance(500)
    expect(errors).toMatchObject([{ error: { code: 'ERR_HANDSHAKE' } }])
    expect(errors[0]?.error.message).toContain('within 4000 ms')
    await slow.ended
    secured.send(get('/'))
    expect(await secured.respond(2)).toHaveLength(2)
    secured.socket.destroy()
    slow.socket.destroy()
    expect(errors).toHaveLength(1)
  })

  test('above the limit are closed before the handshake', async () => {
    const port = await start(echoTarget, { maxConnections: 1 })
    const first = await dialTls(port)
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await new Promise((resolve) => socket.once('error', resolve))
    expect(errors).toMatchObject([{ error: { code: 'ERR_TOO_MANY_CONNECTIONS' } }])
    first.socket.destroy()
  })

  test('drain: what waits for a handshake is closed, what is open finishes', async () => {
    const port = await start(echoTarget)
    const waiting = await dial(port)
    const idle = await dialTls(port)
    while (server.connectionCount < 2) await settle()
    const closing = server.close()
    await waiting.ended
    idle.send(get('/late'))
    expect((await idle.respond())[0]?.fields.get('connection')).toBe('close')
    idle.socket.end()
    await closing
    waiting.socket.destroy()
  })

  test('drain: a handshake that has come is gone through', async () => {
    const port = await start(echoTarget)
    const { socket } = await dial(port)
    while (server.connectionCount < 1) await settle()
    const secured = connect({ socket, rejectUnauthorized: false })
    const client = new RawClient(secured)
    client.send(get('/late'))
    const closing = server.close()
    expect((await client.respond())[0]?.fields.get('connection')).toBe('close')
    secured.end()
    await closing
  })

  test('need a server with TLS for a new certificate', async () => {
    await start(echoTarget)
    const plain = await serve(0, echoTarget)
    expect(() => plain.updateTls(pair('first'))).toThrow('updateTls')
    await plain.close()
  })
})
