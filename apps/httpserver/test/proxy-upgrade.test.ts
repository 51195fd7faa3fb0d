import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { chain, get, OK, PLAIN_OK } from './support/chain.ts'
import { exchange, RawClient } from './support/raw-client.ts'

const HANDSHAKE =
  'GET /httpbin/chat HTTP/1.1\r\nHost: client.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

/** Switches to WebSocket (RFC 6455 §4.2.2), sends `early` with it, and gives back every octet that comes. */
function webSocketEcho(early = '') {
  return (socket: Socket, head: string): void => {
    const key = /Sec-WebSocket-Key: (\S+)/.exec(head)?.[1] ?? ''
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        `Sec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n${early}`,
      'latin1',
    )
    socket.on('data', (octets) => socket.write(String(octets), 'latin1'))
    socket.on('end', () => socket.end())
  }
}

// A text frame of "Hello", masked (RFC 6455 §5.7).
const HELLO = '\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58'

describe('a request to switch protocols', () => {
  test('is passed on, and then every octet both ways (RFC 9110 §7.8)', async () => {
    const { port, upstream } = await chain(webSocketEcho('\x81\x05early'))
    const client = new RawClient(port).send(HANDSHAKE)
    await client.until(/\r\n\r\n\x81\x05early$/)
    expect(client.received).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/)
    expect(client.received).toContain('\r\nConnection: Upgrade\r\n')
    expect(client.received).toContain('\r\nUpgrade: websocket\r\n')
    expect(client.received).toContain('\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n')
    expect(client.received).not.toMatch(/transfer-encoding|trailer|content-length/i)
    expect(upstream.requests[0]).toContain('\r\nUpgrade: websocket\r\n')
    expect(upstream.requests[0]).toMatch(/\r\nConnection: (?:TE, )?Upgrade\r\n/)
    client.send(HELLO)
    await client.until(/early\x81\x85/)
    expect(client.received.endsWith(HELLO)).toBe(true)
    client.socket.end()
    await client.untilClosed()
    await upstream.closedConnections(1)
  })

  test('may be followed by octets before it is answered (RFC 9110 §7.8)', async () => {
    const { port } = await chain(webSocketEcho())
    const client = new RawClient(port).send(HANDSHAKE + HELLO)
    await client.until(/\x81\x85/)
    expect(client.received.endsWith(HELLO)).toBe(true)
    client.socket.destroy()
  })

  test('makes a tunnel that carries more than either side holds', async () => {
    const { port } = await chain(webSocketEcho())
    const client = new RawClient(port).send(HANDSHAKE)
    await client.until(/\r\n\r\n$/)
    const head = client.received.length
    const frames = 'abcdefghij'.repeat(200_000)
    client.send(frames)
    await client.receivedAtLeast(head + frames.length)
    expect(client.received.slice(head)).toBe(frames)
    client.socket.destroy()
  })

  const LARGE = 64 * 1024 * 1024

  test('makes a tunnel that reads no further from the upstream than the client takes', async () => {
    let upstreamSocket: Socket | undefined
    const { port } = await chain((socket, head) => {
      upstreamSocket = socket
      webSocketEcho()(socket, head)
      socket.end(Buffer.alloc(LARGE, 'x'))
    })
    const client = new RawClient(port).send(HANDSHAKE)
    await client.until(/\r\n\r\n/)
    const head = client.received.indexOf('\r\n\r\n') + 4
    client.socket.pause()
    for (let i = 0; i < 20; i++) await exchange(port, get('/'))
    // What has left the upstream is in the buffers of the kernel, and at most one piece in ours.
    expect(upstreamSocket?.writableLength).toBeGreaterThan(LARGE / 2)
    client.socket.resume()
    expect(await client.untilClosed()).toHaveLength(head + LARGE)
    client.socket.destroy()
  })

  test('makes a tunnel that reads no further from the client than the upstream takes', async () => {
    let upstreamSocket: Socket | undefined
    let taken = 0
    const { port } = await chain((socket, head) => {
      webSocketEcho()(socket, head)
      upstreamSocket = socket
      socket.removeAllListeners('data')
      socket.pause()
    })
    const client = new RawClient(port).send(HANDSHAKE)
    await client.until(/\r\n\r\n$/)
    client.socket.end(Buffer.alloc(LARGE, 'x'))
    for (let i = 0; i < 20; i++) await exchange(port, get('/'))
    expect(client.socket.writableLength).toBeGreaterThan(LARGE / 2)
    upstreamSocket?.on('data', (octets: string) => {
      taken += octets.length
    })
    upstreamSocket?.resume()
    await client.untilClosed()
    expect(taken).toBe(LARGE)
    client.socket.destroy()
  })

  test('ends the tunnel to the upstream when the client breaks it', async () => {
    const { port, upstream } = await chain(webSocketEcho())
    const client = new RawClient(port).send(HANDSHAKE)
    await client.until(/\r\n\r\n$/)
    client.socket.resetAndDestroy()
    await upstream.closedConnections(1)
  })

  test('ends the tunnel to the client when the upstream breaks it', async () => {
    const { port } = await chain((socket, head) => {
      webSocketEcho()(socket, head)
      socket.on('data', () => socket.resetAndDestroy())
    })
    const client = new RawClient(port).send(HANDSHAKE)
    await client.until(/\r\n\r\n$/)
    client.send(HELLO)
    await client.untilClosed()
  })

  test('is answered by HTTP when the upstream does not switch (RFC 9110 §7.8)', async () => {
    const { port } = await chain(PLAIN_OK)
    const client = new RawClient(port).send(HANDSHAKE)
    await client.until(/\r\n0\r\n/)
    client.send(get('/yourproblem'))
    expect(await client.untilClosed()).toMatch(/HTTP\/1\.1 400 Bad Request\r\n/)
  })

  test('may say that it has content of 0 octets, as devices do (RFC 9112 §6.3)', async () => {
    const { port, upstream } = await chain(webSocketEcho())
    const request = HANDSHAKE.replace(
      'Upgrade: websocket',
      'Upgrade: websocket\r\nContent-Length: 0',
    )
    const client = new RawClient(port).send(request)
    await client.until(/^HTTP\/1\.1 101 [^]*\r\n\r\n$/)
    expect(upstream.requests[0]).toContain('\r\nUpgrade: websocket\r\n')
    expect(upstream.requests[0]).toContain('\r\nContent-Length: 0\r\n')
    client.send(HELLO)
    await client.until(/\x81\x85/)
    client.socket.destroy()
  })

  test.each([
    ['by HTTP/1.0', HANDSHAKE.replace('HTTP/1.1', 'HTTP/1.0')],
    ['without the option upgrade', HANDSHAKE.replace('keep-alive, Upgrade', 'keep-alive')],
    ['to another version of HTTP', HANDSHAKE.replace('websocket', 'h2c, HTTP/3, TLS/1.0')],
    [
      'with chunks, which may be none (RFC 9110 §7.8)',
      `${HANDSHAKE.replace('Sec', 'Transfer-Encoding: chunked\r\nSec')}0\r\n\r\n`,
    ],
    [
      'with content',
      `${HANDSHAKE.replace('GET', 'POST').replace('Sec', 'Content-Length: 2\r\nSec')}ok`,
    ],
  ])('is not passed on %s (RFC 9110 §7.8)', async (_title, request) => {
    const { port, upstream } = await chain((socket) => socket.end(OK))
    const client = new RawClient(port).send(request)
    await client.until(/^HTTP\/1\.1 200 /)
    expect(upstream.requests[0]).not.toMatch(/upgrade/i)
    client.socket.destroy()
  })

  test.each([
    ['in a quoted string', '"x, h2c, y"'],
    ['beside a quoted string', '"x, h2c, y", websocket', 'websocket'],
    ['beside a version of HTTP', 'h2c, websocket, HTTP/3, chat/1, H2', 'websocket, chat/1'],
    ['in quotes that stay open', 'websocket, "x, h2c', 'websocket'],
    ['in quotes alone', 'websocket, "h2c"', 'websocket'],
    ['after a backslash', '"\\", h2c, "\\"'],
    ['with a quoted version', 'chat/"1, h2c", h3'],
    ['with two versions', 'a/1/h2c, /h2c, h2c/, chat/'],
    ['with a space', 'chat h2c, web socket'],
  ])(
    'asks the upstream for tokens only, and for no version of HTTP %s: %s (RFC 9110 §7.8)',
    async (_title, upgrade, passed?: string) => {
      const { port, upstream } = await chain((socket) => socket.end(OK))
      const client = new RawClient(port).send(
        HANDSHAKE.replace('Upgrade: websocket', `Upgrade: ${upgrade}`),
      )
      await client.until(/^HTTP\/1\.1 200 /)
      expect(upstream.requests[0]?.match(/^upgrade: .*(?=\r)/gim) ?? []).toEqual(
        passed === undefined ? [] : [`Upgrade: ${passed}`],
      )
      client.socket.destroy()
    },
  )

  test.each([
    ['another one', 'chat', 'Upgrade: websocket\r\n'],
    ['one more than asked for', 'websocket', 'Upgrade: websocket, chat\r\n'],
    ['another version', 'chat/1', 'Upgrade: chat/2\r\n'],
    ['one that was not passed on', 'h2c, websocket', 'Upgrade: h2c\r\n'],
    ['one that it does not name', 'websocket', ''],
    ['one with an empty name', 'websocket', 'Upgrade: ,\r\n'],
  ])('that gets %s is a 502, and never a tunnel (RFC 9110 §7.8)', async (_title, asked, chosen) => {
    const { port, upstream } = await chain((socket) => {
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n${chosen}\r\nsecret`)
    })
    const client = new RawClient(port).send(
      HANDSHAKE.replace('Upgrade: websocket', `Upgrade: ${asked}`) + get('/yourproblem'),
    )
    const received = await client.untilClosed()
    expect(received).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n[^]*\.\nHTTP\/1\.1 400 /)
    expect(received).not.toContain('secret')
    await upstream.closedConnections(1)
    client.socket.destroy()
  })

  test.each([
    ['in other letters', 'websocket', 'WebSocket'],
    ['with a version', 'websocket', 'websocket/13'],
    ['without the version', 'chat/1, chat/2', 'CHAT'],
    ['in that version', 'chat/1, chat/2', 'Chat/2'],
    ['under another one', 'chat, tunnel', 'tunnel, chat'],
  ])('may get what it asks for %s (RFC 9110 §7.8)', async (_title, asked, chosen) => {
    const { port } = await chain((socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${chosen}\r\n\r\nhello`,
      )
    })
    const client = new RawClient(port).send(
      HANDSHAKE.replace('Upgrade: websocket', `Upgrade: ${asked}`),
    )
    await client.until(/\r\n\r\nhello$/)
    expect(client.received).toContain(`\r\nUpgrade: ${chosen}\r\n`)
    client.socket.destroy()
  })

  test('is nothing that an upstream can answer unasked: 502 (RFC 9110 §15.2.2)', async () => {
    const { port } = await chain(webSocketEcho())
    expect(await exchange(port, get('/httpbin/chat'))).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  })
})
