import { describe, expect, test } from 'vitest'
import { Deadlines, sweepInterval } from '../src/deadlines.ts'
import { clientSettings } from '../src/options.ts'
import type { ClientOptions } from '../src/index.ts'
import { checkSocketPath, parseOrigin } from '../src/origin.ts'
import { Outbox } from '../src/outbox.ts'
import { borrowMemory, giveBackMemory } from '../src/read-memory.ts'
import { ResponseReader } from '../src/response-reader.ts'
import { HandClock } from './support/hand-clock.ts'
import { MemoryStream } from './support/memory-dial.ts'
import { codeOf } from './support/rig.ts'

describe('an origin (RFC 9110 §4.3.1)', () => {
  const ROWS = [
    ['http://a', 'http://a', 'a', 80, 'a', false],
    ['HTTP://A:80/', 'http://a', 'a', 80, 'a', false],
    ['http://a:8080', 'http://a:8080', 'a', 8080, 'a:8080', false],
    ['https://a', 'https://a', 'a', 443, 'a', true],
    ['https://[::1]:8443', 'https://[::1]:8443', '::1', 8443, '[::1]:8443', true],
    ['http://127.1', 'http://127.0.0.1', '127.0.0.1', 80, '127.0.0.1', false],
  ] as const
  test.each(ROWS)('%s is %s', (given, name, host, port, hostField, secure) => {
    const origin = parseOrigin(given, undefined, undefined)
    expect(origin).toMatchObject({ name, host, port, secure })
    expect(origin.hostField).toBe(hostField)
  })
})

describe('options', () => {
  const NUMBERS = Object.entries(clientSettings({})).flatMap(([name, value]) =>
    typeof value === 'number' && name !== 'sweepIntervalMs' ? [name] : [],
  )
  test.each(NUMBERS)('%s must be a number that can work', (name) => {
    for (const value of [-1, Number.NaN, '5' as never]) {
      expect(() => clientSettings({ [name]: value })).toThrow(name)
    }
    expect(() => clientSettings({ [name]: Infinity })).not.toThrow()
  })

  test.each<[ClientOptions, number]>([
    [{}, 250],
    [{ continueTimeoutMs: 10_000 }, 500],
    [{ continueTimeoutMs: 0 }, 500],
    [{ responseTimeoutMs: 400 }, 100],
    [{ connectTimeoutMs: 1 }, 10],
  ])('%j are swept for every %i ms', (options, ms) => {
    expect(clientSettings(options).sweepIntervalMs).toBe(ms)
  })

  test('are swept for as long as there is somebody to look after', () => {
    const clock = new HandClock()
    const deadlines = new Deadlines(clock, sweepInterval([1000]))
    const seen: number[] = []
    const member = { sweep: (now: number) => seen.push(now) }
    deadlines.add(member)
    deadlines.add(member)
    clock.advance(600)
    deadlines.delete(member)
    deadlines.delete(member)
    clock.advance(600)
    expect(seen).toEqual([250, 500])
    expect(clock.running).toBe(0)
  })
})

describe('an outbox', () => {
  function made(): { stream: MemoryStream; outbox: Outbox } {
    const stream = new MemoryStream({} as never)
    return { stream, outbox: new Outbox({ stream }, undefined) }
  }

  test('has drained when there was nothing', async () => {
    await made().outbox.drained()
  })

  test('tells everybody why when it fails, and gives the stream nothing more', async () => {
    const { stream, outbox } = made()
    stream.stalled = true
    outbox.write(new Uint8Array(10))
    const waiting = codeOf(outbox.drained())
    outbox.fail(Object.assign(new Error('over'), { code: 'OVER' }))
    outbox.fail(new Error('later'))
    expect(await waiting).toBe('OVER')
    expect(await codeOf(outbox.drained())).toBe('OVER')
    expect(() => outbox.writeLatin1('x')).toThrow('over')
    outbox.flush()
    stream.take()
    expect(stream.writes).toHaveLength(1)
  })

  test('says when it is full, and how much has left', async () => {
    const { stream, outbox } = made()
    expect(outbox.writeLatin1('x'.repeat(65_535))).toBe(true)
    expect(outbox.write(new Uint8Array(1))).toBe(false)
    expect([outbox.pendingBytes, outbox.takenBytes]).toEqual([65_536, 0])
    await outbox.drained()
    expect([outbox.pendingBytes, outbox.takenBytes]).toEqual([0, 65_536])
    expect(stream.writes).toHaveLength(1)
  })

  test('splits what is larger than a batch, of either kind', async () => {
    const { stream, outbox } = made()
    outbox.send('x'.repeat(100_000), new Uint8Array(100_000))
    await outbox.drained()
    expect(stream.writes.map(({ length }) => length)).toEqual([65_536, 65_536, 65_536, 3392])
  })
})

describe('memory to read to', () => {
  test('is used again, and not hoarded', () => {
    const borrowed = Array.from({ length: 20 }, borrowMemory)
    expect(new Set(borrowed).size).toBe(20)
    for (const memory of borrowed) giveBackMemory(memory)
    const again = Array.from({ length: 20 }, borrowMemory)
    expect(again.filter((memory) => borrowed.includes(memory))).toHaveLength(16)
    for (const memory of again) giveBackMemory(memory)
  })
})

describe('a reader of responses', () => {
  test('joins content that lies in different memory', () => {
    const reader = new ResponseReader()
    expect([reader.started, reader.beyond, reader.trailers]).toEqual([false, false, undefined])
    expect(reader.takeRemaining()).toHaveLength(0)
    reader.begin('GET', { maxBodyBytes: Infinity })
    const contents: string[] = []
    const taker = {
      takeHead: () => true,
      takeInterim: () => true,
      takeContent: (content: Uint8Array) => contents.push(Buffer.from(content).toString()) > 0,
    }
    reader.push(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n'))
    reader.push(Buffer.from('1\r\nb\r\n1\r\nc\r\n'))
    expect(reader.read(taker)).toBe('More')
    reader.push(Buffer.from('0\r\n\r\n'))
    expect(reader.read(taker)).toBe('End')
    expect(contents).toEqual(['abc'])
    expect(reader.contentBytes).toBe(3)
  })
})

describe('the path of a unix socket', () => {
  test.each([
    ['linux', 'x'.repeat(107), undefined],
    ['linux', 'x'.repeat(108), 'at most 107 octets, got 108'],
    ['linux', 'ä'.repeat(54), 'at most 107 octets, got 108'],
    ['linux', `\0${'x'.repeat(107)}`, undefined],
    ['linux', `\0${'x'.repeat(108)}`, 'at most 108 octets, got 109'],
    ['linux', '\0a\0b', undefined],
    ['linux', 'a\0b', 'got one with NUL in it'],
    ['darwin', 'x'.repeat(103), undefined],
    ['darwin', 'x'.repeat(104), 'at most 103 octets, got 104'],
    ['darwin', '\0a', 'got one with NUL in it'],
    ['win32', `\\\\.\\pipe\\${'x'.repeat(200)}`, undefined],
    ['linux', '', 'the path of a socket, got none'],
    ['linux', 7, 'the path of a socket, got none'],
  ])('on %s: is %j a path of a socket (unix(7))? %s', (platform, path, fault) => {
    const check = (): void => checkSocketPath(path, platform)
    if (fault === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(fault)
  })
})
