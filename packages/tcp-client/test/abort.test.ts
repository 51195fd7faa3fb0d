import { Headers } from '@rawhttp/headers'
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { ResponseBody } from '../src/index.ts'
import { MemoryClient } from './support/memory-dial.ts'
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

  test('serves sixty requests with one listener, and without a warning', async () => {
    const { client, origin } = await rig(answer(response('ok')), { maxConnectionsPerOrigin: 5 })
    const warnings: string[] = []
    const onWarning = ({ name }: Error) => warnings.push(name)
    process.on('warning', onWarning)
    const { signal, controller } = abortable()
    const asked = Array.from({ length: 60 }, () => client.request({ origin, signal }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    for (const one of asked.slice(0, 30)) await (await one).body.bytes()
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    controller.abort(REASON)
    const rest = await Promise.all(
      asked.slice(30).map((one) => one.then(({ body }) => body.bytes()).catch(String)),
    )
    expect(new Set(rest)).toEqual(new Set([String(REASON)]))
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(warnings).toEqual([])
    process.off('warning', onWarning)
  })

  test('has no listener left when the last of its requests is over, and gets one again', async () => {
    const { client, origin } = await rig(answer(response('ok')))
    const { signal } = abortable()
    for (let round = 0; round < 2; round++) {
      const asked = [client.request({ origin, signal }), client.request({ origin, signal })]
      expect(getEventListeners(signal, 'abort')).toHaveLength(1)
      for (const one of asked) await (await one).body.bytes()
      expect(getEventListeners(signal, 'abort')).toEqual([])
    }
  })

  test('that is changed in the options later is still let go', async () => {
    const { client, origin } = await rig(answer(response('ok')))
    const { signal } = abortable()
    const options: { origin: string; signal?: AbortSignal } = { origin, signal }
    const asked = client.request(options)
    delete options.signal
    await (await asked).body.bytes()
    expect(getEventListeners(signal, 'abort')).toEqual([])
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

  describe('ends a body whose last octet has come', () => {
    const START = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'
    const END = '4\r\nrest\r\n0\r\n\r\n'

    // A response that is whole, whose connection waits for the next request or serves it.
    async function whole({ before }: { before?: (body: ResponseBody) => void } = {}) {
      const made = await rig(answer(START, response('next')))
      const { client, origin, server, events } = made
      const { signal, controller } = abortable()
      const { body } = await client.request({ origin, signal })
      before?.(body)
      server.connections[0]?.send(END)
      await until(() =>
        events.some(
          (event) => event.type === 'StateChanged' && event.event === 'response end, persistent',
        ),
      )
      return { ...made, body, signal, controller }
    }

    const WAYS: readonly (readonly [string, (body: ResponseBody) => Promise<unknown>])[] = [
      ['bytes', (body) => body.bytes()],
      ['text', (body) => body.text()],
      ['forEach', (body) => body.forEach(() => {})],
      ['for await', (body) => body[Symbol.asyncIterator]().next()],
      ['trailers', (body) => body.trailers()],
    ]
    test.each(WAYS)('before it is read by %s', async (_way, read) => {
      const { client, origin, body, signal, controller } = await whole()
      controller.abort(REASON)
      expect(await codeOf(read(body))).toBe('ENOUGH')
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
      // The connection had been given back, and stays as it is.
      expect(await (await client.request({ origin })).body.text()).toBe('next')
      expect(client.connectionCount).toBe(1)
    })

    test('between two reads', async () => {
      const { body, controller } = await whole()
      const reader = body[Symbol.asyncIterator]()
      expect((await reader.next()).done).toBe(false)
      controller.abort(REASON)
      expect(await codeOf(reader.next())).toBe('ENOUGH')
      expect(await codeOf(reader.next())).toBe('ENOUGH')
    })

    test('while the one who takes it waits for ever', async () => {
      let count = 0
      let taking: Promise<string> | undefined
      const { body, controller } = await whole({
        before: (coming) => {
          taking = codeOf(
            coming.forEach(() => {
              count++
              return new Promise(() => {})
            }),
          )
        },
      })
      controller.abort(REASON)
      expect(await taking).toBe('ENOUGH')
      expect(await codeOf(body.trailers())).toBe('ENOUGH')
      expect(count).toBe(1)
    })

    test('and never touches the request that has the connection now', async () => {
      const { client, origin, body, controller } = await whole()
      const next = client.request({ origin })
      controller.abort(REASON)
      expect(await (await next).body.text()).toBe('next')
      expect(await codeOf(body.bytes())).toBe('ENOUGH')
      expect(client.connectionCount).toBe(1)
    })

    test('unless it is used up or cancelled, and is not listened to any more', async () => {
      const ends: readonly ((body: ResponseBody) => unknown)[] = [
        async (body) => expect(await body.text()).toBe('partrest'),
        async (body) => expect(await body.forEach(async () => turn())).toBeUndefined(),
        async (body) => {
          const pieces: Uint8Array[] = []
          for await (const octets of body) pieces.push(octets)
          expect(String(Buffer.concat(pieces))).toBe('partrest')
        },
        (body) => body.cancel(),
      ]
      for (const end of ends) {
        const { body, signal, controller, client } = await whole()
        expect(getEventListeners(signal, 'abort')).toHaveLength(1)
        await end(body)
        expect(getEventListeners(signal, 'abort')).toHaveLength(0)
        controller.abort(REASON)
        await turn()
        expect(client.connectionCount).toBe(1)
        expect((await body.trailers()).size).toBe(0)
      }
    })

    test.each([
      ['nothing of it can be read', response('')],
      ['it has none', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ])('unless %s', async (_why, text) => {
      const { client, origin } = await rig(answer(text))
      const { signal, controller } = abortable()
      const { body } = await client.request({ origin, signal })
      await until(() => getEventListeners(signal, 'abort').length === 0)
      controller.abort(REASON)
      expect(await body.text()).toBe('')
    })
  })

  test('in the turn of the last octet ends what has not been given, and nothing else', async () => {
    const memory = new MemoryClient()
    const { signal, controller } = abortable()
    const origin = 'http://host'
    const bodies: ResponseBody[] = []
    for (const number of [0, 1]) {
      const asked = memory.core.request({ origin, signal })
      memory.streams[number]?.hooks.connected()
      memory.streams[number]?.receive('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n')
      bodies.push((await asked).body)
    }
    const [read, unread] = bodies
    const reading = codeOf(read?.bytes() ?? Promise.resolve())
    for (const stream of memory.streams) stream.receive('ok')
    controller.abort(REASON)
    expect(await reading).toBe('fulfilled')
    expect(await codeOf(unread?.bytes() ?? Promise.resolve())).toBe('ENOUGH')
    expect(memory.core.connectionCount).toBe(2)
    memory.core.abort()
  })

  test('ends a body that was cut, before what came of it is read', async () => {
    const { client, origin, server } = await rig(
      answer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart'),
    )
    const { signal, controller } = abortable()
    const { body } = await client.request({ origin, signal })
    const taking = codeOf(body.forEach(() => new Promise(() => {})))
    server.connections[0]?.socket.end()
    await until(() => client.connectionCount === 0)
    controller.abort(REASON)
    expect(await taking).toBe('ENOUGH')
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('ends a request whose stream is not taken over yet', async () => {
    const { client, origin, server } = await rig(
      answer('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    )
    const { signal, controller } = abortable()
    const headers = new Headers([['Upgrade', 'x']])
    const received = await client.request({ origin, headers, signal })
    controller.abort(REASON)
    await server.connections[0]?.closed
    expect(() => received.takeOver()).toThrow('takeOver is due')
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('that cannot be left harms nobody but its request', async () => {
    const { client, origin, server } = await rig(answer(response('ok')))
    const signal = {
      aborted: false,
      reason: REASON,
      addEventListener: () => {},
      removeEventListener: () => {
        throw new Error('not now')
      },
    }
    for (let i = 0; i < 2; i++) {
      expect(await (await client.request({ origin, signal })).body.text()).toBe('ok')
    }
    expect(server.connections).toHaveLength(1)
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
