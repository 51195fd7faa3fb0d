import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { serve } from '../src/index.ts'
import type { ErrorContext, Handler, Server, ServerOptions } from '../src/index.ts'
import { request, settle } from './support/connect.ts'
import { echo, echoTarget } from './support/handlers.ts'
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

  test('refuse a client that speaks only HTTP/2', async () => {
    const port = await start(echoTarget)
    await expect(dialTls(port, { ALPNProtocols: ['h2'] })).rejects.toBeInstanceOf(Error)
    expect(errors).toMatchObject([{ error: { code: 'ERR_HANDSHAKE' } }])
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

  test('survive a callback that throws', async () => {
    const port = await start(echoTarget, {
      tls: {
        ...pair('first'),
        SNICallback: (name, done) => {
          if (name === 'bad.example') throw new Error('no such name')
          done(null)
        },
      },
    })
    await expect(dialTls(port, { servername: 'bad.example' })).rejects.toBeInstanceOf(Error)
    const client = await dialTls(port)
    client.send(get('/'))
    expect(await client.respond()).toHaveLength(1)
    client.socket.destroy()
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
