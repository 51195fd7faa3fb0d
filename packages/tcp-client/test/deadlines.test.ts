import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import type { ClientOptions, RequestOptions } from '../src/index.ts'
import { answer, codeOf, response, rig, turn, until } from './support/rig.ts'
import type { Rig } from './support/rig.ts'
import type { RawConnection } from './support/raw-server.ts'

const STEP_MS = 100
const OK = response('ok')

interface Row {
  readonly title: string
  readonly options?: ClientOptions
  readonly request?: Partial<RequestOptions>
  readonly script?: (connection: RawConnection) => void
  /** What must have happened before the time is moved. */
  readonly reached?: (rig: Rig) => Promise<unknown>
  readonly meanwhile?: (rig: Rig) => void
  readonly code: string
  /** It may pass two sweeps late. */
  readonly ms: number
}

const asked = async ({ server }: Rig): Promise<void> => (await server.connection(0)).requests(1)

const ROWS: readonly Row[] = [
  {
    title: 'a response that does not begin',
    reached: asked,
    code: 'ERR_RESPONSE_TIMEOUT',
    ms: 30_000,
  },
  {
    title: 'a response that does not begin, as a request says',
    request: { responseTimeoutMs: 5000 },
    reached: asked,
    code: 'ERR_RESPONSE_TIMEOUT',
    ms: 5000,
  },
  {
    title: 'a response that does not begin behind an interim one (RFC 9110 §15.2)',
    script: (connection) => {
      connection.socket.once('data', () => connection.send('HTTP/1.1 102 Processing\r\n\r\n'))
    },
    reached: ({ events }) => until(() => events.some((event) => event.type === 'OctetsIn')),
    code: 'ERR_RESPONSE_TIMEOUT',
    ms: 30_000,
  },
  {
    title: 'a head that is not completed',
    options: { responseTimeoutMs: 2000 },
    script: (connection) => connection.send('HTTP/1.1 200 OK\r\nA: '),
    reached: ({ events }) => until(() => events.some((event) => event.type === 'OctetsIn')),
    code: 'ERR_RESPONSE_TIMEOUT',
    ms: 2000,
  },
  {
    title: 'a head that drips',
    options: { responseTimeoutMs: 2000 },
    script: (connection) => connection.send('HTTP/1.1 200 OK\r\nA: '),
    reached: ({ events }) => until(() => events.some((event) => event.type === 'OctetsIn')),
    meanwhile: ({ server }) => server.connections[0]?.send('a'),
    code: 'ERR_RESPONSE_TIMEOUT',
    ms: 2000,
  },
  {
    title: 'a response as a whole, however it drips',
    options: { totalTimeoutMs: 90_000, responseTimeoutMs: Infinity },
    script: (connection) => connection.send('HTTP/1.1 200 OK\r\nA: '),
    reached: asked,
    meanwhile: ({ server }) => server.connections[0]?.send('a'),
    code: 'ERR_TOTAL_TIMEOUT',
    ms: 90_000,
  },
  {
    title: 'a peer that takes nothing of a body given whole',
    request: { method: 'PUT', body: new Uint8Array(64 * 1024 * 1024) },
    script: ({ socket }) => socket.pause(),
    reached: ({ server }) => server.connection(0),
    code: 'ERR_WRITE_TIMEOUT',
    ms: 30_000,
  },
  {
    title: 'a peer that takes nothing of a body given in pieces',
    request: {
      method: 'PUT',
      body: {
        *[Symbol.iterator]() {
          for (;;) yield new Uint8Array(1024 * 1024)
        },
      },
    },
    options: { writeTimeoutMs: 8000 },
    script: ({ socket }) => socket.pause(),
    reached: ({ server }) => server.connection(0),
    code: 'ERR_WRITE_TIMEOUT',
    ms: 8000,
  },
]

// Moves the clock until `promise` is settled, and says how long that took.
async function waited(made: Rig, promise: Promise<unknown>, meanwhile?: (rig: Rig) => void) {
  let settled = false
  void promise.finally(() => {
    settled = true
  })
  for (let ms = 0; ms < 200_000; ms += STEP_MS) {
    await turn()
    if (settled) return ms
    meanwhile?.(made)
    made.clock.advance(STEP_MS)
  }
  return Infinity
}

describe('deadlines', () => {
  test.each(ROWS)(
    'end $title',
    async ({ options, request, script, reached, meanwhile, code, ms }) => {
      const made = await rig(script, options)
      const { client, origin } = made
      const failing = codeOf(client.request({ origin, ...request }))
      await reached?.(made)
      // What the system takes at once is taken before the time runs.
      for (let i = 0; i < 20; i++) await turn()
      const took = await waited(made, failing, meanwhile)
      expect(await failing).toBe(code)
      expect(took).toBeGreaterThanOrEqual(ms)
      expect(took).toBeLessThanOrEqual(ms + 1000 + 2 * STEP_MS)
      expect(client.connectionCount).toBe(0)
      const connection = await made.server.connection(0)
      // A socket that does not read does not see the end.
      connection.socket.resume()
      await connection.closed
    },
  )

  test('end a body that stops', async () => {
    const made = await rig(answer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart'))
    const { body } = await made.client.request({ origin: made.origin })
    const failing = codeOf(body.bytes())
    const took = await waited(made, failing)
    expect(await failing).toBe('ERR_BODY_TIMEOUT')
    expect(took).toBeGreaterThanOrEqual(30_000)
    expect(took).toBeLessThanOrEqual(31_200)
  })

  test('let a body drip that never stops', async () => {
    const made = await rig(answer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'))
    const { body } = await made.client.request({ origin: made.origin })
    const reading = body.text()
    const connection = await made.server.connection(0)
    for (const octet of 'whole one') {
      made.clock.advance(29_000)
      const seen = made.events.length
      connection.send(octet)
      await until(() => made.events.length > seen)
    }
    expect(await reading).toBe('whole one')
  })

  test('do not blame the peer for a body that nobody reads', async () => {
    const made = await rig(
      (connection) => {
        connection.socket.once('data', () => connection.send(response('x'.repeat(300_000))))
      },
      { readAheadBytes: 1024 },
    )
    const { body } = await made.client.request({ origin: made.origin })
    for (let i = 0; i < 20; i++) await turn()
    made.clock.advance(500_000)
    expect(await body.bytes()).toHaveLength(300_000)
  })

  test('do not blame the peer for a request that is slow in coming', async () => {
    const made = await rig(answer(OK))
    let more = (): void => {}
    async function* slow() {
      yield 'a'
      await new Promise<void>((resolve) => {
        more = resolve
      })
    }
    const received = made.client.request({
      origin: made.origin,
      method: 'POST',
      headers: new Headers([['Content-Length', '1']]),
      body: slow(),
    })
    const connection = await made.server.connection(0)
    await connection.until(() => connection.received.endsWith('a'))
    made.clock.advance(500_000)
    more()
    expect(await (await received).body.text()).toBe('ok')
  })

  test('end a queue too', async () => {
    const made = await rig(() => {}, { maxConnectionsPerOrigin: 1, totalTimeoutMs: 4000 })
    const { client, origin } = made
    const first = codeOf(client.request({ origin }))
    const second = codeOf(client.request({ origin }))
    made.clock.advance(5000)
    expect([await first, await second]).toEqual(['ERR_TOTAL_TIMEOUT', 'ERR_TOTAL_TIMEOUT'])
  })

  test('sweep at all only while there is something to sweep', async () => {
    const made = await rig(answer(response('ok', 'Connection: close')))
    expect(made.clock.running).toBe(0)
    const { body } = await made.client.request({ origin: made.origin })
    await body.bytes()
    expect(made.clock.running).toBe(0)
  })
})

// As for a process that is stopped, a machine that is suspended, or a long collection of garbage.
describe('time in which the process was not awake', () => {
  const ASLEEP_MS = 3_600_000

  test('is no time in which a peer was late', async () => {
    const made = await rig(undefined, { totalTimeoutMs: 90_000 })
    const received = made.client.request({ origin: made.origin })
    const connection = await made.server.connection(0)
    await connection.requests(1)
    made.clock.advance(1000)
    made.clock.sleep(ASLEEP_MS)
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no')
    const { body } = await received
    made.clock.advance(1000)
    made.clock.sleep(ASLEEP_MS)
    connection.send('k')
    expect(await body.text()).toBe('ok')
  })

  test('is no time in which a request waited for a connection', async () => {
    const made = await rig(undefined, { maxConnectionsPerOrigin: 1, responseTimeoutMs: Infinity })
    const { client, origin } = made
    const received = [client.request({ origin }), client.request({ origin })]
    const connection = await made.server.connection(0)
    await connection.requests(1)
    made.clock.advance(1000)
    made.clock.sleep(ASLEEP_MS)
    connection.send(response('a'))
    await (await received[0])?.body.text()
    await connection.requests(2)
    connection.send(response('b'))
    expect(await (await received[1])?.body.text()).toBe('b')
  })

  test('counts for two sweeps at most, so that deadlines pass where each turn is long', async () => {
    const made = await rig(undefined, { responseTimeoutMs: 10_000 })
    const failing = codeOf(made.client.request({ origin: made.origin }))
    await (await made.server.connection(0)).requests(1)
    for (let i = 0; i < 20; i++) await turn()
    for (let i = 0; i < 50 && made.client.connectionCount > 0; i++) {
      made.clock.sleep(5000)
    }
    expect(await failing).toBe('ERR_RESPONSE_TIMEOUT')
    expect(made.clock.now()).toBe(105_000)
  })

  test('is time in which a connection was idle: its peer was awake', async () => {
    const made = await rig(answer(OK), { idleTimeoutMs: 4000 })
    const { client, origin } = made
    await (await client.request({ origin })).body.text()
    await until(() => made.events.some((e) => e.type === 'StateChanged' && e.to === 'Idle'))
    made.clock.sleep(3999)
    await (await client.request({ origin })).body.text()
    expect(made.server.connections).toHaveLength(1)
    made.clock.sleep(4000)
    await (await client.request({ origin })).body.text()
    expect(made.server.connections).toHaveLength(2)
  })
})
