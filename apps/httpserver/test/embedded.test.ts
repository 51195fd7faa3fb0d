// What the embedded httpbin gives grows with what it was given, and no faster.
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

function post(body: string, headers = {}): ReturnType<typeof ask> {
  return ask(application.port, '/httpbin/post', { method: 'POST', headers, body })
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

describe('a body that is described', () => {
  test('comes back as JSON as it was written, however deep', async () => {
    const json = nested(30_000)
    const { text } = await post(`${json}\n`)
    expect(text).toContain(`\n  "json": ${json}\n}\n`)
    expect(text.length).toBeLessThan(2 * json.length + 1000)
  })

  test.each([
    ['JSON', nested(60_000), {}],
    ['form', 'a=1&'.repeat(30_000), { 'Content-Type': 'application/x-www-form-urlencoded' }],
  ])('is no %s beyond 64 KiB, only text', async (_kind, body, headers) => {
    const { text } = await post(body, headers)
    expect(text.length).toBeLessThan(body.length + 1000)
    expect(text).toContain(`\n  "data": ${JSON.stringify(body)},\n  "form": {},\n  "json": null\n}`)
  })

  test('comes back as text piece by piece, and no character is lost between them', async () => {
    const body = '"\\€😀'.repeat(20_000)
    const { text } = await post(body)
    expect(Object.values(JSON.parse(text) as object)).toContain(body)
  })

  test('comes back up to its first MiB', async () => {
    const { status, text } = await post('\x01'.repeat(3 * 1024 * 1024))
    expect(status).toBe(200)
    expect(text.match(/\\u0001/g)).toHaveLength(1024 * 1024)
  })
})

describe('a stream', () => {
  test('of drips has at most twenty pieces a second, and all octets', async () => {
    const response = await exchange(
      application.port,
      'GET /httpbin/drip?numbytes=10240&duration=0.2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    const chunks = response.match(/\r\n[0-9a-f]+\r\n\*+/g) ?? []
    expect(chunks.length).toBeLessThanOrEqual(5)
    expect(response.match(/\*/g)).toHaveLength(10_240)
  })

  test('of lines is refused when they are long', async () => {
    const path = `/httpbin/stream/100?${'a'.repeat(6000)}`
    expect(await ask(application.port, path)).toMatchObject({
      status: 400,
      text: 'Expected lines of at most 1048576 octets altogether.\n',
    })
  })

  test.each([
    ['many', 'a&'.repeat(65)],
    ['long', `a=${'b'.repeat(5000)}`],
  ])('with %s trailers is refused', async (_title, query) => {
    expect(await ask(application.port, `/httpbin/trailers?${query}`)).toMatchObject({
      status: 400,
      text: 'Expected at most 64 trailer fields in 4096 octets.\n',
    })
  })

  test('with as many trailers as there may be arrives', async () => {
    const query = 'a=1&'.repeat(64)
    expect((await ask(application.port, `/httpbin/trailers?${query}`)).status).toBe(200)
  })
})

test.each([
  `/bytes/${'9'.repeat(4000)}`,
  `/stream/${'9'.repeat(4000)}`,
  '/stream-bytes/0x10',
  '/delay/1e1',
  '/drip?numbytes=10241',
  '/drip?numbytes=1e9',
  '/drip?duration=Infinity',
  '/drip?duration=-1',
  '/drip?numbytes=1.5',
])('%s is refused', async (path) => {
  expect((await ask(application.port, `/httpbin${path}`)).status).toBe(400)
})

test('a head as large as the server takes is described', async () => {
  const response = await ask(application.port, '/httpbin/headers', {
    headers: Object.fromEntries(Array.from({ length: 95 }, (_, i) => [`X-${i}`, 'v'.repeat(150)])),
  })
  expect(response.status).toBe(200)
  expect(response.text).toContain('"X-94": "vvv')
})
