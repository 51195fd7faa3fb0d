import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { runScenario } from '../src/crowd.ts'
import { ABORTED } from '../src/kinds/aborted.ts'
import { BAD_REQUESTS } from '../src/kinds/bad-requests.ts'
import type { BadRequest } from '../src/kinds/bad-requests.ts'
import { BAD } from '../src/kinds/bad.ts'
import { EXCHANGES } from '../src/kinds/exchanges.ts'
import { GOOD } from '../src/kinds/good.ts'
import { SLOW } from '../src/kinds/slow.ts'
import { Random } from '../src/random.ts'
import { loadSite } from '../src/site.ts'
import type { Kind } from '../src/tally.ts'
import { hasty, tourTo, withServer } from './support/site.ts'

const SCENARIOS = { good: GOOD, bad: BAD, slow: SLOW, aborted: ABORTED }
const PATIENCE_MS = 400
const DATE = 'Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n'

type Behaviour = (socket: Socket, received: string) => void

/** Answers whatever comes first. */
function answering(text: string, end: (socket: Socket) => void = () => undefined): Behaviour {
  return (socket) => {
    socket.write(text)
    end(socket)
  }
}

function findBadRequest(received: string): BadRequest | undefined {
  return BAD_REQUESTS.find(({ octets }) => received.includes(octets.toString('latin1')))
}

// The refusal that the bad request calls for.
function refusal(received: string): string {
  const statusCode = findBadRequest(received)?.statusCode
  return `HTTP/1.1 ${statusCode} No\r\n${DATE}Connection: close\r\nContent-Length: 2\r\n\r\nno`
}

// Its malformed request comes with no good one before it.
const SEED = 11

// Scenarios in which the server hears nothing.
const SILENT = new Set(['a connection without a request', 'a connection that is ended at once'])

async function visit(kind: Kind, name: string, behaviour: Behaviour): Promise<string> {
  const row = SCENARIOS[kind].find((scenario) => scenario.name === name)
  if (row === undefined) throw new Error(`there is no scenario ${name}`)
  let example = ''
  const serve = (socket: Socket): void => {
    let received = ''
    const act = (): void => {
      socket.off('data', read)
      socket.resume()
      behaviour(socket, received)
    }
    const read = (octets: Buffer): void => {
      received += octets.toString('latin1')
      if (kind !== 'bad' || findBadRequest(received) !== undefined) act()
    }
    if (SILENT.has(name)) act()
    else socket.on('data', read)
  }
  await withServer(serve, async (port) => {
    const tour = { ...tourTo(port, PATIENCE_MS), site: hasty(loadSite()) }
    await runScenario(tour, kind, row, new Random(SEED))
    expect(tour.tally.failures).toBe(1)
    example = tour.tally.examples[0]
  })
  return example
}

describe.concurrent('a server is found out', () => {
  const finish = (socket: Socket): void => {
    socket.end()
  }
  const hello = `HTTP/1.1 200 OK\r\n${DATE}Content-Length: 2\r\n\r\nhi`
  const malformed = 'a malformed request'

  test.each<{ title: string; kind: Kind; name: string; behaviour: Behaviour; example: RegExp }>([
    {
      title: 'when it says the same to everybody',
      kind: 'good',
      name: 'a kept connection',
      behaviour: answering(hello),
      example: /^good, .*: .*expected .*, got /,
    },
    {
      title: 'when it says nothing',
      kind: 'good',
      name: 'a kept connection',
      behaviour: () => undefined,
      example: /expected an answer, got nothing for 400 ms$/,
    },
    {
      title: 'when it ends within an answer',
      kind: 'good',
      name: 'a kept connection',
      behaviour: answering(hello.slice(0, -1), finish),
      example: /expected an answer, got the end of the connection within an answer$/,
    },
    {
      title: 'when it resets without an answer',
      kind: 'good',
      name: 'a kept connection',
      behaviour: (socket) => socket.resetAndDestroy(),
      example: /expected an answer, got a reset$/,
    },
    {
      title: 'when it does not speak HTTP',
      kind: 'good',
      name: 'a kept connection',
      behaviour: answering('SSH-2.0\r\n\r\n'),
      example: /expected an answer, got status line: got "SSH-2.0"$/,
    },
    {
      title: 'when it serves what is malformed',
      kind: 'bad',
      name: malformed,
      behaviour: answering(hello, finish),
      example: /^bad, .*: status code: expected 4\d\d, got 200$/,
    },
    {
      title: 'when it keeps a connection that it said to close',
      kind: 'bad',
      name: malformed,
      behaviour: (socket, received) => socket.write(refusal(received)),
      example: /expected the end of the connection, got nothing for 400 ms$/,
    },
    {
      title: 'when it closes without having said so',
      kind: 'bad',
      name: malformed,
      behaviour: (socket, received) =>
        socket.end(refusal(received).replace('Connection: close\r\n', '')),
      example: /Connection: close: expected true, got false$/,
    },
    {
      title: 'when it answers what comes behind a refusal',
      kind: 'bad',
      name: malformed,
      behaviour: (socket, received) => socket.end(refusal(received) + hello),
      example: /expected the end of the connection, got expected nothing, got "HTTP\/1.1 200 OK"$/,
    },
    {
      title: 'when it gives no date',
      kind: 'bad',
      name: malformed,
      behaviour: (socket, received) => socket.end(refusal(received).replace(DATE, '')),
      example: /Date lines: expected 1, got 0$/,
    },
    {
      title: 'when it resets where it should end',
      kind: 'aborted',
      name: 'a connection that is ended at once',
      behaviour: (socket) => {
        socket.resume().once('end', () => {
          socket.resetAndDestroy()
        })
      },
      example: /expected the end of the connection, got a reset$/,
    },
    {
      title: 'when it takes half a request for a whole one',
      kind: 'aborted',
      name: 'an end within the head',
      behaviour: answering(hello, finish),
      example: /^aborted, an end within the head: status code: expected 400, got 200$/,
    },
    {
      title: 'when it keeps half a request for ever',
      kind: 'aborted',
      name: 'an end within the body',
      behaviour: () => undefined,
      example: /expected the end of the connection, got nothing for 400 ms$/,
    },
    {
      title: 'when it takes the end of a client for its leave',
      kind: 'aborted',
      name: 'an end behind the request',
      behaviour: finish,
      example: /expected an answer, got the end of the connection$/,
    },
    {
      title: 'when it gives a client no response to leave',
      kind: 'aborted',
      name: 'a reset within the response',
      behaviour: finish,
      example: /expected a response, got the end of the connection$/,
    },
    {
      title: 'when it closes an idle connection at once',
      kind: 'slow',
      name: 'an idle connection',
      behaviour: answering(hello, finish),
      example: /deadline of 200 ms kept \(\d+ ms\): expected true, got false$/,
    },
    {
      title: 'when it gives a new connection no time',
      kind: 'slow',
      name: 'a connection without a request',
      behaviour: finish,
      example: /deadline of 200 ms kept \(\d+ ms\): expected true, got false$/,
    },
    {
      title: 'when it never closes an idle connection',
      kind: 'slow',
      name: 'an idle connection',
      behaviour: answering(hello),
      example: /expected the end of the connection, got nothing for 400 ms$/,
    },
    {
      title: 'when it answers at the deadline without closing',
      kind: 'slow',
      name: 'a body that stops',
      behaviour: answering(hello),
      example: /status code: expected 408, got 200$/,
    },
  ])('$title', async ({ kind, name, behaviour, example }) => {
    expect(await visit(kind, name, behaviour)).toMatch(example)
  })

  test('when it is not there', async () => {
    let closedPort = 0
    await withServer(
      () => undefined,
      (port) => {
        closedPort = port
        return Promise.resolve()
      },
    )
    const tour = tourTo(closedPort, PATIENCE_MS)
    await runScenario(tour, 'good', GOOD[0], new Random(SEED))
    expect(tour.tally.examples).toEqual([
      `good, a kept connection: no connection: connect ECONNREFUSED 127.0.0.1:${closedPort}`,
    ])
  })
})

describe('the answer to every good request is checked', () => {
  const answer = {
    httpVersion: '1.1',
    statusCode: 200,
    fields: [['Date', 'Sun, 06 Nov 1994 08:49:37 GMT']],
    framing: 'length',
    body: Buffer.from('hi'),
    trailers: [],
    interim: [],
  } as const

  test.each(EXCHANGES)('$name', ({ make }) => {
    const { check } = make(new Random(SEED), loadSite())
    expect(() => {
      check({ ...answer, statusCode: 500 })
    }).toThrow(/status code: expected \d+, got 500/)
    expect(() => {
      check({ ...answer, statusCode: 299 })
    }).toThrow(/expected/)
  })
})
