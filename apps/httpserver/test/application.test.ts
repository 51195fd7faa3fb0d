import { once } from 'node:events'
import { createServer } from 'node:net'
import { connect } from 'node:tls'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startApplication } from '../src/application.ts'
import { exchange, RawClient } from './support/raw-client.ts'
import { startTestApplication, testConfig, TestLog } from './support/test-application.ts'

const tlsCert = fileURLToPath(new URL('fixtures/localhost-certificate.pem', import.meta.url))
const tlsKey = fileURLToPath(new URL('fixtures/localhost-key.pem', import.meta.url))
const GET = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

describe('starting', () => {
  test('says where it listens, and where the proxy leads', async () => {
    const log = new TestLog()
    const application = await startApplication(testConfig(), log)
    const [server, httpbin] = application.servers
    expect(log.starts).toEqual([
      `Listening on http://127.0.0.1:${server?.port}, upstream http://127.0.0.1:${httpbin?.port}/`,
    ])
    await application.close()
    expect(application.servers.map(({ state }) => state)).toEqual(['Closed', 'Closed'])
  })

  test('serves HTTPS besides', async () => {
    const log = new TestLog()
    const application = await startApplication(
      testConfig({ tlsPort: 0, tlsCert, tlsKey, gracePeriodMs: 100 }),
      log,
    )
    const port = application.servers[1]?.port ?? 0
    expect(log.starts[1]).toBe(`Listening on https://127.0.0.1:${port}`)
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.write('GET /httpbin/headers HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const response = await text(socket)
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(response).toContain('"X-Forwarded-Proto": "https"')
    await application.close()
  })

  test('fails on a port that is taken, and leaves nothing running', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const log = new TestLog()
    await expect(startApplication(testConfig({ port }), log)).rejects.toThrow(String(port))
    expect(log.starts).toEqual([])
    blocker.close()
  })

  test('fails on a certificate that cannot be read', async () => {
    const config = testConfig({ tlsPort: 0, tlsCert: '/nowhere.pem', tlsKey })
    await expect(startApplication(config, new TestLog())).rejects.toThrow('/nowhere.pem')
  })
})

describe('limits', () => {
  test.each([
    [
      'a long request target',
      414,
      { maxHeaderSize: 200 },
      `GET /${'x'.repeat(100)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    ],
    [
      'a large head',
      431,
      { maxHeaderSize: 200 },
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(200)}\r\n\r\n`,
    ],
    [
      'many field lines',
      431,
      { maxHeadersCount: 2 },
      'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n\r\n',
    ],
    ['a slow head', 408, { headerTimeoutMs: 50 }, 'GET / HTTP/1.1\r\n'],
    [
      'a slow body',
      408,
      { requestTimeoutMs: 50 },
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx',
    ],
  ])('%s is answered with %i', async (_title, status, changes, octets) => {
    const application = await startTestApplication(changes)
    expect(await exchange(application.port, octets)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    application.stop()
  })

  test('an idle connection is closed', async () => {
    const application = await startTestApplication({ keepAliveTimeoutMs: 50 })
    const response = await exchange(application.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    application.stop()
  })

  test('the last response that a connection may have says close', async () => {
    const application = await startTestApplication({ maxRequestsPerConnection: 2 })
    const response = await exchange(application.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3))
    expect(response.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
    expect(response.match(/\r\nConnection: close\r\n/g)).toHaveLength(1)
    application.stop()
  })

  test('one connection too many is told so', async () => {
    const application = await startTestApplication({ maxConnections: 1 })
    const first = new RawClient(application.port).send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await first.until(/200 OK/)
    expect(await exchange(application.port, GET)).toMatch(/^HTTP\/1\.1 503 /)
    first.socket.destroy()
    application.stop()
  })
})

test('while it closes, a kept connection still reaches the embedded httpbin', async () => {
  const application = await startTestApplication()
  const slow = new RawClient(application.port).send(
    'GET /httpbin/delay/1 HTTP/1.1\r\nHost: a\r\n\r\n',
  )
  const kept = new RawClient(application.port).send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await kept.until(/200 OK/)
  const closed = application.close()
  kept.send('GET /httpbin/uuid HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await kept.untilClosed()).toMatch(/HTTP\/1\.1 404 Not Found\r\n/)
  expect(await slow.untilClosed()).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  await closed
})
