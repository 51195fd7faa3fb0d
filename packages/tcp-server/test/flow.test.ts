import { describe, expect, test } from 'vitest'
import type { IncomingRequest } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import { echo, fieldLines, gate } from './support/handlers.ts'

const get = (target: string): string => request(`GET ${target}`)
const PIECE = new Uint8Array(16_384)

// Sends pieces for as long as the connection reads, and says how many octets it took.
async function pump(
  rig: ReturnType<typeof connect>,
  piece: Uint8Array | string,
  most = 10_000,
): Promise<number> {
  let taken = 0
  for (let i = 0; i < most && !rig.stream.paused && !rig.stream.destroyed; i++) {
    rig.stream.receive(piece)
    taken += piece.length
    if (i % 100 === 0) await settle()
  }
  return taken
}

describe('RFC 9112 §9.3.2 what a client can make the server hold', () => {
  test('a body that the handler does not read is read ahead by 64 KiB and not further', async () => {
    const { opened, open } = gate()
    const rig = connect(async (incoming, writer) => {
      await opened
      writer.respond(200, String((await incoming.body.bytes()).length))
    })
    await rig.send(request('POST /', 'Content-Length: 1000000'))
    const taken = await pump(rig, PIECE)
    expect(taken).toBeGreaterThanOrEqual(65_536)
    expect(taken).toBeLessThanOrEqual(65_536 + PIECE.length)
    open()
    await settle()
    expect(rig.stream.paused).toBe(false)
    await rig.send(new Uint8Array(1_000_000 - taken))
    for (let i = 0; i < 3; i++) await settle()
    expect(rig.responses()).toMatchObject([{ body: '1000000' }])
  })

  test('a body is read on piece by piece as the handler reads it', async () => {
    const steps = Array.from({ length: 20 }, () => gate())
    let incoming: IncomingRequest | undefined
    let got = 0
    const rig = connect(async (seen, writer) => {
      incoming = seen
      for await (const octets of seen.body) {
        got += octets.length
        await steps.shift()?.opened
      }
      writer.respond(200, String(got))
    })
    const length = 32 * PIECE.length
    await rig.send(request('POST /', `Content-Length: ${length}`))
    let sent = 0
    for (const step of steps.slice()) {
      sent += await pump(rig, PIECE, (length - sent) / PIECE.length)
      // Never more than what was read, the piece that is read, and the look-ahead.
      expect(sent - got).toBeLessThanOrEqual(65_536 + 2 * PIECE.length)
      step.open()
      await settle()
    }
    while (sent < length) {
      await rig.send(PIECE)
      sent += PIECE.length
    }
    expect(incoming?.framing).toEqual({ kind: 'length', length })
    expect(rig.responses()).toMatchObject([{ body: String(length) }])
  })

  test('requests behind one that is being handled are held to 64 KiB, then answered', async () => {
    const { opened, open } = gate()
    const rig = connect(async (incoming, writer) => {
      await opened
      writer.respond(200, incoming.requestLine.requestTarget)
    })
    const batch = get('/').repeat(100)
    const taken = await pump(rig, batch)
    expect(taken).toBeLessThanOrEqual(65_536 + 2 * batch.length)
    open()
    while (rig.responses().length < taken / get('/').length) await settle()
    expect(rig.connection.state).toBe('Idle')
    expect(rig.stream.paused).toBe(false)
  })

  test('a client that does not take its answers gets no further ones', async () => {
    let handled = 0
    const rig = connect((_, writer) => {
      handled++
      writer.respond(200, 'x'.repeat(1000))
    })
    rig.stream.stalled = true
    const taken = await pump(rig, get('/').repeat(100))
    for (let i = 0; i < 10; i++) await settle()
    const requests = taken / get('/').length
    expect(handled).toBeLessThan(100)
    expect(requests).toBeGreaterThan(handled)
    expect(rig.stream.paused).toBe(true)
    rig.stream.stalled = false
    while (rig.responses().length < requests) {
      rig.stream.take()
      await settle()
    }
    expect(handled).toBe(requests)
    expect(rig.connection.state).toBe('Idle')
  })

  test('a flood of requests without reading costs a bounded amount of memory', async () => {
    global.gc?.()
    const before = process.memoryUsage()
    const rig = connect((_, writer) => {
      writer.respond(200, 'x'.repeat(200))
    })
    rig.stream.stalled = true
    let offered = 0
    for (let i = 0; i < 2000; i++) {
      if (!rig.stream.paused) rig.stream.receive(get('/').repeat(1000))
      offered += 1000
      if (i % 50 === 0) await settle()
    }
    const after = process.memoryUsage()
    expect(offered).toBe(2_000_000)
    expect(
      after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers,
    ).toBeLessThan(8_000_000)
    expect(rig.stream.writableLength).toBeLessThanOrEqual(65_536)
  })

  test('octets that come one by one cost no more than what they are', async () => {
    const { opened } = gate()
    const rig = connect(async () => {
      await opened
    })
    await rig.send(request('POST /', 'Content-Length: 1000000'))
    const before = process.memoryUsage()
    const taken = await pump(rig, 'x', 1_000_000)
    const after = process.memoryUsage()
    expect(taken).toBe(65_536)
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_000_000)
  })

  test('collects a body of single octets without holding thousands of pieces', async () => {
    const rig = connect(echo)
    await rig.send(request('POST /', 'Transfer-Encoding: chunked'))
    for (let i = 0; i < 3000; i++) await rig.send('1\r\nx\r\n')
    await rig.send('0\r\n\r\n')
    expect(rig.responses()[0]?.body).toBe(`POST / ${'x'.repeat(3000)}`)
  })
})

describe('RFC 9112 §9.3 slow readers', () => {
  test('make writeBody say so, and drained wait until all octets have left', async () => {
    const said: boolean[] = []
    let drained = false
    const rig = connect(async (_, writer) => {
      writer.writeStatusLine(200)
      writer.writeHeaders(fieldLines(['Content-Length', '200000']))
      said.push(writer.writeBody(new Uint8Array(10_000)))
      said.push(writer.writeBody(new Uint8Array(190_000)))
      await writer.drained()
      drained = true
    })
    rig.stream.stalled = true
    await rig.send(get('/'))
    expect(said).toEqual([true, false])
    // One batch of at most 64 KiB is on its way at a time, so that each shows that the peer takes something.
    expect(rig.stream.writableLength).toBe(65_536)
    while (rig.stream.waitingWrites > 0) {
      expect(drained).toBe(false)
      rig.stream.take()
      await settle()
      expect(rig.stream.writableLength).toBeLessThanOrEqual(65_536)
    }
    expect(drained).toBe(true)
    expect(rig.responses()[0]?.body).toHaveLength(200_000)
  })

  test('make no handler wait whose octets have left', async () => {
    let drained = false
    const rig = connect(async (_, writer) => {
      writer.writeStatusLine(200)
      writer.writeHeaders(fieldLines())
      writer.writeChunkedBody('x')
      await writer.drained()
      drained = true
      writer.writeChunkedBodyDone()
    })
    await rig.send(get('/'))
    expect(drained).toBe(true)
    expect(rig.responses()).toMatchObject([{ body: 'x' }])
  })
})
