import { describe, expect, test } from 'vitest'
import { Outbox } from '../src/outbox.ts'
import { settle } from './support/connect.ts'
import { MemoryStream } from './support/memory-stream.ts'

const owner = { outputTaken() {}, outputGiven() {}, crashed() {}, mayPersist: () => true }

function open(): { stream: MemoryStream; outbox: Outbox } {
  const stream = new MemoryStream()
  return { stream, outbox: new Outbox(stream, owner, 65_536) }
}

describe('what is written in one turn', () => {
  test('leaves in one write at its end', async () => {
    const { stream, outbox } = open()
    outbox.writeLatin1('a\xff')
    outbox.write(Uint8Array.of(0x62, 0x80))
    outbox.write(new Uint8Array(3000).fill(0x63))
    outbox.writeLatin1('d')
    expect(stream.writes).toEqual([])
    await settle()
    expect(stream.writes).toEqual([`a\xffb\x80${'c'.repeat(3000)}d`])
  })

  test('waits for the end of the hold', async () => {
    const { stream, outbox } = open()
    outbox.hold()
    outbox.writeLatin1('a')
    await settle()
    expect(stream.writes).toEqual([])
    outbox.flush()
    expect(stream.writes).toEqual(['a'])
  })

  test('is counted until it has left', async () => {
    const { stream, outbox } = open()
    stream.stalled = true
    outbox.writeLatin1('abc')
    expect(outbox.pendingBytes).toBe(3)
    await settle()
    expect(outbox.pendingBytes).toBe(3)
    expect(outbox.takenBytes).toBe(0)
    stream.take()
    expect(outbox.pendingBytes).toBe(0)
    expect(outbox.takenBytes).toBe(3)
  })
})

describe('large octets', () => {
  test.each([
    ['a Uint8Array', () => new Uint8Array(200_000)],
    ['a Buffer', () => Buffer.allocUnsafeSlow(200_000)],
  ])(
    'end the connection when their memory was transferred before they left: %s',
    async (_what, make) => {
      const stream = new MemoryStream()
      const crashes: unknown[] = []
      const crashed = (error: unknown): void => {
        crashes.push(error)
      }
      const outbox = new Outbox(stream, { ...owner, crashed }, 65_536)
      const octets = make()
      outbox.writeLatin1('head')
      outbox.write(octets)
      structuredClone(0, { transfer: [octets.buffer] })
      await settle()
      expect(stream.sent).toMatch(/^(head)?$/)
      expect(crashes).toMatchObject([{ code: 'ERR_BODY_TYPE' }])
    },
  )

  test('end the connection when their memory is transferred after some of them left', async () => {
    const stream = new MemoryStream()
    const crashes: unknown[] = []
    const crashed = (error: unknown): void => {
      crashes.push(error)
    }
    const outbox = new Outbox(stream, { ...owner, crashed }, 65_536)
    stream.stalled = true
    const octets = Buffer.allocUnsafeSlow(200_000)
    outbox.write(octets)
    await settle()
    expect(stream.writableLength).toBe(65_536)
    structuredClone(0, { transfer: [octets.buffer] })
    stream.take()
    await settle()
    expect(crashes).toMatchObject([{ code: 'ERR_BODY_TYPE' }])
  })

  test('leave in batches of 64 KiB, in order and uncopied', async () => {
    const { stream, outbox } = open()
    const expected: string[] = []
    for (let i = 0; i < 40; i++) {
      const text = String(i).padStart(3, '0').repeat(3000)
      expected.push(text)
      if (i % 2 === 0) outbox.write(Buffer.from(text))
      else outbox.writeLatin1(text)
    }
    await settle()
    expect(stream.sent).toBe(expected.join(''))
    for (const write of stream.writes) expect(write.length).toBeLessThanOrEqual(65_536)
    expect(stream.writes).toHaveLength(Math.ceil((40 * 9000) / 65_536))
  })

  test('leave in as large batches as the outbox is told', async () => {
    const stream = new MemoryStream()
    const outbox = new Outbox(stream, owner, 65_536, 200_000)
    outbox.write(new Uint8Array(450_000))
    await settle()
    expect(stream.writes.map(({ length }) => length)).toEqual([200_000, 200_000, 50_000])
  })

  test('keep their order when the peer takes a little at a time', async () => {
    const { stream, outbox } = open()
    stream.stalled = true
    let expected = ''
    for (let i = 0; i < 300; i++) {
      const text = `${i};`.repeat(700)
      expected += text
      outbox.write(Buffer.from(text))
      if (i % 7 === 0) {
        stream.take(3)
        await settle()
      }
    }
    while (stream.waitingWrites > 0 || outbox.pendingBytes > 0) {
      stream.take(5)
      await settle()
    }
    expect(stream.sent).toBe(expected)
  })

  test('as a string leave in batches too', async () => {
    const { stream, outbox } = open()
    outbox.writeLatin1('x'.repeat(150_000))
    await settle()
    expect(stream.writes.map(({ length }) => length)).toEqual([65_536, 65_536, 18_928])
  })
})

describe('the end', () => {
  test('comes behind everything, and nothing behind it (RFC 9112 §9.6)', async () => {
    const { stream, outbox } = open()
    stream.stalled = true
    outbox.write(new Uint8Array(100_000))
    outbox.end()
    expect(stream.ended).toBe(false)
    expect(() => outbox.writeLatin1('late')).toThrow('closing')
    while (stream.waitingWrites > 0) {
      stream.take()
      await settle()
    }
    expect(stream.ended).toBe(true)
    expect(stream.sent).toHaveLength(100_000)
    expect(() => outbox.write(new Uint8Array(5000))).toThrow('closing')
    await expect(outbox.drained()).rejects.toThrow('closing')
  })

  test('drops what waits when the peer is gone', async () => {
    const { stream, outbox } = open()
    stream.stalled = true
    outbox.write(new Uint8Array(200_000))
    const waiting = outbox.drained()
    const gone = new Error('gone')
    outbox.fail(gone)
    await expect(waiting).rejects.toBe(gone)
    expect(outbox.pendingBytes).toBe(stream.writableLength)
    expect(() => outbox.writeLatin1('late')).toThrow(gone)
    stream.take()
    await settle()
    expect(stream.sent.length).toBeLessThanOrEqual(65_536)
  })

  test('gives all to the stream when it is handed over', () => {
    const { stream, outbox } = open()
    stream.stalled = true
    outbox.write(new Uint8Array(100_000))
    outbox.writeLatin1('end')
    outbox.release()
    expect(stream.writableLength).toBe(100_003)
    expect(() => outbox.writeLatin1('late')).toThrow('handed over')
  })
})
