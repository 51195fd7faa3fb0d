import { runInNewContext } from 'node:vm'
import { UsageError } from '@rawhttp/headers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestFromReader, RequestParser } from '../src/index.ts'
import { readLog } from './support/event-log.ts'
import { latin1, latin1Text } from './support/octets.ts'
import { GET, HEAD, parserOf, usageCode } from './support/parsers.ts'

describe('the memory of pieces', () => {
  test('is pointed at for content, not copied', () => {
    const piece = latin1(`${HEAD}Content-Length: 5\r\n\r\nhello!`)
    const parser = parserOf(piece)
    parser.next()
    parser.next()
    expect(parser.bodyOctets.buffer).toBe(piece.buffer)
    expect(parser.bodyOctets.byteOffset).toBe(piece.byteOffset + piece.length - 6)
  })

  test('is given back as it is when it is content from end to end', () => {
    const parser = parserOf(`${HEAD}Content-Length: 10\r\n\r\n`)
    parser.next()
    const piece = latin1('hello')
    parser.push(piece)
    parser.next()
    expect(parser.bodyOctets).toBe(piece)
  })

  test('can be used again when it was released, however messages are cut and asked for', () => {
    const texts = [
      `${HEAD}\r\n`,
      `${HEAD}Content-Length: 9\r\n\r\nnine here`,
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-T: y\r\n\r\n`,
    ]
    const read = (octets: Uint8Array, cuts: readonly number[], asks: readonly number[]): string => {
      const parser = new RequestParser({ initialBufferBytes: 8 })
      const memory = new Uint8Array(octets.length)
      let log = ''
      const step = (): boolean => {
        const event = parser.next()
        if (event === 'Head')
          log += `${parser.head.requestLine.requestTarget} ${parser.head.headers.size}`
        if (event === 'Body') log += latin1Text(parser.bodyOctets)
        if (event === 'End') log += ` ${[...parser.trailers].join()};`
        if (event === 'End') parser.startNextMessage()
        return event !== null
      }
      const edges = [
        ...cuts.map((cut) => cut % octets.length).toSorted((a, b) => a - b),
        octets.length,
      ]
      let start = 0
      for (const [i, end] of edges.entries()) {
        memory.set(octets.subarray(start, end))
        parser.push(memory.subarray(0, end - start))
        for (let asked = 0; asked < (asks[i] ?? 0) && step(); asked++);
        parser.releaseMemory()
        memory.fill(0x5a)
        start = end
      }
      while (step());
      return log
    }
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.array(fc.nat(6), { maxLength: 12 }),
        (messages, cuts, asks) => {
          const octets = latin1(messages.join(''))
          expect(read(octets, cuts, asks)).toBe(read(octets, [], []))
        },
      ),
    )
  })

  test('may be of another realm, of shared memory, or resizable', async () => {
    const text = `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`
    const Resizable = ArrayBuffer as unknown as new (bytes: number, o: object) => ArrayBuffer
    const memories: readonly Uint8Array[] = [
      runInNewContext('new Uint8Array(length)', { length: text.length }) as Uint8Array,
      new Uint8Array(new SharedArrayBuffer(text.length)),
      new Uint8Array(new Resizable(text.length, { maxByteLength: 1000 })),
    ]
    for (const octets of memories) {
      octets.set(latin1(text))
      const log = readLog(new RequestParser(), [octets], false, 'when asked')
      expect(log).toMatchObject([{ event: 'Head' }, { content: 'abc' }, { event: 'End' }, {}])
      expect(latin1Text((await requestFromReader(octets)).body)).toBe('abc')
    }
  })

  test('must be there until it is read', () => {
    const piece = latin1(`${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`)
    const parser = parserOf(piece)
    parser.next()
    structuredClone(0, { transfer: [piece.buffer] })
    expect(usageCode(() => parser.next())).toBe('ERR_OCTETS')
    expect(usageCode(() => parser.next())).toBe('ERR_OCTETS')
    expect(
      usageCode(() => {
        parser.push(piece)
      }),
    ).toBe('ERR_OCTETS')
  })

  test('may be a part of larger memory', () => {
    const large = latin1(`xx${HEAD}Content-Length: 2\r\n\r\nokyy`)
    const log = readLog(new RequestParser(), [large.subarray(2, -2)], false, 'when asked')
    expect(log).toMatchObject([{ event: 'Head' }, { content: 'ok' }, { event: 'End' }, {}])
  })

  test('keeps content as it was, from pieces and from joined octets alike', () => {
    const parser = new RequestParser({ initialBufferBytes: 4 })
    const kept: Uint8Array[] = []
    const take = (): void => {
      for (let event = parser.next(); event !== null; event = parser.next()) {
        if (event === 'Body') kept.push(parser.bodyOctets)
        if (event === 'End') parser.startNextMessage()
      }
    }
    for (let round = 0; round < 20; round++) {
      const letter = String.fromCharCode(0x61 + round)
      const text = `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\n${letter.repeat(3)}\r\n0\r\n\r\n`
      parser.push(latin1(text.slice(0, 30)))
      // Odd rounds join what is pushed before it is read; even ones read each piece.
      if (round % 2 === 0) take()
      parser.push(latin1(text.slice(30)))
      parser.push(latin1(`${HEAD}Content-Length: 3\r\n\r\n${letter.toUpperCase().repeat(3)}`))
      take()
    }
    expect(kept.map(latin1Text).join('')).toBe(
      Array.from({ length: 20 }, (_, round) => {
        const letter = String.fromCharCode(0x61 + round)
        return letter.repeat(3) + letter.toUpperCase().repeat(3)
      }).join(''),
    )
  })

  test('may be used again once it was read: the same array gives its new content', () => {
    const parser = new RequestParser()
    const piece = new Uint8Array(28)
    const targets: string[] = []
    for (const target of ['/1', '/2', '/3']) {
      piece.set(latin1(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`))
      parser.push(piece)
      parser.next()
      targets.push(parser.head.requestLine.requestTarget)
      parser.next()
      parser.startNextMessage()
    }
    expect(targets).toEqual(['/1', '/2', '/3'])
  })

  test('may be used again by another parser', () => {
    const piece = new Uint8Array(28)
    const targets = ['/1', '/2', '/3'].map((target) => {
      piece.set(latin1(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`))
      const parser = parserOf(piece)
      parser.next()
      return parser.head.requestLine.requestTarget
    })
    expect(targets).toEqual(['/1', '/2', '/3'])
  })

  test('may be used again when it was joined to octets that were not read', () => {
    const parser = parserOf(GET)
    const piece = new Uint8Array(28)
    for (const target of ['/1', '/2', '/3']) {
      piece.set(latin1(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`))
      parser.push(piece)
    }
    const targets: string[] = []
    for (let event = parser.next(); event !== null; event = parser.next()) {
      if (event === 'Head') targets.push(parser.head.requestLine.requestTarget)
      if (event === 'End') parser.startNextMessage()
    }
    expect(targets).toEqual(['/', '/1', '/2', '/3'])
  })

  test('that was taken away is the caller’s fault, and nothing that the parser keeps', () => {
    const piece = latin1('x'.repeat(50))
    const parser = parserOf(piece)
    structuredClone(piece.buffer, { transfer: [piece.buffer] })
    expect(() => parser.next()).toThrow(UsageError)
  })
})

describe('many parsers', () => {
  test('do not disturb one another, step by step, though heads are read in shared memory', () => {
    const texts = ['/a', '/b', '/c'].map((target) =>
      Array.from({ length: 5 }, (_, i) => `GET ${target}${i} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''),
    )
    const same = latin1(texts.join(''))
    const parsers = [...texts.map((text) => parserOf(text)), parserOf(same), parserOf(same)]
    const targets: string[][] = parsers.map(() => [])
    for (let round = 0; round < 60; round++) {
      for (const [i, parser] of parsers.entries()) {
        const event = parser.next()
        if (event === 'Head') targets[i].push(parser.head.requestLine.requestTarget)
        if (event === 'End') parser.startNextMessage()
      }
    }
    const own = ['/a', '/b', '/c'].map((target) => [0, 1, 2, 3, 4].map((i) => target + i))
    expect(targets).toEqual([...own, own.flat(), own.flat()])
  })

  test('do not disturb one another when heads are cut', () => {
    const parsers = ['/a', '/b'].map((target) => ({ target, parser: new RequestParser() }))
    const texts = parsers.map(({ target }) => latin1(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`))
    for (let i = 0; i < texts[0].length; i++) {
      for (const [which, { parser }] of parsers.entries()) {
        parser.push(texts[which].subarray(i, i + 1))
        const event = parser.next()
        expect(event).toBe(i === texts[0].length - 1 ? 'Head' : null)
      }
    }
    for (const { target, parser } of parsers) {
      expect(parser.head.requestLine.requestTarget).toBe(target)
    }
  })
})

describe('large pieces', () => {
  const bodies = ['', 'x', 'y'.repeat(500), 'z'.repeat(3000)]
  const texts = Array.from({ length: 400 }, (_, i) => {
    const content = bodies[i % bodies.length]
    const fields = 'F: v\r\n'.repeat(i % 37)
    return `PUT /${i} HTTP/1.1\r\nHost: a\r\n${fields}Content-Length: ${content.length}\r\n\r\n${content}`
  })
  const large = latin1(texts.join(''))

  test('hold many pipelined requests, wherever the windows end in which heads are read', () => {
    expect(large.length).toBeGreaterThan(128 * 1024)
    const log = readLog(new RequestParser(), [large], true, 'when asked')
    const heads = log.filter(({ event }) => event === 'Head')
    expect(heads).toMatchObject(texts.map((_, i) => ({ requestTarget: `/${i}` })))
    const content = log.map((entry) => (entry.event === 'Body' ? entry.content : '')).join('')
    expect(content).toBe(texts.map((_, i) => bodies[i % bodies.length]).join(''))
  })

  test('are read the same in pieces of any size', () => {
    const wanted = JSON.stringify(readLog(new RequestParser(), [large], true, 'when asked'))
    for (const size of [7, 63, 1000, 2047, 2048, 2049, 16_384, 65_536, 100_000]) {
      const pieces: Uint8Array[] = []
      for (let i = 0; i < large.length; i += size) pieces.push(large.subarray(i, i + size))
      for (const manner of ['when asked', 'at once', 'also when Done'] as const) {
        const log = readLog(new RequestParser(), pieces, true, manner)
        expect(JSON.stringify(log) === wanted, `${size} octets, pushed ${manner}`).toBe(true)
      }
    }
  })
})
