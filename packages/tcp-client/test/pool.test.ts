import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import type { RequestOptions } from '../src/index.ts'
import { answer, codeOf, response, rig, turn, until } from './support/rig.ts'
import type { RawConnection } from './support/raw-server.ts'
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

describe('RFC 9110 §9.3.1 content that the peer may leave unread', () => {
  const CHUNKED = new Headers([['Transfer-Encoding', 'chunked']])
  const EMPTY = new Headers([['Content-Length', '0']])
  const LAST: readonly (readonly [string, Partial<RequestOptions>])[] = [
    ['a GET with a string', { body: 'GET /stolen HTTP/1.1\r\nHost: a\r\n\r\n' }],
    ['a GET with octets', { body: new Uint8Array(3) }],
    ['a GET with chunks', { body: ['some'] }],
    ['a GET with no chunk but the last', { body: [] }],
    ['a GET with no chunk but the last, framed by the caller', { body: [], headers: CHUNKED }],
    ['a GET with trailers only', { trailers: () => new Headers([['A', 'b']]) }],
    ['a DELETE', { method: 'DELETE', body: 'some' }],
    ['an OPTIONS', { method: 'OPTIONS', body: 'some' }],
    ['a method that nobody knows', { method: 'REFRESH', body: 'some' }],
    [
      'a GET that waits for 100',
      { body: 'some', headers: new Headers([['Expect', '100-continue']]), continueTimeoutMs: 0 },
    ],
  ]
  test.each(LAST)('%s is the last on its connection, and says so', async (_what, options) => {
    const { client, origin, server } = await rig(answer(OK))
    const { body } = await client.request({ origin, ...options })
    expect(await body.text()).toBe('ok')
    expect(client.connectionCount).toBe(0)
    const [connection] = server.connections
    await connection?.closed
    expect(connection?.received).toContain('Connection: close\r\n')
    // The one after it does not say so.
    await (await client.request({ origin })).body.bytes()
    expect(client.connectionCount).toBe(1)
    expect(server.connections[1]?.received).not.toContain('Connection')
  })

  const KEPT: readonly (readonly [string, Partial<RequestOptions>])[] = [
    ['a GET without content', {}],
    ['a DELETE without content', { method: 'DELETE' }],
    ['a GET with an empty string', { body: '' }],
    ['a GET with no octets', { body: new Uint8Array(0) }],
    ['a GET of length 0', { headers: EMPTY }],
    ['a GET of length 0 with nothing to iterate over', { headers: EMPTY, body: [] }],
    ['a POST', { method: 'POST', body: 'some' }],
    ['a PUT', { method: 'PUT', body: new Uint8Array(3) }],
    ['a PATCH', { method: 'PATCH', body: 'some' }],
  ]
  test.each(KEPT)('%s keeps its connection', async (_what, options) => {
    const { client, origin, server } = await rig(answer(OK))
    for (let i = 0; i < 2; i++) {
      const { body } = await client.request({ origin, ...options })
      expect(await body.text()).toBe('ok')
    }
    expect(server.connections).toHaveLength(1)
    expect(server.connections[0]?.received).not.toContain('close')
  })

  // A peer that sends `before` when the head of a request has come, and `after` when the body has.
  function inTwo(before: string, after: string): (connection: RawConnection) => void {
    return (connection) => {
      void connection
        .requests(1)
        .then(() => connection.send(before))
        .then(() => connection.until(() => connection.received.endsWith('0\r\n\r\n')))
        .then(() => connection.send(after))
    }
  }

  test('a POST whose response began when the request was complete keeps its connection', async () => {
    const made = await rig(inTwo('HTTP/1.1 100 Continue\r\n\r\n', OK))
    const { client, origin } = made
    const { body } = await client.request({ origin, method: 'POST', body: ['some'] })
    expect(await body.text()).toBe('ok')
    expect(client.connectionCount).toBe(1)
  })

  test('a response that begins before is the last on its connection (RFC 9112 §9.5)', async () => {
    const { client, origin } = await rig(inTwo(OK.slice(0, -1), OK.slice(-1)))
    let end = (): void => {}
    const ended = new Promise<void>((resolve) => (end = resolve))
    async function* slow() {
      yield 'some'
      await ended
      yield 'more'
    }
    const { body } = await client.request({ origin, method: 'POST', body: slow() })
    end()
    expect(await body.text()).toBe('ok')
    expect(client.connectionCount).toBe(0)
  })

  test('a body that is shorter than its Content-Length takes the connection with it', async () => {
    const { client, origin, server } = await rig(answer(OK))
    const headers = new Headers([['Content-Length', '9']])
    const failing = client.request({ origin, method: 'POST', headers, body: ['some'] })
    expect(await codeOf(failing)).toBe('ERR_BODY_TOO_SHORT')
    expect(client.connectionCount).toBe(0)
    await server.connections[0]?.closed
  })

  test('a request that cannot be written does not make the next one say close', async () => {
    const { client, origin, server } = await rig(answer(OK))
    const failing = client.request({ origin, requestTarget: 'no target', body: 'some' })
    expect(await codeOf(failing)).toBe('ERR_REQUEST_TARGET')
    await (await client.request({ origin })).body.bytes()
    expect(server.connections[0]?.received).not.toContain('close')
  })
})

describe('RFC 9110 §9.3.2 content that a peer sends where there is none', () => {
  const STOLEN = response('stolen')
  const HEADS: readonly (readonly [string, string, string])[] = [
    ['HEAD, with it', 'HEAD', `HTTP/1.1 200 OK\r\nContent-Length: ${STOLEN.length}\r\n\r\n`],
    ['204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['304', 'GET', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
  ]
  test.each(HEADS)('after %s is no answer to the next request', async (_what, method, head) => {
    const { client, origin, server } = await rig(({ socket }) => {
      socket.on('data', (octets) => {
        socket.write(String(octets).includes('/strange') ? head : OK)
      })
    })
    for (let i = 0; i < 10; i++) {
      const first = await client.request({ origin, method, requestTarget: '/strange' })
      await first.body.bytes()
      // In a segment of its own, as by those who write the head first.
      server.connections.at(-1)?.send(STOLEN)
      const { body } = await client.request({ origin, method: 'POST', body: 'some' })
      expect(await body.text()).toBe('ok')
    }
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

  test('gives the place of a request that is given up to the next one', async () => {
    const made = await rig(() => {}, { maxConnectionsPerOrigin: 1, maxQueuedPerOrigin: 1 })
    const { client, origin, server } = made
    const first = client.request({ origin })
    const controller = new AbortController()
    const second = codeOf(client.request({ origin, signal: controller.signal }))
    controller.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
    const third = get(made, '/third')
    expect(await second).toBe('ENOUGH')
    const connection = await server.connection(0)
    await connection.requests(1)
    connection.send(OK)
    await (await first).body.bytes()
    await connection.requests(2)
    connection.send(response('third'))
    expect(await third).toBe('third')
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
