import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

  describe('with HTTPS', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'httpserver-'))
      await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
      await writeFile(join(folder, 'large'), Buffer.alloc(1_048_577))
      await writeFile(join(folder, 'text'), 'no certificate')
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      await writeFile(join(folder, 'other'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    })
    afterAll(() => rm(folder, { recursive: true }))

    // The plain port is taken: the certificate is looked at before.
    test.each([
      [
        'a pipe',
        'tlsCert',
        'pipe',
        /^--tls-cert .*pipe cannot be read: .*pipe is no regular file$/,
      ],
      ['a folder', 'tlsKey', '.', /^--tls-key .* cannot be read: .* is no regular file$/],
      ['what is too large', 'tlsCert', 'large', /^--tls-cert .* has more than 1048576 octets$/],
      [
        'no certificate',
        'tlsCert',
        'text',
        /^--tls-cert .*text and --tls-key .* cannot be used: ./,
      ],
      ['the key of another', 'tlsKey', 'other', /^--tls-cert .*other cannot be used: .*mismatch/],
    ] as const)(
      'fails on %s before a port is listened on',
      async (_title, place, name, message) => {
        const blocker = createServer().listen(0, '127.0.0.1')
        await once(blocker, 'listening')
        const { port } = blocker.address() as AddressInfo
        const files = { tlsCert, tlsKey, [place]: join(folder, name) }
        const config = testConfig({ port, tlsPort: 0, ...files })
        await expect(startApplication(config, new TestLog())).rejects.toThrow(message)
        blocker.close()
      },
    )

    test('says nothing of listening when its second port is taken', async () => {
      const blocker = createServer().listen(0, '127.0.0.1')
      await once(blocker, 'listening')
      const { port } = blocker.address() as AddressInfo
      const log = new TestLog()
      const config = testConfig({ tlsPort: port, tlsCert, tlsKey })
      await expect(startApplication(config, log)).rejects.toThrow(`127.0.0.1:${port}`)
      expect(log.starts).toEqual([])
      blocker.close()
    })
  })

  test('warns of a video that is no regular file', async () => {
    const log = new TestLog()
    const application = await startApplication(testConfig({ video: '/dev/null' }), log)
    expect(log.warnings).toEqual(['/video answers 404: /dev/null is no regular file'])
    application.abort()
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
