import fc from 'fast-check'
import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { StreamedBody } from '../src/streamed-body.ts'
import type { BodyOwner } from '../src/response-body.ts'
import type { Take, TraceEvent } from '../src/index.ts'
import { MemoryClient } from './support/memory-dial.ts'
import { answer, codeOf, response, rig, turn, until } from './support/rig.ts'

const WAYS = ['bytes', 'text', 'forEach', 'forEach, later', 'for await'] as const

async function read(body: StreamedBody | import('../src/index.ts').ResponseBody, way: string) {
  const pieces: Uint8Array[] = []
  switch (way) {
    case 'bytes':
      return Buffer.from(await body.bytes()).toString('latin1')
    case 'text':
      return body.text()
    case 'forEach':
      await body.forEach((octets) => {
        pieces.push(new Uint8Array(octets))
      })
      break
    case 'forEach, later':
      await body.forEach(async (octets) => {
        await turn()
        pieces.push(new Uint8Array(octets))
      })
      break
    default:
      for await (const octets of body) {
        pieces.push(octets)
        await turn()
      }
  }
  return Buffer.concat(pieces).toString('latin1')
}

const LONG = Array.from({ length: 200_000 }, (_, number) => `${number} `).join('')

function chunked(text: string, size: number): string {
  let octets = ''
  for (let start = 0; start < text.length; start += size) {
    const chunk = text.slice(start, start + size)
    octets += `${chunk.length.toString(16)}\r\n${chunk}\r\n`
  }
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${octets}0\r\n\r\n`
}

describe('a body is read', () => {
  const BODIES = [
    ['nothing', response(''), ''],
    ['a few octets', response('few'), 'few'],
    ['many octets', response(LONG), LONG],
    ['a few chunks (RFC 9112 §7.1)', chunked('some of this', 5), 'some of this'],
    ['many tiny chunks (RFC 9112 §7.1)', chunked(LONG, 7), LONG],
    ['many large chunks (RFC 9112 §7.1)', chunked(LONG, 50_000), LONG],
  ] as const
  describe.each(BODIES)('%s', (_what, text, expected) => {
    test.each(WAYS)('by %s, and the connection goes on', async (way) => {
      const { client, origin, server } = await rig(answer(text))
      for (let i = 0; i < 3; i++) {
        const { body } = await client.request({ origin })
        if (i === 1) for (let turns = 0; turns < 10; turns++) await turn()
        expect((await read(body, way)) === expected).toBe(true)
        expect(await codeOf(body.bytes())).toBe('ERR_BODY_READ')
        expect(await codeOf(body.forEach(() => {}))).toBe('ERR_BODY_READ')
        expect((await body.trailers()).size).toBe(0)
      }
      expect(server.connections).toHaveLength(1)
    })
  })

  test('as UTF-8 text, split anywhere', async () => {
    const text = 'grüße €'
    const octets = Buffer.from(text).toString('latin1')
    const { client, origin, server } = await rig()
    const asked = client.request({ origin })
    const connection = await server.connection(0)
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${octets.length}\r\n\r\n`)
    const reading = (await asked).body.text()
    for (const octet of octets) {
      connection.send(octet)
      await turn()
    }
    expect(await reading).toBe(text)
  })

  test('by one reader, one read at a time', async () => {
    const { client, origin } = await rig(answer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'))
    const { body } = await client.request({ origin })
    const reader = body[Symbol.asyncIterator]()
    expect(() => body[Symbol.asyncIterator]()).toThrow('can be read only once')
    const first = codeOf(reader.next())
    expect(await codeOf(reader.next())).toBe('ERR_BODY_READ')
    body.cancel()
    expect(await first).toBe('ERR_CANCELLED')
  })

  test.each([
    ['in one piece', response('x'.repeat(101))],
    ['that is long', response('x'.repeat(300_000))],
  ])('up to the bound that is named, %s', async (_what, text) => {
    const { client, origin } = await rig(answer(text))
    for (const way of ['bytes', 'text'] as const) {
      const { body } = await client.request({ origin })
      await turn()
      expect(await codeOf(body[way](100))).toBe('ERR_BODY_TOO_LARGE')
    }
    const { body } = await client.request({ origin })
    expect((await body.bytes(300_000)).length).toBeGreaterThan(100)
  })

  test('to its end to get the trailer section, when nobody reads it (RFC 9112 §7.1.2)', async () => {
    const { client, origin } = await rig(answer(chunked(LONG, 1000)))
    const { body } = await client.request({ origin })
    expect((await body.trailers()).size).toBe(0)
    expect(await codeOf(body.text())).toBe('ERR_BODY_READ')
    expect(client.connectionCount).toBe(1)
  })

  test('up to where the one who takes it fails', async () => {
    const { client, origin } = await rig(answer(response('x'.repeat(3_000_000))))
    for (const fail of [
      () => {
        throw new Error('full')
      },
      () => Promise.reject(new Error('full')),
    ]) {
      const { body } = await client.request({ origin })
      await expect(body.forEach(fail)).rejects.toThrow('full')
      expect(client.connectionCount).toBe(0)
    }
  })
})

describe('a body that nobody reads', () => {
  test('is read ahead so far and no further', async () => {
    const { client, origin, server } = await rig()
    const asked = client.request({ origin })
    const connection = await server.connection(0)
    const size = 64 * 1024 * 1024
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
    const { body } = await asked
    connection.socket.write(new Uint8Array(size))
    let stands = 0
    for (let before = -1; stands < 100; await turn()) {
      const { writableLength } = connection.socket
      stands = before === writableLength ? stands + 1 : 0
      before = writableLength
    }
    // What neither has is with the two systems between them.
    expect(connection.socket.writableLength).toBeGreaterThan(0)
    let length = 0
    for await (const octets of body) length += octets.length
    expect(length).toBe(size)
  })

  test('takes bounded memory even in tiny pieces', () => {
    const { body } = alone(1000)
    let taken = 0
    while (body.give(new Uint8Array(1))) taken++
    expect(taken).toBeLessThan(10)
  })
})

describe('a body that is cancelled', () => {
  test('keeps the connection when little is left', async () => {
    const { client, origin, server, events } = await rig()
    const asked = client.request({ origin })
    const connection = await server.connection(0)
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n')
    const { body } = await asked
    body.cancel()
    body.cancel()
    expect(await codeOf(body.text())).toBe('ERR_BODY_READ')
    expect(client.connectionCount).toBe(1)
    connection.send('x'.repeat(65_536))
    await until(() =>
      events.some(
        (event) =>
          event.type === 'StateChanged' && event.to === 'Idle' && event.from === 'Receiving',
      ),
    )
    const next = client.request({ origin })
    await connection.requests(2)
    connection.send(response('next'))
    expect(await (await next).body.text()).toBe('next')
    expect(server.connections).toHaveLength(1)
  })

  test('closes the connection when the little does not come', async () => {
    const { client, origin, clock } = await rig(
      answer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart'),
    )
    const { body } = await client.request({ origin })
    body.cancel()
    clock.advance(2000)
    expect(client.connectionCount).toBe(0)
  })

  const CLOSED = [
    ['much is left', 'HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n'],
    ['nobody knows how much is left', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['it ends with the connection', 'HTTP/1.1 200 OK\r\n\r\n'],
  ] as const
  test.each(CLOSED)('closes the connection when %s', async (_when, text) => {
    const { client, origin, server } = await rig(answer(text))
    const { body } = await client.request({ origin })
    body.cancel()
    expect(client.connectionCount).toBe(0)
    await server.connections[0]?.closed
  })

  test('is cancelled by a reader that stops', async () => {
    const { client, origin, server } = await rig(answer(response('x'.repeat(300_000))))
    const { body } = await client.request({ origin })
    for await (const octets of body) {
      expect(octets.length).toBeGreaterThan(0)
      break
    }
    await server.connections[0]?.closed
    expect(await codeOf(body.trailers())).toBe('ERR_CANCELLED')
  })

  test('when it was whole already leaves the connection alone', async () => {
    const { client, origin, server } = await rig(answer(response('ok')))
    const { body } = await client.request({ origin })
    await until(() => client.connectionCount === 1)
    body.cancel()
    expect(await (await client.request({ origin })).body.text()).toBe('ok')
    expect(server.connections).toHaveLength(1)
  })

  test('before another protocol closes the connection (RFC 9110 §9.3.6)', async () => {
    const { client, origin, server } = await rig(answer('HTTP/1.1 200 OK\r\n\r\n'))
    const received = await client.request({ origin, method: 'CONNECT', requestTarget: 'a:1' })
    received.body.cancel()
    await server.connections[0]?.closed
    expect(client.connectionCount).toBe(0)
  })
})

interface Alone {
  readonly body: StreamedBody
  readonly calls: string[]
}

function alone(readAheadBytes = 1000, mayBorrow = false): Alone {
  const calls: string[] = []
  const owner: BodyOwner = {
    readOn: () => calls.push('readOn'),
    bodyCancelled: () => calls.push('bodyCancelled'),
  }
  return { body: new StreamedBody(owner, readAheadBytes, mayBorrow), calls }
}

describe('memory that is used again', () => {
  test('is never shown to anybody but the one who takes it at that moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 30 }),
        fc.constantFrom(...WAYS),
        fc.nat(10),
        fc.boolean(),
        async (pieces, way, startAt, mayBorrow) => {
          const { body, calls } = alone(1000, mayBorrow)
          let reading: Promise<string> | undefined
          const shared = new Uint8Array(100)
          for (const [number, piece] of pieces.entries()) {
            if (number === startAt) reading = read(body, way)
            const memory = body.memory ?? shared
            memory.set(piece)
            const readOn = body.give(memory.subarray(0, piece.length))
            // Whoever is told to read on reads over it; whoever is not waits until he is.
            if (readOn || memory === shared) memory.fill(0)
            else await until(() => calls.length > 0)
            calls.length = 0
            if (number % 3 === 0) for (let turns = 0; turns < 3; turns++) await turn()
          }
          body.end(new Headers())
          reading ??= read(body, way)
          const whole = Buffer.concat(pieces)
          const expected =
            way === 'text' ? new TextDecoder().decode(whole) : whole.toString('latin1')
          expect(await reading).toBe(expected)
          expect(body.memory).toBeUndefined()
        },
      ),
      { numRuns: 100 },
    )
  })

  test('is given back only when the one who took it is done', async () => {
    const { body } = alone(1000, true)
    let done = (): void => {}
    const taking = body.forEach(
      () =>
        new Promise((resolve) => {
          done = resolve
        }),
    )
    const { memory } = body
    expect(memory).toBeInstanceOf(Uint8Array)
    expect(body.give((memory ?? new Uint8Array(0)).subarray(0, 5))).toBe(false)
    body.end(new Headers())
    expect(body.memory).toBe(memory)
    done()
    await taking
    expect(body.memory).toBeUndefined()
    const next = alone(1000, true)
    void next.body.forEach(() => {})
    expect(next.body.memory).toBe(memory)
    next.body.lose(new Error('over'), true)
    expect(next.body.memory).toBeUndefined()
  })
})

describe('octets that are borrowed (forEach)', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'
  const ORIGIN = 'http://host'

  // A taker that holds the first octets of a body, of which more will come.
  async function held(signal?: AbortSignal) {
    const memory = new MemoryClient()
    const asked = memory.core.request({
      origin: ORIGIN,
      ...(signal === undefined ? undefined : { signal }),
    })
    const [stream] = memory.streams
    if (stream === undefined) throw new Error('nothing was dialed')
    stream.hooks.connected()
    stream.receive(HEAD)
    const { body } = await asked
    const lent: Uint8Array[] = []
    let done = (): void => {}
    const taking = body.forEach((octets) => {
      lent.push(octets)
      return new Promise((resolve) => {
        done = resolve
      })
    })
    stream.receive('AAAA')
    const held = (): string => Buffer.concat(lent).toString()
    return { memory, stream, body, taking, held, done: () => done() }
  }

  const ENDS: readonly (readonly [string, string, (scene: Held) => unknown])[] = [
    ['cancel', 'ERR_CANCELLED', ({ body }) => body.cancel()],
    [
      'abort',
      'ENOUGH',
      ({ controller }) => controller.abort(Object.assign(new Error(), { code: 'ENOUGH' })),
    ],
    ['client.abort', 'ERR_CLIENT_CLOSED', ({ memory }) => memory.core.abort()],
  ]
  type Held = Awaited<ReturnType<typeof held>> & { controller: AbortController }
  test.each(ENDS)('stay as they are after %s, until the taker is done', async (_how, code, end) => {
    const controller = new AbortController()
    const scene = { ...(await held(controller.signal)), controller }
    const { memory, stream, taking, done } = scene
    end(scene)
    expect(await codeOf(taking)).toBe(code)
    expect(stream.destroyed).toBe(true)
    // A body that comes now is not read to the memory that is lent.
    const other = code === 'ERR_CLIENT_CLOSED' ? new MemoryClient() : memory
    const asked = other.core.request({ origin: ORIGIN })
    const next = other.streams.at(-1)
    next?.hooks.connected()
    next?.receive(HEAD)
    void (await asked).body.forEach(() => {})
    next?.receive('BBBBBBBB')
    expect(scene.held()).toBe('AAAA')
    done()
  })

  test('stay as they are when the connection is lost, and the taker is told when it is done', async () => {
    const { stream, taking, held: shown, done } = await held()
    stream.hooks.broke(new Error('ECONNRESET'))
    const next = await held()
    expect(shown() + next.held()).toBe('AAAAAAAA')
    done()
    expect(await codeOf(taking)).toBe('ERR_SOCKET')
  })

  test('stay as they are when the taker itself cancels the body and goes on looking', async () => {
    const memory = new MemoryClient()
    const asked = memory.core.request({ origin: ORIGIN })
    const [stream] = memory.streams
    stream?.hooks.connected()
    stream?.receive(HEAD)
    const { body } = await asked
    let lent: Uint8Array | undefined
    const taking = body.forEach((octets) => {
      lent = octets
      body.cancel()
      return new Promise(() => {})
    })
    stream?.receive('AAAA')
    expect(await codeOf(taking)).toBe('ERR_CANCELLED')
    expect(stream?.destroyed).toBe(true)
    expect(Buffer.from(lent ?? []).toString()).toBe('AAAA')
  })

  const LATE: readonly (readonly [string, (take: Take) => Take])[] = [
    ['at once', (take) => take],
    [
      'later',
      (take) => async (octets) => {
        await turn()
        await take(octets)
      },
    ],
  ]
  test.each(LATE)('may not be transferred, and it is said %s', async (_when, when) => {
    const { client, origin, server } = await rig(answer(HEAD))
    for (let number = 0; number < 2; number++) {
      const { body } = await client.request({ origin })
      const connection = server.connections[number]
      const pieces: Uint8Array[] = []
      const taking = body.forEach(when((octets) => void pieces.push(transferred(octets))))
      // Where the first octets are read to was said before there was a taker.
      connection?.send('copy')
      await until(() => pieces.length === 1)
      connection?.send('AAAA')
      expect(await codeOf(taking)).toBe('ERR_BODY_READ')
      connection?.send('BB')
      await connection?.closed
      expect(Buffer.concat(pieces).toString()).toBe('copyAAAA')
    }
    // Memory that serves others is not that which was taken.
    const { body } = await client.request({ origin })
    const pieces: string[] = []
    const taking = body.forEach((octets) => void pieces.push(Buffer.from(octets).toString()))
    server.connections[2]?.send('AAAABBBBCC')
    await taking
    expect(pieces.join('')).toBe('AAAABBBBCC')
  })
})

describe('octets that are yours', () => {
  test.each([
    ['a length', response(LONG), LONG],
    ['chunks', chunked(LONG, 1000), LONG],
    ['few octets', response('few'), 'few'],
    ['none', response(''), ''],
  ])('may be transferred: %s', async (_what, text, expected) => {
    const { client, origin, server } = await rig(answer(text))
    for (let i = 0; i < 2; i++) {
      const pieces: Uint8Array[] = []
      const iterated = await client.request({ origin })
      for await (const octets of iterated.body) {
        expect(octets.buffer.byteLength).toBe(octets.length)
        pieces.push(transferred(octets))
      }
      expect(Buffer.concat(pieces).toString() === expected).toBe(true)
      const whole = await client.request({ origin })
      // All of it has come, or not.
      for (let turns = 0; turns < 10 * i; turns++) await turn()
      const octets = transferred(await whole.body.bytes())
      expect(Buffer.from(octets).toString() === expected).toBe(true)
    }
    expect(server.connections).toHaveLength(1)
  })

  test('are collected in room for what the response says, so far as that is bounded', async () => {
    const { client, origin } = await rig(
      answer(
        response('x'.repeat(300_000)),
        'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nx',
      ),
    )
    const whole = await (await client.request({ origin })).body.bytes()
    expect(whole.buffer.byteLength - whole.length).toBeLessThan(100)
    const before = process.memoryUsage().arrayBuffers
    const { body } = await client.request({ origin })
    const collecting = codeOf(body.bytes(Infinity))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000)
    client.abort()
    expect(await collecting).toBe('ERR_CLIENT_CLOSED')
  })

  test('may be transferred by one who watches, and those of the next protocol too', async () => {
    const switching =
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'
    const events: TraceEvent[] = []
    const { client, origin } = await rig(answer(`${switching}more`), {
      trace: (event) => {
        events.push(event)
        if (event.type === 'OctetsIn') transferred(event.octets)
      },
    })
    for (let i = 0; i < 2; i++) {
      const headers = new Headers([['Upgrade', 'x']])
      const { stream, octets } = (await client.request({ origin, headers })).takeOver()
      stream.destroy()
      expect(Buffer.from(transferred(octets)).toString()).toBe('more')
    }
    expect(events.some(({ type }) => type === 'OctetsIn')).toBe(true)
  })
})

function transferred(octets: Uint8Array): Uint8Array {
  return structuredClone(octets, { transfer: [octets.buffer as ArrayBuffer] })
}
