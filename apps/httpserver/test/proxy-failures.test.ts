import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { answer, chain, get, PLAIN_OK, running } from './support/chain.ts'
import { exchange, RawClient } from './support/raw-client.ts'
import { startTestApplication } from './support/test-application.ts'

describe('an upstream that fails before its response', () => {
  test.each([
    ['garbage', 'this is not http at all\r\n\r\n'],
    ['no response', ''],
    ['a part of a head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['a status that is no number', 'HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok'],
    ['a status that is none', 'HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok'],
    ['a field line without a colon', 'HTTP/1.1 200 OK\r\nNoColon\r\nContent-Length: 2\r\n\r\nok'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk'],
    ['a NUL in a field', 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok'],
    [
      'a bare CR in a field',
      'HTTP/1.1 200 OK\r\nX-A: a\rX-Injected: 1\r\nContent-Length: 2\r\n\r\nok',
    ],
    [
      'a switch of protocols',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
    ['an endless head', `HTTP/1.1 200 OK\r\n${'X-A: a\r\n'.repeat(5000)}\r\n`],
  ])('with %s gives a 502 that the next request survives', async (_title, octets) => {
    const { port, application } = await chain((socket) => {
      socket.end(octets, 'latin1')
    })
    const response = await exchange(
      port,
      `GET /httpbin/get HTTP/1.1\r\nHost: a\r\n\r\n${get('/yourproblem')}`,
    )
    expect(response).toMatch(
      /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*\r\n\r\nThe upstream gave no usable response\.\nHTTP\/1\.1 400 /,
    )
    expect(response).not.toMatch(/x-injected/i)
    expect(application.log.warnings).toEqual([
      expect.stringMatching(/^GET \/httpbin\/get: Upstream: ./),
    ])
  })

  test('that is not there gives a 502', async () => {
    const { port, upstream, application } = await chain(PLAIN_OK)
    upstream.stop()
    expect(await exchange(port, get('/httpbin/get'))).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
    expect(application.log.warnings[0]).toMatch(/: connection refused \(ECONNREFUSED\)$/)
  })

  test('that has no address gives a 502', async () => {
    const application = await startTestApplication({ upstream: new URL('http://nowhere..invalid') })
    running.push(application)
    expect(await exchange(application.port, get('/httpbin/get'))).toMatch(/^HTTP\/1\.1 502 /)
  })

  test('that stays silent gives a 504 after the timeout', async () => {
    const { port, upstream } = await chain(() => undefined, { upstreamTimeoutMs: 100 })
    const response = await exchange(port, get('/httpbin/get'))
    expect(response).toMatch(/^HTTP\/1\.1 504 Gateway Timeout\r\n/)
    expect(response).toMatch(/\r\n\r\nThe upstream took too long\.\n$/)
    await upstream.closedConnections(1)
  })

  test('that sends its head an octet at a time gives a 504 after the timeout', async () => {
    let drip: NodeJS.Timeout | undefined
    const { port, upstream } = await chain(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nA: ')
        drip = setInterval(() => socket.write('a'), 10)
      },
      { upstreamTimeoutMs: 100 },
    )
    const response = await exchange(port, get('/httpbin/get'))
    expect(response).toMatch(/^HTTP\/1\.1 504 Gateway Timeout\r\n/)
    await upstream.closedConnections(1)
    clearInterval(drip)
  })

  test('that nobody can verify gives a 502 and gets nothing', async () => {
    let requests = 0
    const certificate = {
      cert: readFixture('localhost-certificate.pem'),
      key: readFixture('localhost-key.pem'),
    }
    const server = createServer(certificate, (socket) => socket.once('data', () => requests++))
    server.on('tlsClientError', () => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    running.push({ stop: () => server.close() })
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const upstream = new URL(`https://localhost:${port}`)
    const application = await startTestApplication({ upstream })
    running.push(application)
    expect(await exchange(application.port, get('/httpbin/get'))).toMatch(/^HTTP\/1\.1 502 /)
    expect(application.log.warnings[0]).toMatch(/certificate/)
    expect(requests).toBe(0)
  })
})

describe('an upstream that fails in its response', () => {
  const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n'
  const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

  test.each([
    ['ends before its length', `${LENGTH}part`],
    ['ends before its content', LENGTH],
    ['ends between chunks', `${CHUNKED}4\r\npart\r\n`],
    ['ends inside a chunk', `${CHUNKED}ff\r\npart`],
    ['ends behind a head of chunks', CHUNKED],
    ['sends a bad chunk size', `${CHUNKED}4\r\npart\r\nxyz\r\n`],
  ])('that %s is a cut, never a whole response (RFC 9112 §8)', async (_title, octets) => {
    const { port } = await chain((socket) => {
      socket.end(octets)
    })
    const response = await exchange(port, 'GET /httpbin/get HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(response).not.toMatch(/\r\n0\r\n/)
    expect(response === '' || response.startsWith('HTTP/1.1 200 OK\r\n')).toBe(true)
  })

  test('that resets after a body without a length is a cut, and is never signed (RFC 9112 §8)', async () => {
    const { port, application } = await chain((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nhalf of it')
      socket.resetAndDestroy()
    })
    for (let round = 0; round < 20; round++) {
      const response = await exchange(port, 'GET /httpbin/get HTTP/1.1\r\nHost: a\r\n\r\n')
      expect(response).not.toMatch(/\r\n0\r\n|X-Content-SHA256:/)
    }
    expect(application.log.warnings).toHaveLength(20)
  })

  test('is a cut for HTTP/1.0 too, before the length it was told', async () => {
    const { port } = await chain((socket) => {
      socket.end(`${LENGTH}part`)
    })
    const response = await exchange(port, 'GET /httpbin/get HTTP/1.0\r\n\r\n')
    expect(response).toMatch(/\r\nContent-Length: 90000\r\n[^]*\r\n\r\npart$/)
  })

  test('that falls silent is a cut after the timeout', async () => {
    const { port, application } = await chain(answer(`${CHUNKED}4\r\npart\r\n`), {
      upstreamTimeoutMs: 100,
    })
    const response = await exchange(port, 'GET /httpbin/get HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(response).toMatch(/\r\n\r\n4\r\npart\r\n$/)
    expect(await application.log.entry(0)).toMatchObject({
      status: 200,
      bytes: 4,
      fault: 'ERR_UPSTREAM',
    })
    expect(application.log.warnings).toEqual([
      expect.stringMatching(/^GET \/httpbin\/get: Upstream: ./),
    ])
  })
})

describe('a client', () => {
  test('that leaves ends the request to the upstream', async () => {
    const { port, upstream, application } = await chain((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      const more = (): void => {
        while (socket.writable && socket.write(`2000\r\n${'x'.repeat(8192)}\r\n`));
      }
      socket.on('drain', more)
      more()
    })
    const client = new RawClient(port).send(get('/httpbin/endless'))
    await client.until(/xxxx/)
    client.socket.resetAndDestroy()
    await upstream.closedConnections(1)
    expect((await application.log.entry(0)).fault).toMatch(/^ERR_(SOCKET|PEER_CLOSED)$/)
    expect(application.log.warnings).toEqual([])
  })

  test.each(['1.0', '1.1'])(
    'of HTTP/%s that does not read holds the upstream back',
    async (version) => {
      const size = 64 * 1024 * 1024
      let upstreamSocket: Socket | undefined
      const { port } = await chain((socket) => {
        upstreamSocket = socket
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
        socket.write(Buffer.alloc(size, 'x'))
      })
      const client = new RawClient(port)
      client.send(`GET /httpbin/large HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`)
      await client.until(/\r\n\r\n/)
      client.socket.pause()
      for (let i = 0; i < 20; i++) await exchange(port, get('/'))
      expect(upstreamSocket?.writableLength).toBeGreaterThan(size / 2)
      client.socket.resume()
      expect((await client.untilClosed()).length).toBeGreaterThan(size)
    },
  )

  test.each([
    ['sends a bad chunk', 400, 'xyz\r\n'],
    ['sends more than is taken', 413, 'b\r\nhello world\r\n'],
  ])('that %s gets a %i', async (_title, status, chunk) => {
    const { port, application } = await chain(() => undefined, { maxBodySize: 10 })
    const response = await exchange(
      port,
      `POST /httpbin/post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
    )
    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(await application.log.entry(0)).toMatchObject({ status })
    expect(application.log.warnings).toEqual([])
  })
})

function readFixture(name: string): Buffer {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url))
}
