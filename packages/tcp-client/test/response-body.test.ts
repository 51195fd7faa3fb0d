import fc from 'fast-check'
import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { StreamedBody } from '../src/response-body.ts'
import type { BodyOwner } from '../src/response-body.ts'
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
