import { createHash } from 'node:crypto'
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

const EMPTY_SHA256 = createHash('sha256').digest('hex')

interface Echo {
  readonly body: { readonly size: number; readonly sha256: string; readonly text: string }
  readonly [part: string]: unknown
}

async function echoOf(octets: string): Promise<Echo> {
  const response = await exchange(application.port, octets)
  expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Type: application\/json\r\n/)
  return JSON.parse(Buffer.from(response.split('\r\n\r\n')[1] ?? '', 'latin1').toString()) as Echo
}

async function echoOfBody(body: Uint8Array): Promise<Echo['body']> {
  const response = await ask(application.port, '/echo', { method: 'POST', body })
  return (JSON.parse(response.text) as Echo).body
}

function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}

describe('/echo', () => {
  test('gives back all that was parsed', async () => {
    const echo = await echoOf(
      'GET /echo/x%20y?a=1&a=2&b HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nx-one: caf\xe9\r\nConnection: close\r\n\r\n',
    )
    expect(echo).toEqual({
      method: 'GET',
      target: '/echo/x%20y?a=1&a=2&b',
      path: '/echo/x%20y',
      query: { a: ['1', '2'], b: [''] },
      version: 'HTTP/1.1',
      headers: [
        ['host', 'a'],
        ['x-one', '1'],
        ['x-one', 'café'],
        ['connection', 'close'],
      ],
      body: { size: 0, sha256: EMPTY_SHA256, text: '' },
      trailers: [],
    })
  })

  test('keeps the members in their order', async () => {
    const response = await ask(application.port, '/echo')
    const names = ['method', 'target', 'path', 'query', 'version', 'headers', 'body', 'trailers']
    expect(Object.keys(JSON.parse(response.text))).toEqual(names)
  })

  test('takes absolute-form apart', async () => {
    const echo = await echoOf(
      'GET http://a/echo?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    expect(echo).toMatchObject({ target: 'http://a/echo?x=1', path: '/echo', query: { x: ['1'] } })
  })

  test('says which version the request had', async () => {
    expect(await echoOf('GET /echo HTTP/1.0\r\n\r\n')).toMatchObject({ version: 'HTTP/1.0' })
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'FROBNICATE'])(
    'answers %s',
    async (method) => {
      const response = await ask(application.port, '/echo/here', { method })
      expect(response.status).toBe(200)
      expect(JSON.parse(response.text)).toMatchObject({ method, path: '/echo/here' })
    },
  )

  test('answers HEAD with the length that GET has, and no content (RFC 9110 §9.3.2)', async () => {
    const whole = await ask(application.port, '/echo/x')
    const response = await ask(application.port, '/echo/x', { method: 'HEAD' })
    expect(response.headers['content-length']).toBe(String(whole.body.length))
    expect(response.body).toHaveLength(0)
  })

  test('does not answer beside its path', async () => {
    expect((await ask(application.port, '/echoes')).text).toContain('<h1>Success!</h1>')
  })

  test('gives back the trailer section of a chunked body', async () => {
    const echo = await echoOf(
      'POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\nX-sum: 6\r\n\r\n',
    )
    expect(echo.body).toEqual({ size: 5, sha256: sha256(Buffer.from('abcde')), text: 'abcde' })
    expect(echo['trailers']).toEqual([
      ['x-sum', '5'],
      ['x-sum', '6'],
    ])
  })
})

describe('the body in /echo', () => {
  test.each([
    ['text', Buffer.from('hello'), 'hello'],
    ['UTF-8', Buffer.from('caf\u00e9 \u{1f600}'), 'caf\u00e9 \u{1f600}'],
    ['a byte order mark', Buffer.from('\ufeffa'), '\ufeffa'],
    ['octets that are no UTF-8', Buffer.from([0x61, 0xff, 0x00, 0xe9]), 'a\ufffd\0\ufffd'],
    ['a character that breaks off', Buffer.from([0x61, 0xe2, 0x82]), 'a\ufffd'],
  ])('is %s', async (_title, body, text) => {
    expect(await echoOfBody(body)).toEqual({ size: body.length, sha256: sha256(body), text })
  })

  test('is told in full for exactly 64 KiB', async () => {
    const body = Buffer.alloc(65_536, 'a')
    expect((await echoOfBody(body)).text).toBe('a'.repeat(65_536))
  })

  test('is told to its first 64 KiB and summed up over all', async () => {
    const body = Buffer.alloc(1_000_000, 'abcdefghi\n')
    const echo = await echoOfBody(body)
    expect(echo.size).toBe(body.length)
    expect(echo.sha256).toBe(sha256(body))
    expect(echo.text).toBe(body.toString().slice(0, 65_536))
  })

  test('is not cut inside a character', async () => {
    const body = Buffer.from(`${'a'.repeat(65_535)}é`)
    expect((await echoOfBody(body)).text).toBe('a'.repeat(65_535))
  })

  test('is refused above the bound of bodies (RFC 9110 §15.5.14)', async () => {
    const strict = await startTestApplication({ maxBodySize: 10 })
    const head = 'POST /echo HTTP/1.1\r\nHost: a\r\n'
    const promised = await exchange(strict.port, `${head}Content-Length: 11\r\n\r\nhello world`)
    expect(promised).toMatch(/^HTTP\/1\.1 413 /)
    const chunked = await exchange(
      strict.port,
      `${head}Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n`,
    )
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /)
    strict.stop()
  })
})
