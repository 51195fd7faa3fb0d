import { describe, expect, test } from 'vitest'
import { Deadlines, sweepInterval, systemClock, systemDeadlines } from '../src/deadlines.ts'
import type { ConnectionOptions } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import type { Rig } from './support/connect.ts'
import { echo, echoTarget, fieldLines, gate } from './support/handlers.ts'
import { HandClock } from './support/hand-clock.ts'

const get = (target: string): string => request(`GET ${target}`)
const STEP_MS = 100
const BODY = `${request('POST /', 'Content-Length: 9')}abc`

// Moves the clock until the connection changes to `state`, and says how long it took.
async function until(rig: Rig, state: string, meanwhile: () => void = () => {}): Promise<number> {
  for (let ms = 0; ms < 400_000; ms += STEP_MS) {
    if (rig.connection.state === state) return ms
    meanwhile()
    await settle()
    rig.clock.advance(STEP_MS)
  }
  return Infinity
}

interface Row {
  readonly title: string
  readonly options?: ConnectionOptions
  readonly before: (rig: Rig) => Promise<void>
  readonly meanwhile?: (rig: Rig) => void
  readonly state: string
  /** The deadline; it may pass two sweeps late. */
  readonly ms: number
  /** What onError is told, and the status code of the answer. */
  readonly code?: string
  readonly answers: readonly number[]
}

const ROWS: readonly Row[] = [
  {
    title: 'closes a connection that brings nothing, without a word',
    before: async () => {},
    state: 'Closed',
    ms: 10_000,
    answers: [],
  },
  {
    title: 'closes a connection that brings nothing but empty lines (RFC 9112 §2.2)',
    before: async () => {},
    meanwhile: (rig) => rig.stream.receive('\r\n'),
    state: 'Closed',
    ms: 10_000,
    answers: [],
  },
  {
    title: 'answers 408 to a head that drips',
    before: (rig) => rig.send('GET / HTTP/1.1\r\nHost: a\r\nX: '),
    meanwhile: (rig) => rig.stream.receive('a'),
    state: 'Lingering',
    ms: 10_000,
    code: 'ERR_HEAD_TIMEOUT',
    answers: [408],
  },
  {
    title: 'answers 408 to the head of a second request that drips',
    before: (rig) => rig.send(`${get('/')}GET / HTTP/1.1\r\nHost: a\r\nX: `),
    meanwhile: (rig) => rig.stream.receive('a'),
    state: 'Lingering',
    ms: 10_000,
    code: 'ERR_HEAD_TIMEOUT',
    answers: [200, 408],
  },
  {
    title: 'closes an idle connection, without a word',
    before: (rig) => rig.send(get('/')),
    state: 'Closed',
    ms: 75_000,
    answers: [200],
  },
  {
    title: 'closes an idle connection that brings empty lines (RFC 9112 §2.2)',
    before: (rig) => rig.send(get('/')),
    meanwhile: (rig) => {
      if (rig.clock.now() % 30_000 === 0) rig.stream.receive('\r\n')
    },
    state: 'Closed',
    ms: 75_000,
    answers: [200],
  },
  {
    title: 'answers 408 to a body that stops',
    before: (rig) => rig.send(`${request('POST /', 'Content-Length: 10')}abc`),
    state: 'Lingering',
    ms: 30_000,
    code: 'ERR_BODY_TIMEOUT',
    answers: [408],
  },
  {
    title: 'answers 408 to a body that drips',
    before: (rig) => rig.send(`${request('POST /', 'Content-Length: 100000')}abc`),
    meanwhile: (rig) => rig.stream.receive('x'),
    state: 'Lingering',
    ms: 30_000,
    code: 'ERR_BODY_TOO_SLOW',
    answers: [408],
  },
  {
    title: 'answers 408 to a request that takes too long as a whole',
    before: (rig) => rig.send(`${request('POST /', 'Content-Length: 1000000')}abc`),
    meanwhile: (rig) => rig.stream.receive('x'.repeat(100)),
    state: 'Lingering',
    ms: 300_000,
    code: 'ERR_REQUEST_TIMEOUT',
    answers: [408],
  },
  {
    title: 'ends a body that is discarded and stops',
    before: async (rig) => {
      await rig.send(request('POST /unread', 'Content-Length: 1000'))
      expect(rig.connection.state).toBe('Discarding')
    },
    state: 'Lingering',
    ms: 30_000,
    code: 'ERR_BODY_TIMEOUT',
    answers: [200],
  },
  {
    title: 'cuts a client that takes nothing of its answer',
    before: async (rig) => {
      rig.stream.stalled = true
      await rig.send(get('/'))
    },
    state: 'Closed',
    ms: 30_000,
    code: 'ERR_WRITE_TIMEOUT',
    answers: [],
  },
  {
    title: 'stops lingering for a client that does not close (RFC 9112 §9.6)',
    options: { persistent: false },
    before: (rig) => rig.send(request('GET /')),
    meanwhile: (rig) => rig.stream.receive('x'),
    state: 'Closed',
    ms: 2000,
    answers: [200],
  },
]

describe('RFC 9112 §9.5 deadlines', () => {
  test.each(ROWS)('$title', async ({ options, before, meanwhile, state, ms, code, answers }) => {
    const rig = connect((incoming, writer) => {
      if (incoming.requestLine.requestTarget === '/unread') writer.respond(200)
      else return echo(incoming, writer)
    }, options)
    await before(rig)
    const took = await until(rig, state, meanwhile && (() => meanwhile(rig)))
    expect(took).toBeGreaterThanOrEqual(ms)
    expect(took).toBeLessThanOrEqual(ms + 1000 + STEP_MS)
    expect(rig.responses().map(({ statusCode }) => statusCode)).toEqual(answers)
    expect(rig.errors.map(({ error }) => (error as Error & { code?: string }).code)).toEqual(
      code === undefined ? [] : [code],
    )
    await settle()
    expect(rig.stream.destroyed).toBe(state === 'Closed')
  })

  test.each([
    [{ headTimeoutMs: 3000 }, 'GET / HT', 'Request head', 'complete within 3000 ms'],
    [{ requestTimeoutMs: 3000 }, BODY, 'Request', 'complete within 3000 ms'],
    [{ bodyTimeoutMs: 3000 }, BODY, 'Message body', 'continued within 3000 ms'],
  ])(
    'says with %j, but of no octet, what was not there in time',
    async (options, octets, subject, expected) => {
      const rig = connect(echo, options)
      await rig.send(octets)
      rig.clock.advance(5000)
      const body = rig.responses()[0]?.body
      expect(body).toContain(`\n\n${subject}: not ${expected}.\n\nExpected: ${expected}\nRule:  `)
      expect(body).not.toMatch(/Received|octet|undefined/)
    },
  )

  test('gives each request its own head deadline', async () => {
    const rig = connect(echoTarget)
    for (let i = 0; i < 20; i++) {
      rig.clock.advance(9000)
      await rig.send(get('/'))
      await rig.send('GET /')
      rig.clock.advance(8000)
      await rig.send(' HTTP/1.1\r\nHost: a\r\n\r\n')
    }
    expect(rig.responses()).toHaveLength(40)
    expect(rig.connection.state).toBe('Idle')
  })

  test('stops the clock while the handler holds the body back', async () => {
    const { opened, open } = gate()
    const rig = connect(async (incoming, writer) => {
      await opened
      writer.respond(200, await incoming.body.text())
    })
    await rig.send(request('POST /', 'Content-Length: 3'))
    rig.clock.advance(1_000_000)
    open()
    await rig.send('abc')
    expect(rig.responses()).toMatchObject([{ statusCode: 200, body: 'abc' }])
  })

  test('has none for a handler that takes its time', async () => {
    const { opened, open } = gate()
    const rig = connect(async (_, writer) => {
      await opened
      writer.respond(200)
    })
    await rig.send(get('/'))
    rig.clock.advance(10_000_000)
    open()
    await settle()
    expect(rig.responses()).toHaveLength(1)
  })

  test('lets a slow reader live that takes something now and then', async () => {
    const rig = connect((_, writer) => {
      writer.respond(200, new Uint8Array(3_000_000))
    })
    rig.stream.stalled = true
    await rig.send(get('/'))
    let ms = 0
    for (; rig.stream.waitingWrites > 0; ms += 25_000) {
      rig.clock.advance(25_000)
      rig.stream.take(1)
      await settle()
    }
    expect(ms).toBeGreaterThan(1_000_000)
    expect(rig.responses()[0]?.body).toHaveLength(3_000_000)
  })

  test('gives the client time to be idle only when it has its answer', async () => {
    const rig = connect(
      (_, writer) => {
        writer.respond(200, new Uint8Array(200_000))
      },
      { idleTimeoutMs: 5000 },
    )
    rig.stream.stalled = true
    await rig.send(get('/'))
    rig.clock.advance(20_000)
    expect(rig.connection.state).toBe('Idle')
    rig.stream.take()
    rig.stream.stalled = false
    await settle()
    rig.stream.take()
    await settle()
    expect(await until(rig, 'Closed')).toBeGreaterThanOrEqual(5000)
    expect(rig.responses()).toHaveLength(1)
  })

  test('sends the 408 of a handler that never ends, and cuts it when its head was sent', async () => {
    const never = connect(async (incoming) => {
      await incoming.body.text().catch(() => {})
      await new Promise(() => {})
    })
    await never.send(request('POST /', 'Content-Length: 3'))
    never.clock.advance(31_000)
    expect(never.responses()).toMatchObject([{ statusCode: 408 }])

    const late = connect(async (incoming, writer) => {
      writer.writeStatusLine(200)
      writer.writeHeaders(fieldLines())
      await incoming.body.text()
    })
    await late.send(request('POST /', 'Content-Length: 3'))
    late.clock.advance(31_000)
    expect(late.responses()).toEqual([])
    expect(late.stream.destroyed).toBe(true)
  })

  test('can be turned off', async () => {
    const rig = connect(echo, {
      headTimeoutMs: Infinity,
      idleTimeoutMs: Infinity,
      requestTimeoutMs: Infinity,
      bodyTimeoutMs: Infinity,
    })
    rig.clock.advance(1e9)
    await rig.send(`${get('/')}POST`)
    rig.clock.advance(1e9)
    await rig.send(` / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n`)
    rig.clock.advance(1e9)
    await rig.send('a')
    expect(rig.responses()).toHaveLength(2)
  })
})

// As for a process that is stopped, a machine that is suspended, or a long collection of garbage.
describe('time in which the process was not awake', () => {
  const ASLEEP_MS = 3_600_000

  test('is no time in which a peer was late', async () => {
    const rows: [string, (rig: Rig) => Promise<void>][] = [
      ['Idle', async () => {}],
      ['Idle', (rig) => rig.send(get('/'))],
      ['Idle', async (rig) => rig.connection.drain()],
      ['ReadingHead', (rig) => rig.send('GET / HT')],
      ['Handling', (rig) => rig.send(`${request('POST /', 'Content-Length: 10')}abc`)],
      ['Lingering', (rig) => rig.send('wrong\r\n\r\n')],
    ]
    for (const [state, before] of rows) {
      const rig = connect(echo)
      await before(rig)
      rig.clock.advance(500)
      rig.clock.sleep(ASLEEP_MS)
      expect([state, rig.connection.state]).toEqual([state, state])
      rig.stream.destroy()
    }
  })

  test('is not counted for a request as a whole, or for the rate of its body', async () => {
    const rig = connect(echo)
    await rig.send(`${request('POST /', 'Content-Length: 3')}a`)
    rig.clock.advance(27_000)
    rig.clock.sleep(ASLEEP_MS)
    await rig.send('b')
    rig.clock.sleep(ASLEEP_MS)
    await rig.send('c')
    expect(rig.responses()).toMatchObject([{ statusCode: 200, body: 'POST / abc' }])
  })

  test('is not counted for a peer that takes nothing', async () => {
    const rig = connect(echoTarget)
    rig.stream.stalled = true
    await rig.send(get('/'))
    rig.clock.advance(1000)
    rig.clock.sleep(ASLEEP_MS)
    expect(rig.errors).toEqual([])
    expect(rig.connection.state).toBe('Idle')
  })

  test('counts for two sweeps at most, so that deadlines pass where each turn is long', async () => {
    const rig = connect(echoTarget, { headTimeoutMs: 10_000 })
    await rig.send('GET / HT')
    let turns = 0
    for (; rig.connection.state === 'ReadingHead' && turns < 100; turns++) rig.clock.sleep(5000)
    expect(turns).toBe(11)
    expect(rig.responses()).toMatchObject([{ statusCode: 408 }])
  })
})

describe('a peer that vanishes without a word', () => {
  test('is looked for by the system, once the connection has lived for a moment', async () => {
    const rig = connect(echoTarget)
    await rig.send(get('/'))
    expect(rig.stream.keepAlive).toEqual([])
    rig.clock.advance(2000)
    expect(rig.stream.keepAlive).toEqual([[true, 15_000]])
  })
})

describe('the sweep', () => {
  test('is one for all connections and runs only while there are any', () => {
    const clock = new HandClock()
    const deadlines = new Deadlines(clock, 500)
    const seen: number[] = []
    const members = [1, 2, 3].map(() => ({ sweep: (now: number) => void seen.push(now) }))
    const seats = members.map((member) => deadlines.add(member))
    expect(clock.running).toBe(1)
    clock.advance(1000)
    expect(seen).toEqual([500, 500, 500, 1000, 1000, 1000])
    for (const seat of [...seats, ...seats]) deadlines.delete(seat)
    expect(clock.running).toBe(0)
  })

  test.each([
    [[10_000, 75_000], 500],
    [[1000], 250],
    [[Infinity], 500],
    [[1], 10],
    [[0], 10],
  ])('for deadlines of %j ms runs every %d ms', (deadlines, interval) => {
    expect(sweepInterval(deadlines)).toBe(interval)
  })

  test('by the clock of the system is shared by all who sweep as often', async () => {
    expect(systemDeadlines(50)).toBe(systemDeadlines(50))
    expect(systemDeadlines(50)).not.toBe(systemDeadlines(60))
    const before = systemClock.now()
    await new Promise<void>((resolve) => {
      const stop = systemClock.every(1, () => {
        stop()
        resolve()
      })
    })
    expect(systemClock.now()).toBeGreaterThanOrEqual(before)
  })
})
