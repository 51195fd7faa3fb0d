import { describe, expect, test } from 'vitest'
import { CONNECTION_TRANSITIONS, nextState } from '../src/connection-state.ts'
import type { ConnectionEvent, ConnectionState } from '../src/index.ts'
import { Headers } from '@rawhttp/headers'
import type { RequestOptions } from '../src/index.ts'
import { MemoryClient } from './support/memory-dial.ts'
import type { MemoryStream } from './support/memory-dial.ts'
import { response, turn } from './support/rig.ts'

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'
const UPGRADE = new Headers([
  ['Connection', 'upgrade'],
  ['Upgrade', 'x'],
])

interface Scene {
  readonly memory: MemoryClient
  readonly stream: MemoryStream
  readonly controller: AbortController
  /** Ends the body of the request, where that is streamed. */
  readonly endRequest: () => void
  readonly answer: Promise<{ takeOver(): unknown } | undefined>
}

async function scene(secure: boolean, options: Partial<RequestOptions> = {}): Promise<Scene> {
  const memory = new MemoryClient()
  const controller = new AbortController()
  let endRequest = (): void => {}
  const ended = new Promise<void>((resolve) => {
    endRequest = resolve
  })
  async function* slow() {
    yield 'a'
    await ended
  }
  const answer = memory.core
    .request({
      origin: `http${secure ? 's' : ''}://a`,
      signal: controller.signal,
      ...options,
      ...(options.method === 'POST' ? { body: slow() } : undefined),
    })
    .catch(() => undefined)
  const [stream] = memory.streams
  if (stream === undefined) throw new Error('nothing was dialed')
  return { memory, stream, controller, endRequest, answer }
}

const REACH: { readonly [State in ConnectionState]: () => Promise<Scene> } = {
  Connecting: () => scene(false),
  Securing: async () => {
    const made = await scene(true)
    made.stream.hooks.connected()
    return made
  },
  Idle: async () => {
    const made = await REACH.Awaiting()
    made.stream.receive(response(''))
    return made
  },
  Sending: async () => {
    const made = await scene(false, { method: 'POST' })
    made.stream.hooks.connected()
    return made
  },
  Awaiting: async () => {
    const made = await scene(false)
    made.stream.hooks.connected()
    return made
  },
  Exchanging: async () => {
    const made = await REACH.Sending()
    made.stream.receive(HEAD)
    return made
  },
  Receiving: async () => {
    const made = await REACH.Awaiting()
    made.stream.receive(HEAD)
    return made
  },
  ReceivingLast: async () => {
    const made = await REACH.Sending()
    made.stream.receive(HEAD.replace('200', '400'))
    return made
  },
  Switched: async () => {
    const made = await scene(false, { headers: UPGRADE })
    made.stream.hooks.connected()
    made.stream.receive(SWITCH)
    return made
  },
  TakenOver: async () => {
    const made = await REACH.Switched()
    await CAUSE['take over'](made)
    return made
  },
  Closed: async () => {
    const made = await REACH.Awaiting()
    made.memory.core.abort()
    return made
  },
}

const CAUSE: { readonly [Event in ConnectionEvent]: (made: Scene) => unknown } = {
  connected: ({ stream }) => stream.hooks.connected(),
  'connected, TLS follows': ({ stream }) => stream.hooks.connected(),
  secured: ({ stream }) => stream.hooks.secured(),
  request: ({ memory }) => void memory.core.request({ origin: 'http://a' }).catch(() => {}),
  'request sent': async ({ endRequest }) => {
    endRequest()
    for (let turns = 0; turns < 5; turns++) await turn()
  },
  head: ({ stream }) => stream.receive(HEAD),
  'head, request refused': ({ stream }) => stream.receive(HEAD.replace('200', '413')),
  'response end, persistent': ({ stream }) => stream.receive('ok'),
  'response end, closing': ({ stream }) => stream.receive('ok and more'),
  'response end, switching': () => undefined,
  'take over': async ({ answer }) => (await answer)?.takeOver(),
  'octets while idle': ({ stream }) => stream.receive('H'),
  violation: ({ stream }) => stream.receive('no HTTP\r\n\r\n'),
  timeout: ({ memory }) => {
    for (let ms = 0; ms < 100_000; ms += 500) memory.clock.advance(500)
  },
  'peer end': ({ stream }) => stream.hooks.peerEnded(true),
  'stream error': ({ stream }) => stream.hooks.broke(new Error('broken')),
  'given up': ({ controller }) => controller.abort(),
  stop: ({ memory }) => memory.core.abort(),
}

// What a cell needs that its row does not have.
const OTHERWISE: { readonly [cell: string]: () => Promise<Scene> } = {
  'Receiving: violation': async () => {
    const made = await REACH.Awaiting()
    made.stream.receive('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    return made
  },
  'Exchanging: violation': async () => {
    const made = await REACH.Sending()
    made.stream.receive('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    return made
  },
  'ReceivingLast: violation': async () => {
    const made = await REACH.Sending()
    made.stream.receive('HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n')
    return made
  },
  'Idle: given up': async () => {
    const made = await REACH.Awaiting()
    made.stream.receive('HTTP/1.1 204 No Content\r\n\r\n')
    const { memory, controller } = made
    memory.core.request({ origin: 'http://a', signal: controller.signal }).catch(() => {})
    return made
  },
  'Receiving: response end, switching': REACH.Switched,
  'Switched: timeout': async () => {
    const made = await scene(false, { headers: UPGRADE, totalTimeoutMs: 1000 })
    made.stream.hooks.connected()
    made.stream.receive(SWITCH)
    return made
  },
  'Sending: timeout': async () => {
    const made = await scene(false, { method: 'POST', totalTimeoutMs: 1000 })
    made.stream.hooks.connected()
    return made
  },
}

function cells(): (readonly [ConnectionState, ConnectionEvent, ConnectionState])[] {
  return Object.entries(CONNECTION_TRANSITIONS).flatMap(([state, row]) =>
    Object.entries(row).map(
      ([event, to]) => [state, event, to] as [ConnectionState, ConnectionEvent, ConnectionState],
    ),
  )
}

describe('the table of a connection (RFC 9112 §9)', () => {
  test.each(cells())('%s: %s leads to %s', async (state, event, to) => {
    expect(nextState(state, event)).toBe(to)
    const cell = `${state}: ${event}`
    const secure = state === 'Connecting' && event === 'connected, TLS follows'
    const made = secure ? await scene(true) : await (OTHERWISE[cell] ?? REACH[state])()
    await CAUSE[event](made)
    expect(made.memory.changes).toContain(`${state} - ${event} - ${to}`)
    made.memory.core.abort()
    await made.memory.core.close()
  })

  const GONE = ['TakenOver', 'Closed'] as const
  test.each(GONE)('%s ignores whatever happens', async (state) => {
    const made = await REACH[state]()
    const before = made.memory.changes.length
    for (const event of Object.keys(CAUSE) as ConnectionEvent[]) {
      expect(nextState(state, event)).toBe(state)
      if (event === 'request' || event === 'take over') continue
      await CAUSE[event](made)
    }
    expect(made.memory.changes).toHaveLength(before)
  })

  test('an event that cannot occur is a mistake of the code', () => {
    expect(() => nextState('Idle', 'head')).toThrow("'head' cannot occur in Idle")
  })
})
