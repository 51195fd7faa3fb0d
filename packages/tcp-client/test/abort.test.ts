import { Headers } from '@rawhttp/headers'
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { answer, codeOf, response, rig, turn, until } from './support/rig.ts'

const REASON = Object.assign(new Error('enough'), { code: 'ENOUGH' })

describe('a signal', () => {
  test('that is aborted already keeps the request from being sent', async () => {
    const { client, origin } = await rig()
    expect(await codeOf(client.request({ origin, signal: AbortSignal.abort(REASON) }))).toBe(
      'ENOUGH',
    )
    expect(client.connectionCount).toBe(0)
  })

  test('may be anything with these four members', async () => {
    const { client, origin } = await rig()
    const listeners: (() => void)[] = []
    const signal = {
      aborted: false,
      reason: REASON,
      addEventListener: (_: 'abort', listener: () => void) => listeners.push(listener),
      removeEventListener: (_: 'abort', listener: () => void) =>
        listeners.splice(listeners.indexOf(listener), 1),
    }
    const failing = codeOf(client.request({ origin, signal }))
    for (const listener of listeners.slice()) listener()
    expect(await failing).toBe('ENOUGH')
    expect(listeners).toEqual([])
  })

  test('ends a request that waits for a connection', async () => {
    const { client, origin, server } = await rig(answer(), { maxConnectionsPerOrigin: 1 })
    const { signal, controller } = abortable()
    const first = client.request({ origin })
    const second = codeOf(client.request({ origin, signal }))
    controller.abort(REASON)
    expect(await second).toBe('ENOUGH')
    const connection = await server.connection(0)
    await connection.requests(1)
    connection.send(response('ok'))
    expect(await (await first).body.text()).toBe('ok')
    expect(connection.received.match(/GET/g)).toHaveLength(1)
  })

  test('ends a request that is being connected', async () => {
    const { client, origin } = await rig()
    const { signal, controller } = abortable()
    const failing = codeOf(client.request({ origin, signal }))
    controller.abort(REASON)
    expect(await failing).toBe('ENOUGH')
    expect(client.connectionCount).toBe(0)
    await client.close()
  })

  test('ends a request that waits for its response', async () => {
    const { client, origin, server } = await rig()
    const { signal, controller } = abortable()
    const failing = codeOf(client.request({ origin, signal }))
    const connection = await server.connection(0)
    await connection.requests(1)
    controller.abort(REASON)
    expect(await failing).toBe('ENOUGH')
    await connection.closed
    expect(client.connectionCount).toBe(0)
  })

  test('ends a request that waits for 100 (RFC 9110 §10.1.1)', async () => {
    const { client, origin, server } = await rig()
    const { signal, controller } = abortable()
    const headers = new Headers([['Expect', '100-continue']])
    const failing = codeOf(client.request({ origin, method: 'PUT', body: 'body', headers, signal }))
    const connection = await server.connection(0)
    await connection.requests(1)
    controller.abort(REASON)
    expect(await failing).toBe('ENOUGH')
    await connection.closed
    expect(connection.received).toMatch(/\r\n\r\n$/)
  })

  test('ends a request whose body is being sent, and lets go of the body', async () => {
    const { client, origin, server } = await rig()
    const { signal, controller } = abortable()
    let returned = false
    const body = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => {
          returned = true
          return Promise.resolve({ done: true as const, value: undefined })
        },
      }),
    }
    const failing = codeOf(client.request({ origin, method: 'POST', body, signal }))
    const connection = await server.connection(0)
    await connection.requests(1)
    controller.abort(REASON)
    expect(await failing).toBe('ENOUGH')
    await connection.closed
    expect(returned).toBe(true)
  })

  test.each(['forEach', 'bytes', 'for await', 'trailers'])(
    'ends a body that is read by %s, and drops what waits',
    async (way) => {
      const { client, origin, server } = await rig(
        answer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart'),
      )
      const { signal, controller } = abortable()
      const { body } = await client.request({ origin, signal })
      const ways: { readonly [way: string]: () => Promise<unknown> } = {
        forEach: () => body.forEach(() => {}),
        bytes: () => body.bytes(),
        'for await': async () => {
          for await (const octets of body) expect(octets).toHaveLength(4)
        },
        trailers: () => body.trailers(),
      }
      const failing = codeOf(ways[way]?.() ?? Promise.reject(new Error(way)))
      await turn()
      controller.abort(REASON)
      expect(await failing).toBe('ENOUGH')
      await server.connections[0]?.closed
    },
  )

  test('ends a body that nobody reads', async () => {
    const { client, origin, server } = await rig(
      answer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart'),
    )
    const { signal, controller } = abortable()
    const { body } = await client.request({ origin, signal })
    controller.abort(REASON)
    await server.connections[0]?.closed
    expect(await codeOf(body.bytes())).toBe('ENOUGH')
  })

  test('does nothing when the response is whole, and is not listened to any more', async () => {
    const { client, origin } = await rig(answer(response('ok')))
    const { signal, controller } = abortable()
    const { body } = await client.request({ origin, signal })
    await until(() => getEventListeners(signal, 'abort').length === 0)
    controller.abort(REASON)
    expect(await body.text()).toBe('ok')
    expect(client.connectionCount).toBe(1)
  })

  test('whose reason is no error gives one', async () => {
    const { client, origin } = await rig()
    const asked = client.request({ origin, signal: AbortSignal.abort('why not') })
    await expect(asked).rejects.toThrow('why not')
  })
})

function abortable(): { signal: AbortSignal; controller: AbortController } {
  const controller = new AbortController()
  return { signal: controller.signal, controller }
}
