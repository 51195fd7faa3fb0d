import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from './support/http-peer.ts'
import { exchange } from './support/raw-client.ts'
import { startTestApplication } from './support/test-application.ts'
import type { TestApplication } from './support/test-application.ts'

let application: TestApplication

beforeAll(async () => {
  application = await startTestApplication()
})

afterAll(() => application.stop())

function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}

describe('/httpbin', () => {
  test.each([
    ['a small answer', '/httpbin/get?x=1', 200],
    ['an answer in chunks', '/httpbin/stream/20', 200],
    ['100 KiB', '/httpbin/stream-bytes/102400', 200],
    ['100 KiB of known length', '/httpbin/bytes/102400', 200],
    ['nothing', '/httpbin/bytes/0', 200],
    ['an error', '/httpbin/nowhere', 404],
    ['an error without content', '/httpbin/status/503', 503],
  ])(
    'passes %s on in chunks, with its hash and length as trailers',
    async (_title, path, status) => {
      const response = await ask(application.port, path)
      expect(response.status).toBe(status)
      expect(response.headers['transfer-encoding']).toBe('chunked')
      expect(response.headers['content-length']).toBeUndefined()
      expect(response.headers.trailer).toBe('X-Content-SHA256, X-Content-Length')
      expect(response.trailers).toEqual({
        'x-content-sha256': sha256(response.body),
        'x-content-length': String(response.body.length),
      })
    },
  )

  test('passes on method, path, query, fields and body', async () => {
    const response = await ask(application.port, '/httpbin/anything/a%2Fb?x=1&x=2&y=%26', {
      method: 'PATCH',
      headers: { 'X-Own': 'kept', 'Content-Type': 'application/json' },
      body: '{"a":[1]}',
    })
    expect(JSON.parse(response.text)).toMatchObject({
      method: 'PATCH',
      url: expect.stringMatching(/\/anything\/a%2Fb\?x=1&x=2&y=%26$/),
      args: { x: ['1', '2'], y: '&' },
      headers: { 'X-Own': 'kept', 'Content-Type': 'application/json' },
      json: { a: [1] },
    })
  })

  test('passes on a chunked request body', async () => {
    const response = await ask(application.port, '/httpbin/post', {
      method: 'POST',
      headers: { 'Transfer-Encoding': 'chunked' },
      body: 'x'.repeat(100_000),
    })
    expect(response.text).toContain(`"data": "${'x'.repeat(100_000)}"`)
  })

  test.each(['OPTIONS', 'DELETE', 'PUT', 'FROBNICATE'])('passes on %s', async (method) => {
    const response = await ask(application.port, '/httpbin/anything', { method })
    expect(JSON.parse(response.text)).toMatchObject({ method })
  })

  test.each([
    ['/httpbin', '/'],
    ['/httpbin/', '/'],
    ['/httpbin?a=1', '/?a=1'],
  ])('passes %s on as %s', async (path) => {
    expect((await ask(application.port, path)).status).toBe(404)
  })

  test('passes on what is compressed as it is', async () => {
    const response = await ask(application.port, '/httpbin/gzip')
    expect(response.headers['content-encoding']).toBe('gzip')
    expect(JSON.parse(gunzipSync(response.body).toString())).toMatchObject({ gzipped: true })
  })

  test('passes on the trailer fields of the upstream', async () => {
    const response = await ask(application.port, '/httpbin/trailers?X-A=1&X-B=two')
    expect(response.headers.trailer).toBe('X-A, X-B, X-Content-SHA256, X-Content-Length')
    expect(response.trailers).toMatchObject({ 'x-a': '1', 'x-b': 'two' })
  })

  test('answers HEAD without content, and the connection goes on (RFC 9110 §9.3.2)', async () => {
    const response = await exchange(
      application.port,
      'HEAD /httpbin/get HTTP/1.1\r\nHost: a\r\n\r\n' +
        'GET /yourproblem HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:[^\r\n]+\r\n)+\r\nHTTP\/1\.1 400 /)
  })

  test.each([
    [204, ''],
    [304, ''],
    [205, 'Content-Length: 0\r\n'],
  ])('passes on %i without content or chunks (RFC 9112 §6.3)', async (status, framing) => {
    const response = await exchange(
      application.port,
      `GET /httpbin/status/${status} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    )
    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} (?:[^\r\n]*\r\n)+\r\n$`))
    expect(response).not.toMatch(/transfer-encoding|trailer/i)
    expect(response.includes('Content-Length')).toBe(framing !== '')
  })
})

describe('an HTTP/1.0 client', () => {
  test('gets neither chunks nor trailers, and a length where there is one (RFC 9112 §6.1)', async () => {
    const response = await exchange(application.port, 'GET /httpbin/bytes/1000 HTTP/1.0\r\n\r\n')
    expect(response).not.toMatch(/transfer-encoding|trailer/i)
    expect(response).toContain('\r\nContent-Length: 1000\r\n')
    expect(response.slice(response.indexOf('\r\n\r\n') + 4)).toHaveLength(1000)
  })

  test('gets what has no length until the connection ends (RFC 9112 §6.3 rule 8)', async () => {
    const response = await exchange(
      application.port,
      'GET /httpbin/stream-bytes/50000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    )
    expect(response).not.toMatch(/transfer-encoding|trailer|content-length/i)
    expect(response).toContain('\r\nConnection: close\r\n')
    expect(response.slice(response.indexOf('\r\n\r\n') + 4)).toHaveLength(50_000)
  })

  test('gets 204 without content', async () => {
    const response = await exchange(application.port, 'GET /httpbin/status/204 HTTP/1.0\r\n\r\n')
    expect(response).toMatch(/^HTTP\/1\.1 204 (?:[^\r\n]*\r\n)+\r\n$/)
  })
})

describe('the embedded httpbin', () => {
  test.each([
    ['/status/199', 400],
    ['/status/600', 400],
    ['/status/x', 400],
    ['/status/418', 418],
    ['/stream/101', 400],
    ['/bytes/102401', 400],
    ['/bytes/-1', 400],
    ['/stream-bytes/1e3', 400],
    ['/delay/11', 400],
    ['/delay/0', 200],
    ['/drip?numbytes=0', 400],
    ['/drip?numbytes=x', 400],
    ['/drip?duration=11', 400],
    ['/nowhere', 404],
    ['/trailers?Content-Length=1&bad%20name=1&X-Bad=%0A', 200],
  ])('%s answers %i', async (path, status) => {
    expect((await ask(application.port, `/httpbin${path}`)).status).toBe(status)
  })

  test('/headers gives the fields that came', async () => {
    const response = await ask(application.port, '/httpbin/headers', {
      headers: { 'X-A': ['1', '2'] },
    })
    expect(JSON.parse(response.text)).toMatchObject({ headers: { 'X-A': '1, 2' } })
  })

  test('/post reads forms', async () => {
    const response = await ask(application.port, '/httpbin/post', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: 'a=1&b=2&b=3',
    })
    expect(response.text).toContain('"data": ""')
    expect(JSON.parse(response.text)).toMatchObject({
      form: { a: '1', b: ['2', '3'] },
      json: null,
    })
  })

  test('/stream numbers its lines', async () => {
    const response = await ask(application.port, '/httpbin/stream/3')
    const lines = response.text.trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([0, 1, 2])
  })

  test('/drip gives its octets one after the other', async () => {
    const response = await ask(application.port, '/httpbin/drip?numbytes=3&duration=0')
    expect(response.text).toBe('***')
  })

  test('/get refuses other methods with Allow (RFC 9110 §15.5.6)', async () => {
    const response = await ask(application.port, '/httpbin/get', { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.allow).toBe('GET, HEAD, OPTIONS')
  })
})
