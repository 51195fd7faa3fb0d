import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { answer, codeOf, response, rig, turn, until } from './support/rig.ts'
import type { Rig } from './support/rig.ts'

const OK = response('ok')

async function get({ client, origin }: Rig, requestTarget = '/'): Promise<string> {
  const { body } = await client.request({ origin, requestTarget })
  return body.text()
}

describe('RFC 9112 §9.3 persistence', () => {
  test('sends one request after another on one connection', async () => {
    const made = await rig(answer(response('a'), response('b'), response('c')))
    expect([await get(made), await get(made), await get(made)]).toEqual(['a', 'b', 'c'])
    expect(made.server.connections).toHaveLength(1)
  })

  const CLOSING = [
    ['the response says close', response('ok', 'Connection: close'), {}],
    ['the response is HTTP/1.0', OK.replace('1.1', '1.0'), {}],
    ['the request says close', OK, { headers: new Headers([['Connection', 'close']]) }],
    ['more octets come than the response has', `${OK}x`, {}],
    ['another response comes with it', OK + OK, {}],
    ['the peer keeps it for no time', response('ok', 'Keep-Alive: timeout=1'), {}],
  ] as const
  test.each(CLOSING)('closes the connection when %s', async (_when, text, options) => {
    const made = await rig(answer(text))
    const { client, origin } = made
    for (let i = 0; i < 2; i++) {
      const { body } = await client.request({ origin, ...options })
      expect(await body.text()).toBe('ok')
      await until(() => client.connectionCount === 0)
    }
    expect(made.server.connections).toHaveLength(2)
  })

  test('keeps the connection of an HTTP/1.0 peer that says keep-alive', async () => {
    const text = response('ok', 'Connection: keep-alive').replace('1.1', '1.0')
    const made = await rig(answer(text))
    expect([await get(made), await get(made)]).toEqual(['ok', 'ok'])
    expect(made.server.connections).toHaveLength(1)
  })
})

describe('RFC 9112 §9.4 concurrency', () => {
  test('opens no more connections than it may, and serves in the order of asking', async () => {
    const order: string[] = []
    const made = await rig(answer(OK), { maxConnectionsPerOrigin: 2 })
    const targets = ['/1', '/2', '/3', '/4', '/5', '/6']
    await Promise.all(
      targets.map(async (target) => {
        await get(made, target)
        order.push(target)
      }),
    )
    expect(made.server.connections).toHaveLength(2)
    expect(order).toEqual(targets)
  })

  test('keeps origins apart', async () => {
    const first = await rig(answer(OK))
    const second = await rig(answer(OK))
    await get(first)
    const { body } = await first.client.request({ origin: second.origin })
    await body.bytes()
    expect(first.client.connectionCount).toBe(2)
  })

  test('refuses a request when too many wait', async () => {
    const made = await rig(() => {}, { maxConnectionsPerOrigin: 1, maxQueuedPerOrigin: 1 })
    const { client, origin } = made
    void codeOf(client.request({ origin }))
    void codeOf(client.request({ origin }))
    expect(await codeOf(client.request({ origin }))).toBe('ERR_QUEUE_FULL')
  })

  test('gives a request up that waits too long for a connection', async () => {
    const made = await rig(() => {}, { maxConnectionsPerOrigin: 1, queueTimeoutMs: 3000 })
    const { client, origin, clock } = made
    void codeOf(client.request({ origin }))
    const second = codeOf(client.request({ origin }))
    clock.advance(2999)
    void codeOf(client.request({ origin }))
    clock.advance(600)
    expect(await second).toBe('ERR_QUEUE_TIMEOUT')
  })

  test('serves those who wait when a connection is lost', async () => {
    const made = await rig(
      (connection) => {
        const first = made.server.connections.length === 1
        if (first) connection.socket.once('data', () => connection.socket.resetAndDestroy())
        else answer(OK)(connection)
      },
      { maxConnectionsPerOrigin: 1 },
    )
    const first = codeOf(made.client.request({ origin: made.origin }))
    expect(await get(made)).toBe('ok')
    expect(await first).toBe('ERR_SOCKET')
  })

  test('keeps no more idle connections than it may, and the ones used last', async () => {
    const made = await rig(answer(OK), { maxIdlePerOrigin: 2 })
    await Promise.all([get(made), get(made), get(made), get(made)])
    await until(() => made.client.connectionCount === 2)
    await get(made)
    expect(made.server.connections).toHaveLength(4)
  })
})

describe('RFC 9112 §9.5 idle connections', () => {
  const ROWS = [
    ['as long as idleTimeoutMs when the peer does not say', OK, {}, 4000],
    ['a second less than the peer says', response('ok', 'Keep-Alive: timeout=5'), {}, 4000],
    ['so with other parameters too', response('ok', 'Keep-Alive: max=9, timeout=7'), {}, 6000],
    ['no longer than maxIdleTimeoutMs', response('ok', 'Keep-Alive: timeout=900'), {}, 60_000],
    ['as it is told', OK, { idleTimeoutMs: 1234 }, 1234],
  ] as const
  test.each(ROWS)('keeps an idle connection %s', async (_how, text, options, idleMs) => {
    const made = await rig(answer(text), options)
    await get(made)
    made.clock.advance(idleMs - 1)
    await get(made)
    expect(made.server.connections).toHaveLength(1)
    // Exactly then it is used no more, even when no sweep has closed it yet.
    made.clock.advance(idleMs)
    await get(made)
    expect(made.server.connections).toHaveLength(2)
  })

  test('closes an idle connection when its time is over', async () => {
    const made = await rig(answer(OK))
    await get(made)
    made.clock.advance(4500)
    expect(made.client.connectionCount).toBe(0)
    await made.server.connections[0]?.closed
  })

  test('destroys an idle connection on which an octet comes', async () => {
    const made = await rig(answer(OK))
    await get(made)
    made.server.connections[0]?.send(response('wrong'))
    await until(() => made.client.connectionCount === 0)
    expect(await get(made)).toBe('ok')
    expect(made.server.connections).toHaveLength(2)
  })

  test('sees that the peer has closed an idle connection', async () => {
    const made = await rig(answer(OK))
    await get(made)
    made.server.connections[0]?.socket.end()
    await until(() => made.client.connectionCount === 0)
    expect(await codeOf(made.client.request({ origin: made.origin, method: 'POST' }))).toBe(
      'fulfilled',
    )
  })
})

describe('the end of a client', () => {
  test('close lets responses in progress end, those that wait included', async () => {
    const made = await rig(() => {}, { maxConnectionsPerOrigin: 1 })
    const { client, origin, server } = made
    const first = client.request({ origin })
    const second = client.request({ origin })
    const connection = await server.connection(0)
    await connection.requests(1)
    let closed = false
    const closing = client.close().finally(() => {
      closed = true
    })
    expect(await codeOf(client.request({ origin }))).toBe('ERR_CLIENT_CLOSED')
    connection.send(response('one'))
    expect(await (await first).body.text()).toBe('one')
    await connection.requests(2)
    expect(closed).toBe(false)
    connection.send(response('two'))
    expect(await (await second).body.text()).toBe('two')
    await closing
    expect(client.connectionCount).toBe(0)
    await connection.closed
  })

  test('close closes idle connections at once', async () => {
    const made = await rig(answer(OK))
    await get(made)
    await made.client.close()
    await made.server.connections[0]?.closed
  })

  test('close of a client that did nothing resolves', async () => {
    const made = await rig()
    await made.client.close()
    await made.client.close()
    expect(made.client.connectionCount).toBe(0)
  })

  test('abort rejects whatever waits', async () => {
    const made = await rig(
      (connection) => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart'),
      { maxConnectionsPerOrigin: 1 },
    )
    const { client, origin } = made
    const { body } = await client.request({ origin })
    const reading = codeOf(body.text())
    const waiting = codeOf(client.request({ origin }))
    await turn()
    client.abort()
    expect([await reading, await waiting]).toEqual(['ERR_CLIENT_CLOSED', 'ERR_CLIENT_CLOSED'])
    await client.close()
    expect(made.clock.running).toBe(0)
  })
})
