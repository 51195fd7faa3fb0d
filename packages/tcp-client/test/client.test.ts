import { Headers } from '@rawhttp/headers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Client } from '../src/index.ts'
import { answering } from './support/raw-server.ts'
import type { RawServer } from './support/raw-server.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

let client: Client
let server: RawServer | undefined

beforeEach(() => {
  client = new Client()
})

afterEach(async () => {
  client.abort()
  await client.close()
  await server?.close()
})

describe('RFC 9112 §3 requests', () => {
  test('sends the fields in their order and letter case, Host first (RFC 9110 §7.2)', async () => {
    server = await answering(OK)
    const headers = new Headers([
      ['X-b', '1'],
      ['x-A', '2'],
      ['X-b', '3'],
    ])
    const response = await client.request({ origin: server.origin, headers, requestTarget: '/a?b' })
    expect(response.statusLine).toEqual({
      httpVersion: '1.1',
      statusCode: 200,
      reasonPhrase: 'OK',
    })
    expect(await response.body.text()).toBe('ok')
    expect(server.connections[0]?.received).toBe(
      `GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-b: 1\r\nx-A: 2\r\nX-b: 3\r\n\r\n`,
    )
  })

  test('keeps the connection for the next request (RFC 9112 §9.3)', async () => {
    server = await answering(OK)
    for (let i = 0; i < 3; i++) {
      const { body } = await client.request({ origin: server.origin, method: 'POST', body: 'x' })
      expect(await body.text()).toBe('ok')
    }
    expect(server.connections).toHaveLength(1)
    expect(client.connectionCount).toBe(1)
  })
})
