import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import type { RequestOptions } from '../src/index.ts'
import { codeOf, response, rig } from './support/rig.ts'
import type { RawConnection } from './support/raw-server.ts'

const OK = response('ok')

// A peer that answers the first request of a connection, and at the second one does what `end` does.
function stale(end: (connection: RawConnection) => void): (connection: RawConnection) => void {
  return (connection) => {
    connection.socket.once('data', () => {
      connection.send(OK)
      connection.socket.once('data', () => end(connection))
    })
  }
}

const reset = ({ socket }: RawConnection): unknown => socket.resetAndDestroy()
const close = ({ socket }: RawConnection): unknown => socket.end()

const AGAIN: readonly (readonly [string, Partial<RequestOptions>])[] = [
  ['GET', {}],
  ['HEAD', { method: 'HEAD' }],
  ['OPTIONS', { method: 'OPTIONS', requestTarget: '*' }],
  ['DELETE', { method: 'DELETE' }],
  ['PUT with a string', { method: 'PUT', body: 'again' }],
  [
    'PUT that waits for 100',
    {
      method: 'PUT',
      body: 'again',
      headers: new Headers([['Expect', '100-continue']]),
      continueTimeoutMs: 0,
    },
  ],
  ['PUT with octets', { method: 'PUT', body: new Uint8Array(5000) }],
]

const ONCE: readonly (readonly [string, Partial<RequestOptions>])[] = [
  ['POST', { method: 'POST', body: 'once' }],
  ['PATCH', { method: 'PATCH', body: 'once' }],
  ['a method that nobody knows', { method: 'REFRESH' }],
  ['PUT with a stream', { method: 'PUT', body: ['once'] }],
]

describe('RFC 9112 §9.3.1 a connection that the peer has closed', () => {
  describe.each([
    ['reset', reset],
    ['closed', close],
  ] as const)('when it is %s', (_how, end) => {
    test.each(AGAIN)('%s is sent again, by a new one (RFC 9110 §9.2.2)', async (_what, options) => {
      const { client, origin, server } = await rig(stale(end))
      await (await client.request({ origin })).body.bytes()
      const { statusLine, body } = await client.request({ origin, ...options })
      expect(statusLine.statusCode).toBe(200)
      await body.bytes()
      expect(server.connections).toHaveLength(2)
      const [first, second] = server.connections
      const [, again = ''] = first?.received.split(/(?<=\r\n\r\n)(?=[A-Z]+ )/) ?? []
      expect(second?.received.slice(0, 20)).toBe(again.slice(0, 20))
    })

    test.each(ONCE)('%s is not (RFC 9110 §9.2.2)', async (_what, options) => {
      const { client, origin, server } = await rig(stale(end))
      await (await client.request({ origin })).body.bytes()
      const code = await codeOf(client.request({ origin, ...options }))
      expect(code).toBe(end === reset ? 'ERR_SOCKET' : 'ERR_CONNECTION_CLOSED')
      expect(server.connections).toHaveLength(1)
    })
  })

  test('is not the fault of a request that was the first', async () => {
    const { client, origin, server } = await rig((connection) => {
      connection.socket.once('data', () => connection.socket.end())
    })
    expect(await codeOf(client.request({ origin }))).toBe('ERR_CONNECTION_CLOSED')
    expect(server.connections).toHaveLength(1)
  })

  test.each(['H', 'HTTP/1.1 103 Early Hints\r\n\r\n'])(
    'is not the reason when %j of a response has come',
    async (text) => {
      const { client, origin, server } = await rig(
        stale((connection) => connection.send(text).socket.end()),
      )
      await (await client.request({ origin })).body.bytes()
      expect(await codeOf(client.request({ origin }))).toBe('ERR_INCOMPLETE_MESSAGE')
      expect(server.connections).toHaveLength(1)
    },
  )

  test('is not the reason when the response does not come in time', async () => {
    const { client, origin, server, clock } = await rig(stale(() => {}))
    await (await client.request({ origin })).body.bytes()
    const failing = codeOf(client.request({ origin }))
    await server.connections[0]?.requests(2)
    clock.advance(31_000)
    expect(await failing).toBe('ERR_RESPONSE_TIMEOUT')
    expect(server.connections).toHaveLength(1)
  })

  test('is met once only', async () => {
    let count = 0
    const { client, origin, server } = await rig((connection) => {
      count++
      if (count === 1) stale(close)(connection)
      else connection.socket.once('data', () => connection.socket.end())
    })
    await (await client.request({ origin })).body.bytes()
    expect(await codeOf(client.request({ origin }))).toBe('ERR_CONNECTION_CLOSED')
    expect(server.connections).toHaveLength(2)
  })

  test('lets the request go first that is sent again', async () => {
    const { client, origin } = await rig(stale(close), { maxConnectionsPerOrigin: 1 })
    await (await client.request({ origin })).body.bytes()
    const order: string[] = []
    await Promise.all(
      ['/again', '/next'].map(async (requestTarget) => {
        const { body } = await client.request({ origin, requestTarget })
        await body.bytes()
        order.push(requestTarget)
      }),
    )
    expect(order).toEqual(['/again', '/next'])
  })
})
