import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import type { ConnectionOptions, ConnectionState } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import type { Rig } from './support/connect.ts'

// One connection brought into a state, one event, and where it is then. The handlers: /now answers, /wait never does, /body reads,
// /streamed has sent a part, /done has answered and goes on, /unread answers without reading, /later
// answers when it is let go.
let letGo = (): void => {}

function open(options: ConnectionOptions = {}): Rig {
  return connect(async (incoming, writer) => {
    const { requestLine, body } = incoming
    switch (requestLine.requestTarget) {
      case '/upgrade':
        writer.writeStatusLine(101)
        writer.writeHeaders(new Headers([['Upgrade', 'test']]))
        incoming.handOver()
        return
      case '/later':
        await new Promise<void>((resolve) => (letGo = resolve))
        writer.respond(200, 'later')
        return
      case '/now':
        writer.respond(200, 'now')
        return
      case '/body':
        writer.respond(200, await body.text())
        return
      case '/streamed':
        writer.writeStatusLine(200)
        writer.writeHeaders(new Headers())
        writer.writeChunkedBody('part')
        await body.text()
        break
      case '/done':
        writer.respond(200, 'done')
        await body.text()
        break
      case '/unread':
        // Looked at, so that the response does not announce the close.
        await body[Symbol.asyncIterator]().next()
        writer.respond(200, 'unread')
        return
      case '/failing':
        writer.writeStatusLine(200)
        writer.writeHeaders(new Headers())
        writer.writeChunkedBody('part')
        await body.text()
        throw new Error('late')
    }
    await new Promise(() => {})
  }, options)
}

const get = (target: string): string => request(`GET ${target}`)
const post = (target: string, length: number): string =>
  request(`POST ${target}`, `Content-Length: ${length}`)

interface Cell {
  readonly event: string
  readonly before: (rig: Rig) => Promise<void>
  readonly happens: (rig: Rig) => Promise<void> | void
  readonly to: ConnectionState
  readonly options?: ConnectionOptions
  /** Status codes of all responses. */
  readonly answers?: readonly number[]
}

const ROWS: Readonly<Record<string, readonly Cell[]>> = {
  Idle: [
    { event: 'octets', before: idle, happens: (rig) => rig.send('GET /'), to: 'ReadingHead' },
    { event: 'empty lines', before: idle, happens: (rig) => rig.send('\r\n\r\n'), to: 'Idle' },
    { event: 'timeout', before: idle, happens: (rig) => rig.clock.advance(77_000), to: 'Closed' },
    {
      event: 'write timeout',
      before: idleUnread,
      happens: (rig) => rig.clock.advance(32_000),
      to: 'Closed',
    },
    { event: 'peer end', before: idle, happens: (rig) => rig.end(), to: 'Closed' },
    {
      event: 'peer end with output pending',
      before: idleUnread,
      happens: (rig) => rig.end(),
      to: 'Lingering',
    },
    { event: 'socket error', before: idle, happens: breaks, to: 'Closed' },
    { event: 'drain', before: idle, happens: drains, to: 'Idle' },
    { event: 'abort', before: idle, happens: aborts, to: 'Closed' },
  ],
  ReadingHead: [
    { event: 'octets', before: reading, happens: (rig) => rig.send('a: b\r\n'), to: 'ReadingHead' },
    { event: 'head', before: reading, happens: (rig) => rig.send('\r\n'), to: 'Handling' },
    {
      event: 'violation',
      before: reading,
      happens: (rig) => rig.send('bad\r\n'),
      to: 'Lingering',
      answers: [400],
    },
    {
      event: 'timeout',
      before: reading,
      happens: (rig) => rig.clock.advance(11_000),
      to: 'Lingering',
      answers: [408],
    },
    { event: 'peer end', before: reading, happens: (rig) => rig.end(), to: 'Closed', answers: [] },
    {
      event: 'peer end with output pending',
      before: async (rig) => {
        await idleUnread(rig)
        await rig.send('GET /')
      },
      happens: (rig) => rig.end(),
      to: 'Lingering',
    },
    { event: 'socket error', before: reading, happens: breaks, to: 'Closed' },
    { event: 'drain', before: reading, happens: drains, to: 'ReadingHead' },
    { event: 'abort', before: reading, happens: aborts, to: 'Closed' },
  ],
  Handling: [
    { event: 'octets', before: handling, happens: (rig) => rig.send(get('/b')), to: 'Handling' },
    {
      event: 'response done',
      before: handlingOf('/body', 3),
      happens: (rig) => rig.send('abc'),
      to: 'Idle',
      answers: [200],
    },
    {
      event: 'response done with octets held',
      before: handlingOf('/body', 3),
      happens: (rig) => rig.send('abcGET /'),
      to: 'ReadingHead',
      answers: [200],
    },
    {
      event: 'response done with the body unread',
      before: handlingOf('/unread', 9),
      happens: (rig) => rig.send('abc'),
      to: 'Discarding',
      answers: [200],
    },
    {
      event: 'response done and both closing',
      before: (rig) => rig.send(request('GET /later', 'Connection: close')),
      happens: async () => {
        letGo()
        await settle()
      },
      to: 'Closed',
      answers: [200],
    },
    {
      event: 'response done and closing',
      options: { persistent: false },
      before: handlingOf('/body', 3),
      happens: (rig) => rig.send('abc'),
      to: 'Lingering',
      answers: [200],
    },
    {
      event: 'violation',
      before: chunkedTo('/body'),
      happens: (rig) => rig.send('x'),
      to: 'Lingering',
      answers: [400],
    },
    {
      event: 'violation, head sent',
      before: chunkedTo('/streamed'),
      happens: (rig) => rig.send('x'),
      to: 'Closed',
      answers: [],
    },
    {
      event: 'violation, response sent',
      before: chunkedTo('/done'),
      happens: (rig) => rig.send('x'),
      to: 'Lingering',
      answers: [200],
    },
    {
      event: 'timeout',
      before: handlingOf('/body', 3),
      happens: (rig) => rig.clock.advance(32_000),
      to: 'Lingering',
      answers: [408],
    },
    {
      event: 'timeout, head sent',
      before: handlingOf('/streamed', 3),
      happens: (rig) => rig.clock.advance(32_000),
      to: 'Closed',
      answers: [],
    },
    {
      event: 'handler failed, head sent',
      before: handlingOf('/failing', 3),
      happens: (rig) => rig.send('abc'),
      to: 'Closed',
      answers: [],
    },
    { event: 'peer end', before: handling, happens: (rig) => rig.end(), to: 'Handling' },
    { event: 'socket error', before: handling, happens: breaks, to: 'Closed' },
    { event: 'drain', before: handling, happens: drains, to: 'Handling' },
    { event: 'abort', before: handling, happens: aborts, to: 'Closed' },
  ],
  Discarding: [
    { event: 'octets', before: discarding, happens: (rig) => rig.send('ab'), to: 'Discarding' },
    { event: 'body end', before: discarding, happens: (rig) => rig.send('abcdef'), to: 'Idle' },
    {
      event: 'body end with octets held',
      before: discarding,
      happens: (rig) => rig.send('abcdefGET'),
      to: 'ReadingHead',
    },
    {
      event: 'body beyond the bound',
      options: { maxDiscardBytes: 4 },
      before: discarding,
      happens: (rig) => rig.send('abcde'),
      to: 'Lingering',
    },
    {
      event: 'violation',
      before: async (rig) => {
        await chunkedTo('/unread')(rig)
        await rig.send('1\r\na\r\n')
      },
      happens: (rig) => rig.send('x'),
      to: 'Lingering',
      answers: [200],
    },
    {
      event: 'timeout',
      before: discarding,
      happens: (rig) => rig.clock.advance(32_000),
      to: 'Lingering',
      answers: [200],
    },
    { event: 'peer end', before: discarding, happens: (rig) => rig.end(), to: 'Closed' },
    { event: 'socket error', before: discarding, happens: breaks, to: 'Closed' },
    { event: 'drain', before: discarding, happens: drains, to: 'Discarding' },
    { event: 'abort', before: discarding, happens: aborts, to: 'Closed' },
  ],
  Lingering: [
    { event: 'octets', before: lingering, happens: (rig) => rig.send('more'), to: 'Lingering' },
    {
      event: 'linger beyond the bound',
      options: { maxStrayLingerBytes: 3 },
      before: lingering,
      happens: (rig) => rig.send('more'),
      to: 'Closed',
    },
    {
      event: 'timeout',
      before: lingering,
      happens: (rig) => rig.clock.advance(3000),
      to: 'Closed',
    },
    { event: 'peer end', before: lingering, happens: (rig) => rig.end(), to: 'Closed' },
    {
      event: 'peer end with output pending',
      before: lingeringUnread,
      happens: (rig) => rig.end(),
      to: 'Lingering',
    },
    {
      event: 'output sent, peer ended',
      before: async (rig) => {
        await lingeringUnread(rig)
        await rig.end()
      },
      happens: async (rig) => {
        rig.stream.take()
        await settle()
      },
      to: 'Closed',
    },
    {
      event: 'write timeout',
      before: lingeringUnread,
      happens: (rig) => rig.clock.advance(32_000),
      to: 'Closed',
    },
    { event: 'socket error', before: lingering, happens: breaks, to: 'Closed' },
    { event: 'drain', before: lingering, happens: drains, to: 'Lingering' },
    { event: 'abort', before: lingering, happens: aborts, to: 'Closed' },
  ],
  HandedOver: [
    { event: 'socket error', before: handedOver, happens: breaks, to: 'HandedOver' },
    {
      event: 'timeout',
      before: handedOver,
      happens: (rig) => rig.clock.advance(1e6),
      to: 'HandedOver',
    },
    { event: 'drain', before: handedOver, happens: drains, to: 'HandedOver' },
  ],
  Closed: [
    {
      event: 'octets',
      before: closed,
      happens: (rig) => rig.send(get('/now')),
      to: 'Closed',
      answers: [],
    },
    { event: 'drain', before: closed, happens: drains, to: 'Closed' },
    { event: 'abort', before: closed, happens: aborts, to: 'Closed' },
  ],
}

describe.each(Object.entries(ROWS))('RFC 9112 §9 a connection in %s', (state, cells) => {
  test.each(cells)('on $event is in $to', async ({ before, happens, to, options, answers }) => {
    const rig = open(options)
    await before(rig)
    expect(rig.connection.state).toBe(state)
    await happens(rig)
    expect(rig.connection.state).toBe(to)
    const statusCodes = rig.responses().map(({ statusCode }) => statusCode)
    expect(statusCodes).toEqual(answers ?? statusCodes)
    // However it goes on, it ends, and nothing keeps the time for it.
    rig.connection.abort()
    await settle()
    expect(rig.clock.running).toBe(0)
    expect(rig.events.at(-1)?.type).toBe('Closed')
  })
})

async function idle(rig: Rig): Promise<void> {
  await rig.send(get('/now'))
}

async function idleUnread(rig: Rig): Promise<void> {
  rig.stream.stalled = true
  await rig.send(get('/now'))
}

async function reading(rig: Rig): Promise<void> {
  await rig.send('GET /wait HTTP/1.1\r\nHost: a\r\n')
}

async function handling(rig: Rig): Promise<void> {
  await rig.send(get('/wait'))
}

function handlingOf(target: string, length: number): (rig: Rig) => Promise<void> {
  return (rig) => rig.send(post(target, length))
}

function chunkedTo(target: string): (rig: Rig) => Promise<void> {
  return (rig) => rig.send(request(`POST ${target}`, 'Transfer-Encoding: chunked'))
}

async function discarding(rig: Rig): Promise<void> {
  await rig.send(`${post('/unread', 9)}abc`)
}

async function lingering(rig: Rig): Promise<void> {
  await rig.send('bad\r\n')
}

async function lingeringUnread(rig: Rig): Promise<void> {
  rig.stream.stalled = true
  await rig.send('bad\r\n')
}

async function handedOver(rig: Rig): Promise<void> {
  await rig.send(get('/upgrade'))
}

async function closed(rig: Rig): Promise<void> {
  rig.connection.abort()
  await settle()
}

async function breaks(rig: Rig): Promise<void> {
  rig.stream.breakWith(new Error('ECONNRESET'))
  await settle()
}

function drains(rig: Rig): void {
  rig.connection.drain()
}

function aborts(rig: Rig): void {
  rig.connection.abort()
}
