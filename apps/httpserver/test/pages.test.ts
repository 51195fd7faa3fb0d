import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from './support/http-peer.ts'
import { exchange } from './support/raw-client.ts'
import { startTestApplication } from './support/test-application.ts'
import type { TestApplication } from './support/test-application.ts'

let application: TestApplication
let strict: TestApplication

beforeAll(async () => {
  application = await startTestApplication()
  strict = await startTestApplication({ unknown: 404 })
})

afterAll(() => {
  application.stop()
  strict.stop()
})

const SUCCESS = [200, '200 OK', 'Success!', 'Your request was an absolute banger.'] as const
const PAGES = [
  ['/', ...SUCCESS],
  ['/coffee', ...SUCCESS],
  ['/use-nvim-btw?x=/yourproblem', ...SUCCESS],
  ['//yourproblem', ...SUCCESS],
  ['/a/../yourproblem', ...SUCCESS],
  ['/%79ourproblem', ...SUCCESS],
  ['/__proto__', ...SUCCESS],
  ['/yourproblem', 400, '400 Bad Request', 'Bad Request', 'Your request honestly kinda sucked.'],
  ['/yourproblem?a', 400, '400 Bad Request', 'Bad Request', 'Your request honestly kinda sucked.'],
  [
    '/myproblem',
    500,
    '500 Internal Server Error',
    'Internal Server Error',
    'Okay, you know what? This one is on me.',
  ],
] as const

describe('pages', () => {
  test.each(PAGES)('%s answers %i with its page', async (path, status, title, heading, text) => {
    const response = await ask(application.port, path)
    expect(response.status).toBe(status)
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(response.headers['content-length']).toBe(String(response.body.length))
    expect(response.text).toContain(`<title>${title}</title>`)
    expect(response.text).toContain(`<h1>${heading}</h1>`)
    expect(response.text).toContain(`<p>${text}</p>`)
  })

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'FROBNICATE'])(
    'answer %s as GET, as the seed did',
    async (method) => {
      const response = await ask(application.port, '/', { method, body: 'content' })
      expect(response.status).toBe(200)
      expect(response.text).toContain('<h1>Success!</h1>')
    },
  )

  test('answer HEAD with the length and without the content (RFC 9110 §9.3.2)', async () => {
    const whole = await ask(application.port, '/')
    const response = await ask(application.port, '/', { method: 'HEAD' })
    expect(response.headers['content-length']).toBe(String(whole.body.length))
    expect(response.body).toHaveLength(0)
  })

  test('are found by absolute-form too (RFC 9112 §3.2.2)', async () => {
    const response = await exchange(
      application.port,
      'GET http://a/yourproblem HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('an unknown path can be a 404', async () => {
    const response = await ask(strict.port, '/nothing')
    expect(response.status).toBe(404)
    expect(response.text).toContain('<title>404 Not Found</title>')
    expect((await ask(strict.port, '/')).status).toBe(200)
  })
})

describe('methods', () => {
  const ALLOW = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

  test.each([
    ['OPTIONS', '/', 204, ALLOW],
    ['OPTIONS', '/nothing', 204, ALLOW],
    ['OPTIONS', '/video', 204, 'GET, HEAD, OPTIONS'],
    ['POST', '/video', 405, 'GET, HEAD, OPTIONS'],
    ['TRACE', '/', 405, ALLOW],
    ['TRACE', '/httpbin/get', 405, ALLOW],
  ])(
    '%s %s answers %i with Allow (RFC 9110 §9.3.7, §15.5.6)',
    async (method, path, status, allow) => {
      const response = await ask(application.port, path, { method })
      expect(response.status).toBe(status)
      expect(response.headers.allow).toBe(allow)
    },
  )

  test.each(['FROBNICATE', 'MKCOL'])(
    '%s answers 501 where methods are listed: nothing here knows it (RFC 9110 §9.1, §15.6.2)',
    async (method) => {
      const { status, headers } = await ask(application.port, '/video', { method })
      expect([status, headers.allow]).toEqual([501, undefined])
    },
  )

  test('OPTIONS * speaks for the whole server (RFC 9110 §9.3.7)', async () => {
    const response = await exchange(
      application.port,
      'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 204 No Content\r\n/)
    expect(response).toContain(`\r\nAllow: ${ALLOW}\r\n`)
  })

  test('CONNECT is refused: there are no tunnels (RFC 9110 §9.3.6)', async () => {
    const response = await exchange(
      application.port,
      'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: close\r\n\r\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 501 Not Implemented\r\n/)
  })
})

describe('one-shot connections', () => {
  test('say close in every response and end behind it', async () => {
    const seed = await startTestApplication({ connection: 'close' })
    const response = await exchange(seed.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(response).toContain('\r\nConnection: close\r\n')
    seed.stop()
  })
})
