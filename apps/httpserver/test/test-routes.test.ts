import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from './support/http-peer.ts'
import { exchange } from './support/raw-client.ts'
import { startTestApplication } from './support/test-application.ts'
import type { TestApplication } from './support/test-application.ts'

let application: TestApplication

beforeAll(async () => {
  application = await startTestApplication({ testRoutes: true, unknown: 404 })
})

afterAll(() => application.stop())

describe('the routes for tests', () => {
  test.each([200, 204, 304, 418, 500, 599])(
    '/status/%i answers so, without content',
    async (status) => {
      const response = await ask(application.port, `/status/${status}`)
      expect(response.status).toBe(status)
      expect(response.body).toHaveLength(0)
    },
  )

  test.each(['/status/199', '/status/600', '/status/20', '/status/2000', '/status/x', '/status'])(
    '%s is no route',
    async (path) => {
      expect((await ask(application.port, path)).status).toBe(404)
    },
  )

  test('/unread leaves the body unread, and the connection in step', async () => {
    const smuggled = 'GET /status/418 HTTP/1.1\r\nHost: a\r\n\r\n'
    const response = await exchange(
      application.port,
      `POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}` +
        'GET /status/204 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nOK\nHTTP\/1\.1 204 /)
    expect(response).not.toContain(' 418 ')
  })

  test('/get-only refuses other methods with Allow (RFC 9110 §15.5.6)', async () => {
    expect((await ask(application.port, '/get-only')).status).toBe(200)
    expect((await ask(application.port, '/get-only', { method: 'HEAD' })).status).toBe(200)
    const response = await ask(application.port, '/get-only', { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.allow).toBe('GET, HEAD, OPTIONS')
  })

  test('/test/throw answers 500 and tells nobody but the log why', async () => {
    const response = await ask(application.port, '/test/throw')
    expect(response.status).toBe(500)
    expect(response.text).not.toContain('always fails')
    expect(application.log.warnings.at(-1)).toMatch(
      /^GET \/test\/throw: Error: The handler of \/test\/throw always fails\n/,
    )
    expect(application.log.entries.at(-1)).toMatchObject({ status: 500, fault: 'ERR_HANDLER' })
  })

  test('/test/throw-late cuts what it began (RFC 9112 §8)', async () => {
    const response = await exchange(
      application.port,
      'GET /test/throw-late HTTP/1.1\r\nHost: a\r\n\r\n',
    )
    expect(response).not.toMatch(/\r\n0\r\n/)
    expect(response).toContain('The first part, and no more.\n')
    expect(application.log.entries.at(-1)).toMatchObject({ status: 200, fault: 'ERR_HANDLER' })
  })

  test('are not there unless asked for', async () => {
    const plain = await startTestApplication({ unknown: 404 })
    for (const path of ['/status/200', '/unread', '/get-only', '/test/throw', '/test/throw-late']) {
      expect((await ask(plain.port, path)).status).toBe(404)
    }
    plain.stop()
  })
})
