// A peer may answer before it has read the request, and close at once: what it has not read makes the system reset the connection
// (RFC 9112 §9.5, §9.6). The answer is to be read all the same.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Headers } from '@rawhttp/headers'
import { afterEach, describe, expect, test } from 'vitest'
import { Client } from '../src/index.ts'
import type { RequestBody } from '../src/index.ts'
import { MemoryClient } from './support/memory-dial.ts'
import { codeOf, turn } from './support/rig.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

const ca = readFileSync(new URL('fixtures/first.certificate.pem', import.meta.url), 'utf8')
const key = readFileSync(new URL('fixtures/first.key.pem', import.meta.url), 'utf8')

const TOO_LARGE =
  'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntoo large'

// Answers as soon as anything has come, and closes with the rest unread.
function refuse(socket: Socket): void {
  socket.on('error', () => {})
  socket.once('data', () => {
    socket.pause()
    socket.write(TOO_LARGE, () => socket.destroy())
  })
  socket.once('close', () => {
    tellClosed()
  })
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  undo.push(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

// When the server has closed the connection in progress.
let closed: Promise<void> = Promise.resolve()
let tellClosed = (): void => {}

const PIECE = new Uint8Array(60_000)

async function* slowly(): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < 40; count++) {
    await turn()
    yield PIECE
  }
}

// What is written when the connection is reset already, and before anything more is read.
async function* late(): AsyncGenerator<Uint8Array> {
  // More than one read takes.
  yield new Uint8Array(300_000)
  await closed
  yield PIECE
  yield PIECE
}

const BODIES: readonly (readonly [string, () => RequestBody])[] = [
  ['octets', () => new Uint8Array(2_000_000)],
  ['a string', () => 'x'.repeat(2_000_000)],
  ['pieces', () => Array.from({ length: 40 }, () => PIECE)],
  ['pieces that come one by one', slowly],
  ['pieces that come too late', late],
]
const UPGRADE = new Headers([
  ['Connection', 'upgrade'],
  ['Upgrade', 'x'],
])

describe.each(BODIES)('an early 413, while %s are sent', (_what, body) => {
  test.each([
    ['http', 'read to memory', undefined],
    ['http', 'read by events', UPGRADE],
    ['https', 'read to memory', undefined],
    ['https', 'read by events', UPGRADE],
  ])('is never lost by %s, %s', async (scheme, _reading, headers = new Headers()) => {
    const secure = scheme === 'https'
    const server = secure ? createTlsServer({ cert: ca, key }, refuse) : createServer(refuse)
    const origin = `${scheme}://127.0.0.1:${await listening(server)}`
    const client = new Client({ tls: { ca } })
    undo.push(() => {
      client.abort()
      return client.close()
    })
    const outcomes = new Map<string, number>()
    for (let round = 0; round < 20; round++) {
      closed = new Promise((resolve) => {
        tellClosed = resolve
      })
      const asked = client.request({ origin, method: 'POST', headers, body: body() })
      const outcome = await asked.then(
        async (received) => `${received.statusLine.statusCode} ${await received.body.text()}`,
        (error: unknown) => String(error),
      )
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    expect([...outcomes]).toEqual([['413 too large', 20]])
  })
})

const WHOLE = 'HTTP/1.1 200 OK\r\n\r\nhello'

describe('a body that ends with the connection, when the rest of the request cannot be written', () => {
  test.each([
    [
      'is cut by a reset',
      (socket: Socket) => socket.write(WHOLE, () => socket.destroy()),
      ['hello', 'ERR_SOCKET'],
    ],
    [
      'is whole when the peer ended it before',
      (socket: Socket) => socket.end(WHOLE, () => socket.destroy()),
      ['hello', 'fulfilled'],
    ],
  ])('%s (RFC 9112 §6.3)', async (_what, respond, expected) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('close', () => {
        tellClosed()
      })
      socket.once('data', () => {
        socket.pause()
        respond(socket)
      })
    })
    const origin = `http://127.0.0.1:${await listening(server)}`
    const client = new Client()
    for (let round = 0; round < 20; round++) {
      closed = new Promise((resolve) => {
        tellClosed = resolve
      })
      const { body } = await client.request({ origin, method: 'POST', body: late() })
      let content = ''
      const code = await codeOf(
        body.forEach((octets) => {
          content += Buffer.from(octets).toString()
        }),
      )
      expect([content, code]).toEqual(expected)
    }
    await client.close()
  })
})

const BROKEN = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', errno: -32 })

describe('a connection that cannot be written to', () => {
  const origin = 'http://host'

  test('waits for a response within its deadline, and sends no more', async () => {
    const { core, streams, clock } = new MemoryClient()
    let returned = 0
    const body = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => Promise.resolve({ done: true as const, value: ++returned }),
      }),
    }
    const asked = core.request({ origin, method: 'POST', body })
    asked.catch(() => {})
    const [stream] = streams
    stream?.hooks.connected()
    await turn()
    stream?.hooks.writeFailed(BROKEN)
    stream?.hooks.writeFailed(BROKEN)
    await turn()
    expect(returned).toBe(1)
    clock.advance(29_000)
    expect(stream?.destroyed).toBe(false)
    clock.advance(2000)
    expect(await codeOf(asked)).toBe('ERR_RESPONSE_TIMEOUT')
  })

  test.each([
    ['200 OK', 'POST'],
    ['413 Content Too Large', 'GET'],
  ])('brings its response, %s to %s, and no other', async (status, method) => {
    const { core, streams } = new MemoryClient()
    const body = method === 'POST' ? new Uint8Array(200_000) : ''
    const asked = core.request({ origin, method, body })
    const [stream] = streams
    if (stream !== undefined) stream.stalled = true
    stream?.hooks.connected()
    stream?.hooks.writeFailed(BROKEN)
    stream?.receive(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nok`)
    expect(await (await asked).body.text()).toBe('ok')
    expect([stream?.destroyed, core.connectionCount]).toEqual([true, 0])
  })

  test('tells the one who has taken it over', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
      })
      socket.once('close', () => {
        tellClosed()
      })
      undo.push(() => socket.destroy())
    })
    const port = await listening(server)
    const accepted = once(server, 'connection')
    const client = new Client()
    const received = await client.request({ origin: `http://127.0.0.1:${port}`, headers: UPGRADE })
    const { stream } = received.takeOver()
    const [peer] = (await accepted) as [Socket]
    closed = new Promise((resolve) => {
      tellClosed = resolve
    })
    const failed = once(stream, 'error')
    peer.resetAndDestroy()
    await closed
    const told = await new Promise<unknown>((resolve) => stream.write('lost', resolve))
    expect(told).toMatchObject({ code: 'ECONNRESET' })
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }])
    await client.close()
  })

  test('is closed when nothing is asked of it', async () => {
    const { core, streams } = new MemoryClient()
    const asked = core.request({ origin })
    const [stream] = streams
    stream?.hooks.connected()
    stream?.receive('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    await (await asked).body.bytes()
    expect(core.connectionCount).toBe(1)
    stream?.hooks.writeFailed(BROKEN)
    expect(core.connectionCount).toBe(0)
  })
})
