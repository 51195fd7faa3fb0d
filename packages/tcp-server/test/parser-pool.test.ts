import { UsageError } from '@rawhttp/headers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { handleConnection, serve } from '../src/index.ts'
import type { Handler } from '../src/index.ts'
import { HttpConnection } from '../src/connection.ts'
import { Deadlines } from '../src/deadlines.ts'
import { connectionSettings } from '../src/options.ts'
import { ParserPool } from '../src/parser-pool.ts'
import { systemSendQueues } from '../src/send-queues.ts'
import { request, settle } from './support/connect.ts'
import { HandClock } from './support/hand-clock.ts'
import { echo, echoTarget, gate } from './support/handlers.ts'
import { MemoryStream } from './support/memory-stream.ts'
import { parseResponses } from './support/response-reader.ts'

// What accepts the connections of one server, which share their parsers.
function accept(handler: Handler): () => MemoryStream {
  const settings = connectionSettings({})
  const owner = {
    transport: 'stream' as const,
    deadlines: new Deadlines(new HandClock(), 500),
    sendQueues: systemSendQueues,
  }
  return () => {
    const stream = new MemoryStream()
    void new HttpConnection(stream, false, handler, settings, owner)
    return stream
  }
}

const answers = (stream: MemoryStream): unknown[] =>
  parseResponses(stream.sent).map(({ statusCode, body }) => [statusCode, body])

describe('a pool of parsers', () => {
  test('keeps the limits as they were when it was made', () => {
    const limits = { maxFieldLines: 1 }
    const pool = new ParserPool(limits)
    pool.take()
    limits.maxFieldLines = Number.NaN
    expect(() => pool.take()).not.toThrow()
  })

  test('gives each to one at a time, and again when it came back', () => {
    const pool = new ParserPool({})
    const [first, second] = [pool.take(), pool.take()]
    expect(first).not.toBe(second)
    pool.giveBack(second)
    expect(pool.take()).toBe(second)
    expect(pool.take()).not.toBe(first)
  })

  test('keeps a bounded number of them', () => {
    const pool = new ParserPool(undefined)
    const parsers = Array.from({ length: 1000 }, () => pool.take())
    for (const parser of parsers) pool.giveBack(parser)
    const again = Array.from({ length: 1000 }, () => pool.take())
    expect(new Set(again).size).toBe(1000)
    expect(again.filter((parser) => parsers.includes(parser))).toHaveLength(128)
  })

  test('refuses limits that are none before anybody connects', async () => {
    const limits = { maxFieldLines: -1 }
    expect(() => handleConnection(new MemoryStream(), echo, { limits })).toThrow(UsageError)
    await expect(serve(0, echo, { limits })).rejects.toThrow(UsageError)
  })
})

describe('connections that share parsers', () => {
  test.each([
    ['closed behind it', ['Connection: close'], 'Closed'],
    ['kept', [], 'Idle'],
  ])('give theirs back behind a request, whether they are %s', async (_, lines, state) => {
    const settings = connectionSettings({})
    const parser = settings.parsers.take()
    settings.parsers.giveBack(parser)
    const stream = new MemoryStream()
    const connection = new HttpConnection(stream, false, echoTarget, settings, {
      transport: 'stream',
      deadlines: new Deadlines(new HandClock(), 500),
      sendQueues: systemSendQueues,
    })
    stream.receive(request('GET /first', ...lines))
    await settle()
    expect(connection.state).toBe(state)
    expect(settings.parsers.take()).toBe(parser)
    expect(parser).toMatchObject({ state: 'Initialized', heldBytes: 0 })
    stream.destroy()
  })

  test('know nothing of the end of another', async () => {
    const { opened, open: letGo } = gate()
    const open = accept(async (incoming, writer) => {
      await echoTarget(incoming, writer)
      await opened
    })
    const first = open()
    first.receive(request('GET /first'))
    await settle()
    first.receiveEnd()
    letGo()
    await settle()
    expect([answers(first), first.destroyed]).toEqual([[[200, '/first']], true])
    const second = open()
    second.receive('GET /second HTTP/1.1\r\n')
    await settle()
    second.receive('Host: a\r\n\r\n')
    await settle()
    expect(answers(second)).toEqual([[200, '/second']])
    second.destroy()
  })

  const whole = (name: string): string[] => [
    request(`GET /${name}`),
    `\r\n${request(`POST /${name}`, 'Content-Length: 4')}body`,
    `${request(`POST /${name}`, 'Transfer-Encoding: chunked')}2;x=y\r\nab\r\n0\r\nX-T: ${name}\r\n\r\n`,
  ]
  const broken = (name: string): string[] => [
    '\r',
    'G',
    `GET /${name} HTTP/1.1\r\nHost: `,
    `${request(`POST /${name}`, 'Content-Length: 9')}cut`,
    `${request(`POST /${name}`, 'Transfer-Encoding: chunked')}3\r\nab`,
    `${request(`POST /${name}`, 'Transfer-Encoding: chunked')}zz`,
    'bad\r\n\r\n',
    request(`GET /${name}`, 'Connection: close'),
  ]
  const talk = fc.record({
    requests: fc.array(fc.nat(2), { maxLength: 4 }),
    tail: fc.option(fc.nat(7)),
    cuts: fc.array(fc.nat(), { maxLength: 6 }),
    end: fc.constantFrom('stays', 'ends', 'breaks'),
  })

  test.each([
    ['at once', echoTarget],
    ['later', echo],
  ])('have nothing of each other when they answer %s', async (_, handler) => {
    await fc.assert(
      fc.asyncProperty(fc.array(talk, { minLength: 2, maxLength: 5 }), async (talks) => {
        const pieces = talks.map(({ requests, tail, cuts }, i) => {
          const parts = requests.map((kind) => whole(`c${i}`)[kind] ?? '')
          const wire = parts.join('') + (tail === null ? '' : (broken(`c${i}`)[tail] ?? ''))
          const edges = [0, ...cuts.map((cut) => cut % (wire.length + 1)), wire.length]
          const places = edges.toSorted((a, b) => a - b)
          return places.slice(1).map((place, j) => wire.slice(places[j], place))
        })
        const open = accept(handler)
        const together = talks.map(open)
        const alone = talks.map(() => accept(handler)())
        for (let round = 0; round < 7; round++) {
          for (const streams of [together, alone]) {
            for (const [i, stream] of streams.entries()) {
              if (!stream.destroyed) stream.receive(pieces[i]?.[round] ?? '')
            }
          }
          if (round % 2 === 1) await settle()
        }
        for (const [i, { end }] of talks.entries()) {
          for (const stream of [together[i], alone[i]]) {
            if (end === 'ends') stream?.receiveEnd()
            if (end === 'breaks') stream?.breakWith(new Error('ECONNRESET'))
          }
        }
        await settle()
        expect(together.map(answers)).toEqual(alone.map(answers))
        const late = open()
        late.receive(whole('late').join(''))
        for (let i = 0; i < 3; i++) await settle()
        expect(answers(late)).toHaveLength(3)
        for (const stream of [...together, ...alone, late]) stream.destroy()
      }),
      { numRuns: 150 },
    )
  })
})
