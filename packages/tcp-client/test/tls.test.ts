import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { TLSSocket, TlsOptions as ServerOptions } from 'node:tls'
import { Headers } from '@rawhttp/headers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Client } from '../src/index.ts'
import type { ClientOptions } from '../src/index.ts'
import { connectionTls } from '../src/tls-options.ts'
import { HandClock } from './support/hand-clock.ts'
import { codeOf, response, turn } from './support/rig.ts'

const OK = response('ok')

function pem(name: string): string {
  return readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8')
}

const ca = pem('first.certificate')
const identity = { cert: ca, key: pem('first.key') }

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

async function secured(
  script: (socket: TLSSocket) => void,
  options: ClientOptions = { tls: { ca } },
  server: ServerOptions = {},
) {
  const sockets: TLSSocket[] = []
  const listener = createTlsServer({ ...identity, ...server }, (socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    script(socket)
  })
  listener.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve)
  })
  const client = new Client(options)
  undo.push(
    () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => listener.close(resolve))
    },
    () => {
      client.abort()
      return client.close()
    },
  )
  const { port } = listener.address() as AddressInfo
  return { client, port, sockets, origin: `https://localhost:${port}` }
}

function encoded(text: string): ArrayBuffer {
  return new TextEncoder().encode(text).buffer
}

function answering(text: string): (socket: TLSSocket) => void {
  return (socket) => {
    socket.on('data', () => socket.write(text, 'latin1'))
  }
}

describe('TLS', () => {
  test('carries requests, verified, as http/1.1, with the name of the host', async () => {
    let seen: unknown
    const { client, origin, sockets } = await secured(
      (socket) => {
        seen = [socket.alpnProtocol, (socket as { servername?: unknown }).servername]
        answering(OK)(socket)
      },
      undefined,
      { ALPNProtocols: ['h2', 'http/1.1'] },
    )
    for (let i = 0; i < 3; i++) {
      const { body } = await client.request({ origin })
      expect(await body.text()).toBe('ok')
    }
    expect(seen).toEqual(['http/1.1', 'localhost'])
    expect(sockets).toHaveLength(1)
  })

  test('carries what is sent in small parts without delay', async () => {
    const noDelay = vi.spyOn(Socket.prototype, 'setNoDelay')
    const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive')
    const { client, origin } = await secured(answering(OK))
    await (await client.request({ origin })).body.bytes()
    expect(noDelay.mock.calls).toEqual([[true]])
    expect(keepAlive.mock.calls).toEqual([[true, 15_000]])
    vi.restoreAllMocks()
  })

  test('compares an address with the certificate, and sends no name', async () => {
    let name: unknown = 'none seen'
    const { client, port } = await secured((socket) => {
      name = (socket as { servername?: unknown }).servername
      answering(OK)(socket)
    })
    const { body } = await client.request({ origin: `https://127.0.0.1:${port}` })
    expect(await body.text()).toBe('ok')
    expect(name).toBe(false)
  })

  test.each([
    [
      'servername, without the dot at its end',
      '127.0.0.1',
      { servername: 'localhost.' },
      'localhost',
    ],
    ['no address that servername is', 'localhost', { servername: '127.0.0.1' }, false],
    [
      'nothing for an empty servername, and compares the host',
      'localhost',
      { servername: '' },
      false,
    ],
  ])('names %s (RFC 6066 §3)', async (_what, host, tls, expected) => {
    let name: unknown = 'none seen'
    const { client, port } = await secured(
      (socket) => {
        name = (socket as { servername?: unknown }).servername
        answering(OK)(socket)
      },
      { tls: { ca, ...tls } },
    )
    const { body } = await client.request({ origin: `https://${host}:${port}` })
    expect(await body.text()).toBe('ok')
    expect(name).toBe(expected)
  })

  test('names the host without the dot at its end, and compares it so (RFC 6066 §3)', () => {
    const { servername, checkServerIdentity } = connectionTls('far.example.', undefined)
    expect(servername).toBe('far.example')
    const named = (name: string) => ({ subject: {}, subjectaltname: `DNS:${name}` }) as never
    expect(checkServerIdentity?.('', named('far.example'))).toBeUndefined()
    expect(checkServerIdentity?.('', named('near.example'))).toBeInstanceOf(Error)
    expect(connectionTls('::1', undefined).servername).toBe('')
  })

  test('keeps its options as they were when the client was made', async () => {
    const octets = Buffer.from(ca)
    const tls = { ca: [octets], servername: 'far.example' }
    const { client, origin } = await secured(answering(OK), { tls })
    octets.fill(0)
    tls.ca.length = 0
    Object.assign(tls, { servername: 'localhost', checkServerIdentity: () => undefined })
    await expect(client.request({ origin })).rejects.toMatchObject({
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    })
  })

  test('reads each option once', () => {
    const values = ['localhost', 5]
    const tls = Object.defineProperty({}, 'servername', {
      enumerable: true,
      get: () => values.shift(),
    })
    expect(() => new Client({ tls })).not.toThrow()
    expect(values).toEqual([5])
    expect(() => new Client({ tls })).toThrow('tls.servername: expected a name, got number')
  })

  test('copies keys, octets in any view and what stands in objects', async () => {
    const { buffer, byteOffset, byteLength } = Buffer.from(pem('second.key'))
    const key = { pem: new Uint8Array(buffer, byteOffset, byteLength), passphrase: 'unused' }
    let authorized = false
    const { client, origin } = await secured(
      (socket) => {
        ;({ authorized } = socket)
        answering(OK)(socket)
      },
      {
        tls: {
          ca,
          cert: new DataView(encoded(pem('second.certificate'))) as never,
          key: [key] as never,
        },
      },
      { requestCert: true, ca: pem('second.certificate') },
    )
    key.pem.fill(0)
    await (await client.request({ origin })).body.bytes()
    expect(authorized).toBe(true)
  })

  const REFUSED: readonly (readonly [string, ClientOptions, ServerOptions])[] = [
    ['nobody vouches for', {}, {}],
    ['somebody else vouches for', { tls: { ca: pem('second.certificate') } }, {}],
    ['names somebody else', { tls: { ca, servername: 'far.example' } }, {}],
  ]
  test.each(REFUSED)('refuses a certificate that %s', async (_what, options, server) => {
    const { client, origin } = await secured(answering(OK), options, server)
    expect(await codeOf(client.request({ origin }))).toBe('ERR_TLS')
    expect(client.connectionCount).toBe(0)
  })

  test('verifies whatever the environment says', async () => {
    const { env } = process
    const before = env['NODE_TLS_REJECT_UNAUTHORIZED']
    env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      const { client, origin } = await secured(answering(OK), {})
      expect(await codeOf(client.request({ origin }))).toBe('ERR_TLS')
    } finally {
      if (before === undefined) delete env['NODE_TLS_REJECT_UNAUTHORIZED']
      else env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
    }
  })

  test('cannot be told not to verify', () => {
    expect(() => new Client({ tls: { rejectUnauthorized: false } as never })).toThrow(
      'peers are always verified',
    )
    expect(() => new Client({ tls: { checkServerIdentity: () => undefined } as never })).toThrow(
      'tls.checkServerIdentity',
    )
    expect(() => new Client({ tls: { host: 'elsewhere' } as never })).toThrow('tls.host')
    expect(() => new Client({ tls: { rejectUnauthorized: true } as never })).not.toThrow()
  })

  test('refuses a peer that speaks no HTTP/1.1', async () => {
    const { client, origin } = await secured(answering(OK), undefined, { ALPNProtocols: ['h2'] })
    expect(await codeOf(client.request({ origin }))).toBe('ERR_TLS')
  })

  test('tells of options that node:tls cannot use', async () => {
    const { client, origin } = await secured(answering(OK), { tls: { key: 'no key' } })
    expect(await codeOf(client.request({ origin }))).toBe('ERR_CONNECT')
    await client.close()
  })

  test('shows a certificate of its own', async () => {
    let authorized = false
    const { client, origin } = await secured(
      (socket) => {
        ;({ authorized } = socket)
        answering(OK)(socket)
      },
      { tls: { ca, cert: pem('second.certificate'), key: pem('second.key') } },
      { requestCert: true, ca: pem('second.certificate') },
    )
    await (await client.request({ origin })).body.bytes()
    expect(authorized).toBe(true)
  })

  test('has a deadline for the handshake', async () => {
    const silent = createServer((socket) => {
      socket.on('error', () => {}).resume()
      undo.push(() => socket.destroy())
    })
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve)
    })
    undo.unshift(() => new Promise((resolve) => silent.close(resolve)))
    const clock = new HandClock()
    let securing = (): void => {}
    const reached = new Promise<void>((resolve) => {
      securing = resolve
    })
    const client = new Client({
      clock,
      trace: (event) => event.type === 'StateChanged' && event.to === 'Securing' && securing(),
    })
    const { port } = silent.address() as AddressInfo
    const failing = codeOf(client.request({ origin: `https://127.0.0.1:${port}` }))
    await reached
    clock.advance(9900)
    await turn()
    expect(client.connectionCount).toBe(1)
    clock.advance(1100)
    expect(await failing).toBe('ERR_TLS_TIMEOUT')
    await client.close()
  })

  test.each(['bytes', 'forEach', 'for await'])(
    'carries bodies larger than what is read ahead, by %s, and goes on',
    async (way) => {
      const text = 'x'.repeat(3_000_000)
      const { client, origin, sockets } = await secured(answering(response(text)))
      for (let i = 0; i < 3; i++) {
        const { body } = await client.request({ origin })
        // Whoever comes late finds the connection paused.
        for (let turns = 0; turns < 20; turns++) await turn()
        let length = 0
        if (way === 'bytes') length = (await body.bytes()).length
        else if (way === 'forEach') {
          await body.forEach(async (octets) => {
            await turn()
            length += octets.length
          })
        } else for await (const octets of body) length += octets.length
        expect(length).toBe(text.length)
      }
      expect(sockets).toHaveLength(1)
    },
  )

  test('is taken over with another protocol in it (RFC 9110 §7.8)', async () => {
    const { client, origin } = await secured((socket) => {
      socket.once('data', () => {
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nhi',
        )
        socket.on('data', (octets) => socket.end(octets))
      })
    })
    const headers = new Headers([
      ['Connection', 'upgrade'],
      ['Upgrade', 'x'],
    ])
    const received = await client.request({ origin, headers })
    const { stream, octets } = received.takeOver()
    expect(Buffer.from(octets).toString()).toBe('hi')
    stream.write('echo')
    let came = ''
    for await (const piece of stream) came += String(piece)
    expect(came).toBe('echo')
    stream.destroy()
  })
})
