import { createServer } from 'node:net'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { handleConnection } from '../src/index.ts'
import type { Handler, TraceEvent } from '../src/index.ts'
import { connect, request } from './support/connect.ts'
import { echo, fieldLines } from './support/handlers.ts'
import { MemoryStream } from './support/memory-stream.ts'
import { dial } from './support/raw-client.ts'
import { start } from './support/start.ts'

const post = (body: string): string =>
  `${request('POST /', `Content-Length: ${body.length}`)}${body}`

const listening: NetServer[] = []

// The next socket that connects here, and the port to do so.
async function accept(): Promise<{ port: number; socket: Promise<Socket> }> {
  const server = createServer({ allowHalfOpen: true })
  listening.push(server)
  const socket = new Promise<Socket>((resolve) => server.once('connection', resolve))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, socket }
}

afterEach(() => {
  for (const server of listening.splice(0)) server.close()
  vi.doUnmock('node:net')
  vi.resetModules()
})

describe('sockets', () => {
  test.each([
    { reading: 'auto', listeners: 0 },
    { reading: 'events', listeners: 1 },
  ] as const)('have $listeners listeners of data with "$reading"', async (expected) => {
    const { port, socket } = await accept()
    const client = await dial(port)
    const accepted = await socket
    handleConnection(accepted, echo, { reading: expected.reading })
    expect(accepted.listenerCount('data')).toBe(expected.listeners)
    client.send(post('hello'))
    expect((await client.respond())[0]?.body).toBe('POST / hello')
    client.socket.destroy()
  })

  test('are read on when the handler has read what there was', async () => {
    const body = 'x'.repeat(1_000_000)
    const server = await start(async (incoming, writer) => {
      let bytes = 0
      for await (const octets of incoming.body) {
        bytes += octets.length
        await new Promise((resolve) => setImmediate(resolve))
      }
      writer.respond(200, String(bytes))
    })
    const client = await dial(server.port)
    client.send(post(body) + post(body))
    expect((await client.respond(2)).map((response) => response.body)).toEqual([
      '1000000',
      '1000000',
    ])
    client.socket.destroy()
  })

  test('go to another protocol with all that is read later', async () => {
    const server = await start((incoming, writer) => {
      writer.writeStatusLine(101)
      writer.writeHeaders(fieldLines(['Upgrade', 'shout']))
      const { stream, octets } = incoming.handOver()
      const shout = (heard: Uint8Array): void => {
        stream.write(Buffer.from(heard).toString().toUpperCase(), 'latin1', () => {})
      }
      stream.on('data', shout)
      stream.on('end', () => stream.end())
      shout(octets)
      stream.resume()
    })
    const client = await dial(server.port)
    client.send(`${request('GET /', 'Connection: Upgrade', 'Upgrade: shout')}one.`)
    await client.until(() => client.received.endsWith('ONE.'))
    client.send('two.')
    await client.until(() => client.received.endsWith('TWO.'))
    client.send('three.'.repeat(50_000)).socket.end()
    expect(await client.ended).toBe('end')
    expect(client.received.slice(client.received.indexOf('ONE.'))).toBe(
      `ONE.TWO.${'THREE.'.repeat(50_000)}`,
    )
  })
})

describe('octets that a handler keeps', () => {
  const kept: Uint8Array[] = []
  const keep: Handler = async (incoming, writer) => {
    for await (const octets of incoming.body) kept.push(octets)
    writer.respond(200)
  }

  test('stay as they are when other connections are read', async () => {
    kept.length = 0
    const server = await start(keep)
    const clients = await Promise.all(Array.from('abcdefgh', () => dial(server.port)))
    const bodies = clients.map((_, i) => String.fromCharCode(97 + i).repeat(1000 * (i + 1)))
    for (const [i, client] of clients.entries()) {
      client.send(post(bodies[i] ?? ''))
      await client.respond()
    }
    for (const client of clients) client.socket.destroy()
    const text = kept.map((octets) => Buffer.from(octets).toString()).join('')
    expect(text).toBe(bodies.join(''))
  })

  test('stay as they are when they were looked at ahead of the handler', async () => {
    kept.length = 0
    const rig = connect(async (incoming, writer) => {
      // Whether the connection persists depends on whether the chunks end soon.
      writer.writeStatusLine(200)
      writer.writeHeaders(fieldLines())
      writer.writeChunkedBody('head')
      await Promise.resolve()
      for await (const octets of incoming.body) kept.push(octets)
      writer.writeChunkedBodyDone()
    })
    await rig.send(
      `${request('POST /', 'Transfer-Encoding: chunked')}3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n`,
    )
    expect(kept.map((octets) => Buffer.from(octets).toString())).toEqual(['abc', 'def'])
    expect(rig.responses()[0]?.fields.get('connection')).toBe('keep-alive')
  })

  test('stay as they are when they were shown to a trace', async () => {
    const seen: TraceEvent[] = []
    const rig = connect(echo, { trace: (event) => seen.push(event) })
    await rig.send(post('one'))
    await rig.send(post('two'))
    const came = seen.flatMap((event) =>
      event.type === 'OctetsIn' ? [Buffer.from(event.octets).toString()] : [],
    )
    expect(came).toEqual([post('one'), post('two')])
  })
})

describe('streams that cannot be read directly', () => {
  const receive = (): void => {}

  test.each([
    ['any duplex', () => new PassThrough()],
    ['a socket that is closed', () => Object.assign(new MemoryStream(), { _handle: null })],
    ['one of another kind', () => Object.assign(new MemoryStream(), { _handle: {} })],
    [
      'one that refuses',
      () =>
        Object.assign(new MemoryStream(), {
          _handle: {
            useUserBuffer() {
              throw new Error('not implemented')
            },
          },
        }),
    ],
    ['one that was read before', () => Object.assign(new MemoryStream(), { readableLength: 1 })],
  ])('are read by events: %s', async (_, open) => {
    const { readDirectly } = await import('../src/direct-reading.ts')
    expect(readDirectly(open() as MemoryStream, receive)).toBe(false)
  })

  test('are so when node:net keeps its memory elsewhere', async () => {
    vi.doMock('node:net', () => ({ Socket: class extends PassThrough {} }))
    vi.resetModules()
    const { readDirectly, readByEvents } = await import('../src/direct-reading.ts')
    const stream = new MemoryStream()
    expect(readDirectly(stream, receive)).toBe(false)
    expect(readDirectly(stream, receive)).toBe(false)
    readByEvents(stream)
    expect(
      Object.getOwnPropertySymbols(stream).map((key) => Reflect.get(stream, key)),
    ).not.toContain(receive)
  })

  test('are not touched when they go to another protocol', async () => {
    const { readByEvents } = await import('../src/direct-reading.ts')
    const stream = new MemoryStream()
    readByEvents(stream)
    expect(stream.listenerCount('data')).toBe(0)
  })
})
