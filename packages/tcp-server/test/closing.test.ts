import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../src/deadlines.ts'
import type { Clock, Server, ServerOptions } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import { crowd } from './support/crowd.ts'
import type { CrowdPlan, Outcome } from './support/crowd.ts'
import { echoTarget } from './support/handlers.ts'
import { dial, dialTls } from './support/raw-client.ts'
import { parseResponses } from './support/response-reader.ts'
import { start } from './support/start.ts'

const COUNT = 60
const GET = request('GET /late')

const file = (name: string): Buffer =>
  readFileSync(new URL(`fixtures/first.${name}.pem`, import.meta.url))

// What a crowd gets that waits to be accepted when the server is told to close.
async function closeBefore(
  options: ServerOptions,
  plan: Partial<CrowdPlan> = {},
  then: (server: Server) => void = () => {},
): Promise<Outcome[]> {
  const server = await start(echoTarget, { host: '127.0.0.1', ...options })
  const { path } = options
  const target = path === undefined ? { port: server.port, host: '127.0.0.1' } : { path }
  let closing: Promise<void> | undefined
  const outcomes = await crowd({ target, count: COUNT, octets: GET, ...plan }, () => {
    closing = server.close()
    then(server)
  })
  await closing
  expect(server.state).toBe('Closed')
  expect(server.connectionCount).toBe(0)
  return outcomes
}

// How many got each answer; what ended otherwise is counted by what came before.
function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { received, end } of outcomes) {
    const [response] = parseResponses(received)
    const key =
      response === undefined
        ? `${received.length} octets, ${end}`
        : `${response.statusCode} ${response.fields.get('connection')}, ${end}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

// Those who are accepted while others wait count as connections.
async function abortAtFirst(server: Server): Promise<void> {
  while (server.connectionCount === 0) await new Promise((resolve) => setImmediate(resolve))
  server.abort()
}

describe('RFC 9112 §9.6 clients that wait to be accepted when the server closes', () => {
  test('are all answered, and told close (RFC 9112 §9.6)', async () => {
    const outcomes = await closeBefore({})
    expect(tally(outcomes)).toEqual({ '200 close, end': COUNT })
    for (const { received } of outcomes) expect(parseResponses(received)[0]?.body).toBe('/late')
  })

  test('are all answered at a unix socket (RFC 9112 §9.6)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rawhttp-'))
    const outcomes = await closeBefore({ path: join(folder, 'socket') })
    expect(tally(outcomes)).toEqual({ '200 close, end': COUNT })
    await rm(folder, { recursive: true })
  })

  test('are all answered by TLS (RFC 9112 §9.6)', async () => {
    const outcomes = await closeBefore(
      { tls: { cert: file('certificate'), key: file('key') } },
      { tls: true },
    )
    expect(tally(outcomes)).toEqual({ '200 close, end': COUNT })
  })

  test('are told when they are too many (RFC 9110 §15.6.4)', async () => {
    const outcomes = await closeBefore({ maxConnections: 10 })
    expect(tally(outcomes)).toEqual({ '200 close, end': 10, '503 close, end': COUNT - 10 })
  })

  test('may leave before', async () => {
    const outcomes = await closeBefore({}, { reset: true })
    expect(tally(outcomes)).toEqual({ '0 octets, reset': COUNT })
  })

  test('are closed when the server stops at once', async () => {
    const outcomes = await closeBefore({}, {}, (server) => {
      server.abort()
    })
    expect(tally(outcomes)).toEqual({ '0 octets, reset': COUNT })
  })

  test('are closed when the server stops while it accepts them', async () => {
    let stopped: Promise<void> | undefined
    const outcomes = await closeBefore({}, {}, (server) => {
      stopped = abortAtFirst(server)
    })
    await stopped
    expect(tally(outcomes)).toEqual({ '0 octets, reset': COUNT })
  })
})

describe('RFC 9112 §9.5 an idle connection', () => {
  test('is served when its request has come before its deadline is looked at (RFC 9112 §9.5)', async () => {
    const time = { now: 0, looks: 0 }
    const clock: Clock = {
      now: () => {
        time.looks++
        return time.now
      },
      every: (intervalMs, callback) => systemClock.every(intervalMs, callback),
    }
    const server = await start(echoTarget, { clock, host: '127.0.0.1', idleTimeoutMs: 100 })
    const client = await dial(server.port)
    client.send(request('GET /'))
    await client.respond()
    const { looks } = time
    while (time.looks < looks + 2) await settle()
    // The octets are here, and the timer of the sweep is due, when the event loop turns: one runs each 25 ms.
    client.send(GET)
    time.now += 1_000_000
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
    expect(await client.respond(2)).toMatchObject([{ body: '/' }, { body: '/late' }])
    client.socket.destroy()
  })
})

describe('RFC 9112 §9.6 octets that come behind the last request', () => {
  const LARGE = new Uint8Array(200_000)
  const closing = request('GET /', 'Connection: close')
  const tls = { cert: file('certificate'), key: file('key') }

  const late = [
    { title: 'an empty line', octets: '\r\n' },
    { title: 'another request', octets: GET },
    { title: 'an end', octets: '' },
  ]
  test.each(
    late.flatMap((row) => [
      { ...row, title: row.title, secure: false },
      { ...row, title: `${row.title}, by TLS`, secure: true },
    ]),
  )('do not cut an answer that waits in the system: $title (RFC 9112 §9.6)', async (row) => {
    let answered = (): void => {}
    const answer = new Promise<void>((resolve) => {
      answered = resolve
    })
    const server = await start(
      (_, writer) => {
        writer.respond(200, LARGE)
      },
      {
        host: '127.0.0.1',
        trace: (event) => {
          if (event.type === 'StateChanged' && event.from === 'Handling') answered()
        },
        ...(row.secure ? { tls } : {}),
      },
    )
    const client = row.secure ? await dialTls(server.port) : await dial(server.port)
    client.socket.pause()
    client.send(closing)
    await answer
    await settle()
    if (row.octets === '') client.socket.end()
    else await new Promise((resolve) => client.socket.write(row.octets, resolve))
    await settle()
    client.socket.resume()
    expect(await client.ended).toBe('end')
    expect(client.responses()[0]?.body).toHaveLength(LARGE.length)
    client.socket.destroy()
  })

  test('are awaited where the answer is longer than what leaves at once', async () => {
    for (const [bytes, state] of [
      [3000, 'Closed'],
      [5000, 'Lingering'],
    ] as const) {
      const rig = connect((_, writer) => {
        writer.respond(200, new Uint8Array(bytes))
      })
      await rig.send(closing)
      expect(rig.connection.state).toBe(state)
    }
  })

  const post = (length: number, ...lines: readonly string[]): string =>
    request('POST /', `Content-Length: ${length}`, ...lines)
  const causes = [
    { title: 'a body that is left unread', octets: post(900_000), bodyUnread: true },
    { title: 'a body that is too large', octets: post(99_999_999), bodyUnread: true },
    {
      title: 'a body whose expectation is refused',
      octets: post(9, 'Expect: a'),
      bodyUnread: true,
    },
    { title: 'a body that came too late', octets: post(9), late: true, bodyUnread: true },
    { title: 'a violation', octets: 'get / HTTP/1.1\r\n', bodyUnread: false },
    {
      title: 'a violation in a body',
      octets: `${request('POST /', 'Transfer-Encoding: chunked')}x`,
      bodyUnread: false,
    },
    { title: 'a head that is too long', octets: `GET /${'x'.repeat(9000)}`, bodyUnread: false },
    { title: 'a request that is the last', octets: `${closing}\r\n`, bodyUnread: false },
    {
      title: 'a body of no octets',
      octets: post(0, 'Connection: close'),
      bodyUnread: false,
    },
  ]
  test.each(causes)('are read up to a bound by cause: $title', async (row) => {
    const rig = connect(
      async ({ requestLine, framing, body }, writer) => {
        if (row.late === true || framing.kind === 'chunked') await body.bytes()
        writer.respond(200, requestLine.method)
      },
      { maxLingerBytes: 100, maxStrayLingerBytes: 10 },
    )
    await rig.send(row.octets)
    if (row.late === true) rig.clock.advance(31_000)
    expect(rig.connection.state).toBe('Lingering')
    await rig.send('x'.repeat(10))
    expect(rig.connection.state).toBe('Lingering')
    await rig.send('x')
    expect(rig.connection.state).toBe(row.bodyUnread ? 'Lingering' : 'Closed')
    if (!row.bodyUnread) return
    await rig.send('x'.repeat(89))
    expect(rig.connection.state).toBe('Lingering')
    await rig.send('x')
    expect(rig.connection.state).toBe('Closed')
  })
})
