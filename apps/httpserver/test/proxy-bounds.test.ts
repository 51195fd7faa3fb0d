// What one client may hold of the upstream, and what is left for others.
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { readTrustedProxies } from '../src/trusted-proxies.ts'
import { chain, get, OK, running } from './support/chain.ts'
import type { Chain } from './support/chain.ts'
import { exchange, RawClient } from './support/raw-client.ts'

const OTHER = '127.0.0.2'
const SHARE = 64
// More than the kernel holds for a client that reads nothing.
const LARGE = Buffer.alloc(16_777_216, 'x')
const ONE = { upstreamConnections: 1, upstreamConnectionsPerClient: 1 }
const UPLOAD = 'POST /httpbin/post HTTP/1.1\r\nHost: a\r\n'

function clients(port: number, count: number, request: string, address?: string): RawClient[] {
  return Array.from({ length: count }, () => {
    const client = new RawClient(port, '127.0.0.1', address).send(request)
    running.push({ stop: () => client.socket.destroy() })
    return client
  })
}

// Answers /small at once, with content that is read, and other paths with more than a client takes unread.
function twoSizes(socket: Socket, head: string): void {
  if (head.startsWith('GET /small ')) socket.end(OK)
  else if (head.startsWith('GET /large ')) {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE.length}\r\n\r\n`)
    socket.write(LARGE)
  }
}

// A response that goes on.
function dripping(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
  const timer = setInterval(() => socket.write('4\r\ndrip\r\n'), 20)
  socket.on('close', () => clearInterval(timer))
}

function reached({ upstream }: Chain): () => number {
  return () => upstream.requests.length
}

async function expectServed({ port }: Chain, address: string): Promise<void> {
  const start = performance.now()
  const [client] = clients(port, 1, get('/httpbin/small'), address)
  expect(await client?.untilClosed()).toMatch(/^HTTP\/1\.1 200 /)
  expect(performance.now() - start).toBeLessThan(1000)
}

describe('256 clients of one address', () => {
  test.each([
    ['send', `${UPLOAD}Content-Length: 100000\r\n\r\nhello`],
    ['send in chunks', `${UPLOAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`],
    ['read', get('/httpbin/large')],
  ])('that %s slowly leave the upstream to others', async (_what, request) => {
    const chained = await chain(twoSizes, { upstreamConnectionsPerClient: SHARE })
    for (const { socket } of clients(chained.port, 256, request)) socket.pause()
    await expect.poll(reached(chained), { timeout: 15_000 }).toBe(SHARE)
    await expectServed(chained, OTHER)
    expect(reached(chained)()).toBe(SHARE + 1)
  })

  test('get one place after the other, and a 429 with Retry-After when there is none in time', async () => {
    const chained = await chain(dripping, { ...ONE, upstreamTimeoutMs: 1000 })
    const [first] = clients(chained.port, 1, get('/httpbin/slow'))
    await first?.until(/drip/)
    const refused = await exchange(
      chained.port,
      `${UPLOAD}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    expect(refused).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/)
    expect(refused).toContain('\r\nRetry-After: 5\r\n')
    expect(refused).toMatch(
      /\r\n\r\nYou have 1 requests in progress here: wait for some to end\.\n$/,
    )
    expect(reached(chained)()).toBe(1)
    clients(chained.port, 1, get('/httpbin/slow'))
    first?.socket.resetAndDestroy()
    await chained.upstream.closedConnections(1)
    await expect.poll(reached(chained)).toBe(2)
  })
})

describe('the client', () => {
  const forwarded = (address: string): string =>
    get('/httpbin/small', `X-Forwarded-For: ${address}\r\n`)

  test('is the one that a trusted proxy tells of', async () => {
    const trustProxy = readTrustedProxies('127.0.0.1')
    const two = { upstreamConnections: 2, upstreamConnectionsPerClient: 1 }
    const chained = await chain(twoSizes, { ...two, trustProxy })
    clients(chained.port, 1, get('/httpbin/slow', 'X-Forwarded-For: 192.0.2.1\r\n'))
    await expect.poll(reached(chained)).toBe(1)
    const [same] = clients(chained.port, 1, forwarded('192.0.2.1'))
    expect(await exchange(chained.port, forwarded('192.0.2.2'))).toMatch(/^HTTP\/1\.1 200 /)
    expect(same?.received).toBe('')
  })

  test('is nobody else for what it claims itself', async () => {
    const two = { upstreamConnections: 2, upstreamConnectionsPerClient: 1 }
    const chained = await chain(twoSizes, two)
    clients(chained.port, 1, get('/httpbin/slow', 'X-Forwarded-For: 192.0.2.1\r\n'))
    await expect.poll(reached(chained)).toBe(1)
    const [same] = clients(chained.port, 1, forwarded('192.0.2.2'))
    await expectServed(chained, OTHER)
    expect(same?.received).toBe('')
  })
})

describe('no place at the upstream is held', () => {
  test('by a small body that is on its way', async () => {
    const chained = await chain(twoSizes, ONE)
    clients(chained.port, 1, `${UPLOAD}Content-Length: 10\r\n\r\nhello`)
    await expectServed(chained, '127.0.0.1')
    expect(reached(chained)()).toBe(1)
  })

  test('by a small response that nobody takes', async () => {
    const content = 'x'.repeat(60_000)
    const chained = await chain((socket, head) => {
      if (head.startsWith('GET /small ')) socket.end(OK)
      else socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${content}`)
    }, ONE)
    const request = 'GET /httpbin/60000 HTTP/1.1\r\nHost: a\r\n\r\n'
    const [client] = clients(chained.port, 1, request.repeat(400))
    client?.socket.pause()
    // What the kernel holds for a client that reads nothing is far less than 24 MB.
    let before = -1
    while (reached(chained)() !== before) {
      before = reached(chained)()
      for (let i = 0; i < 20; i++) await exchange(chained.port, get('/'))
    }
    expect(before).toBeLessThan(400)
    await expectServed(chained, '127.0.0.1')
  })
})

describe('an upstream', () => {
  const HINT = 'HTTP/1.1 103 Early Hints\r\n\r\n'

  test.each([
    ['101 interim responses', HINT.repeat(101) + OK, 100],
    [
      'an interim response too large',
      `HTTP/1.1 103 Early Hints\r\nLink: ${'a'.repeat(17_000)}\r\n\r\n`,
      0,
    ],
    ['a status line too long', `HTTP/1.1 200 ${'a'.repeat(9000)}\r\n\r\n`, 0],
    ['a header section too large', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`, 0],
    ['too many field lines', `HTTP/1.1 200 OK\r\n${'X: 1\r\n'.repeat(101)}\r\n`, 0],
  ])('that sends %s is let go, and the client gets a 502', async (_what, octets, hints) => {
    const { port, upstream, application } = await chain((socket) => socket.write(octets))
    const response = await exchange(port, get('/httpbin/get'))
    expect(response.slice(0, hints * HINT.length)).toBe(HINT.repeat(hints))
    expect(response.slice(hints * HINT.length)).toMatch(
      /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*\r\n\r\nThe upstream gave no usable response\.\n$/,
    )
    expect(application.log.warnings).toEqual([expect.stringMatching(/at most|too/i)])
    await upstream.closedConnections(1)
  })

  const FORGED = 'HTTP/1.1 200 OK\r\nX-Forged: 1\r\nContent-Length: 0\r\n\r\n'

  test.each([
    ['a HEAD', 'HEAD', `HTTP/1.1 200 OK\r\nContent-Length: ${FORGED.length}\r\n\r\n`],
    ['a 204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['a 304', 'GET', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
  ])('that sends content after %s is let go, and nobody gets it', async (_what, method, head) => {
    const { port, upstream } = await chain((socket, requestHead) => {
      socket.write(requestHead.includes(' /first ') ? head + FORGED : OK)
    })
    const first = `${method} /httpbin/first HTTP/1.1\r\nHost: a\r\n\r\n`
    const responses = await exchange(port, first + get('/httpbin/second'))
    expect(responses).toMatch(/\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\r\nok\r\n/)
    expect(responses).not.toMatch(/X-Forged/i)
    await upstream.closedConnections(1)
    expect(upstream.requests).toHaveLength(2)
  })

  test('is asked again once, when it has closed a connection that was kept', async () => {
    const { port, upstream } = await chain((socket, head) => {
      if (!head.includes(' /first ')) socket.destroy()
      else {
        socket.write(OK)
        socket.once('data', () => socket.destroy())
      }
    })
    await exchange(port, get('/httpbin/first'))
    expect(await exchange(port, get('/httpbin/second'))).toMatch(/^HTTP\/1\.1 502 /)
    expect(upstream.requests.join('').match(/GET \/second /g)).toHaveLength(2)
  })
})
