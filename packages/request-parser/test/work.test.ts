import { Headers, INCOMPLETE, ReceiveBuffer } from '@rawhttp/headers'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { DEFAULT_LIMITS, RequestParser } from '../src/index.ts'
import { RequestHeadReader } from '../src/request-head.ts'
import { latin1 } from './support/octets.ts'

const FIELDS = 'Cookie: session=0123456789; theme=dark\r\nX-Unknown-Name: some value\r\n'
const HEADS: { readonly [Kind in string]: Uint8Array } = {
  'a browser’s head': latin1(`GET /path?query HTTP/1.1\r\nHost: a\r\n${FIELDS.repeat(30)}\r\n`),
  'a long target': latin1(`GET /${'t'.repeat(2000)} HTTP/1.1\r\nHost: a\r\n\r\n`),
  'a long method': latin1(`${'M'.repeat(2000)} / HTTP/1.1\r\nHost: a\r\n\r\n`),
  'a long name': latin1(`GET / HTTP/1.1\r\nHost: a\r\n${'N'.repeat(2000)}: v\r\n\r\n`),
  'a long value': latin1(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'v'.repeat(2000)}\r\n\r\n`),
  'white space before a value': latin1(
    `GET / HTTP/1.1\r\nHost: a\r\nX:${' '.repeat(2000)}v\r\n\r\n`,
  ),
  'white space behind a value': latin1(
    `GET / HTTP/1.1\r\nHost: a\r\nX: v${' '.repeat(2000)}\r\n\r\n`,
  ),
  'white space inside a value': latin1(
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'v '.repeat(1000)}v\r\n\r\n`,
  ),
  'empty lines': latin1(`${'\r\n'.repeat(1000)}GET / HTTP/1.1\r\nHost: a\r\n\r\n`),
}
const SIZES = [1, 2, 7, 64, 1000]

/** A receive buffer that counts the reads of its memory; a word of four is one. */
class CountingBuffer extends ReceiveBuffer {
  looks = 0

  constructor() {
    super(4096)
    const memory = this.octets
    const words = this.view
    this.octets = new Proxy(memory, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) {
          this.looks++
          return target[Number(key)]
        }
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
      set: (target, key, value) => Reflect.set(target, key, value, target),
    })
    this.view = Object.assign(Object.create(words) as DataView, {
      getInt32: (position: number, littleEndian: boolean) => {
        this.looks++
        return words.getInt32(position, littleEndian)
      },
    })
  }
}

function looksAt(octets: Uint8Array, pieceBytes: number): number {
  const reader = new RequestHeadReader(DEFAULT_LIMITS)
  const buffer = new CountingBuffer()
  reader.begin()
  for (let i = 0; i < octets.length; i += pieceBytes) {
    const end = Math.min(octets.length, i + pieceBytes)
    const looksBefore = buffer.looks
    buffer.append(octets, i, end)
    // append is the memory's work, not the reader's.
    buffer.looks = looksBefore
    if (reader.read(buffer, 0) !== INCOMPLETE) return buffer.looks
  }
  throw new Error('the head did not end')
}

describe('octets looked at', () => {
  for (const [kind, octets] of Object.entries(HEADS)) {
    test(`are at most twice those that came, and eight a piece: ${kind}`, () => {
      for (const size of SIZES) {
        const pieces = Math.ceil(octets.length / size)
        expect(looksAt(octets, size), `pieces of ${size}`).toBeLessThanOrEqual(
          2 * octets.length + 8 * pieces,
        )
      }
    })
  }

  // Known names that begin alike are compared one by one, each as far as it is the same.
  test('are at most three times those that came when names look known for long', () => {
    const octets = latin1(
      `GET / HTTP/1.1\r\nHost: a\r\n${'Access-Control-Allow-Origix: v\r\n'.repeat(60)}\r\n`,
    )
    for (const size of SIZES) {
      const pieces = Math.ceil(octets.length / size)
      expect(looksAt(octets, size), `pieces of ${size}`).toBeLessThanOrEqual(
        3 * octets.length + 8 * pieces,
      )
    }
  })
})

describe('octets copied and memory taken', () => {
  const fill = vi.spyOn(ReceiveBuffer.prototype, 'fill')
  const spies = [vi.spyOn(ReceiveBuffer.prototype, 'append'), fill] as const
  const clear = (): void => {
    for (const spy of spies) spy.mockClear()
  }
  beforeEach(clear)
  afterAll(() => {
    for (const spy of spies) spy.mockRestore()
  })

  const copied = (): number =>
    spies
      .flatMap((spy) => spy.mock.calls)
      .reduce((sum, [{ length }, start = 0, end = length]) => sum + end - start, 0)
  // Nothing else is filled than the mirror, which all parsers share and which fits the largest head that is usual.
  const isMirror = (buffer: ReceiveBuffer): boolean => fill.mock.contexts.includes(buffer)
  const buffers = (): number[] => {
    const used = new Set(spies.flatMap((spy) => spy.mock.contexts as ReceiveBuffer[]))
    for (const buffer of used) {
      if (isMirror(buffer)) expect(buffer.octets.length).toBeLessThanOrEqual(32_768 + 16)
    }
    return [...used].filter((buffer) => !isMirror(buffer)).map(({ octets }) => octets.length)
  }
  const memory = (): number => buffers().reduce((sum, length) => sum + length, 0)

  for (const [kind, octets] of Object.entries(HEADS)) {
    test(`are few when a head drips: ${kind}`, () => {
      for (const size of SIZES) {
        clear()
        const parser = new RequestParser()
        for (let i = 0; i < octets.length; i += size) {
          const end = Math.min(octets.length, i + size)
          parser.push(octets.subarray(i, end))
          const event = parser.next()
          expect(event).toBe(end === octets.length ? 'Head' : null)
          if (event === null) expect(parser.heldBytes).toBe(end)
        }
        expect(copied(), `pieces of ${size}`).toBeLessThanOrEqual(2 * octets.length)
        // One buffer of at most twice what is held.
        expect(memory()).toBeLessThanOrEqual(2 * octets.length + 1024)
      }
    })
  }

  test('are few when a piece holds many heads', () => {
    const octets = latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(4000))
    const parser = new RequestParser()
    parser.push(octets)
    let heads = 0
    for (let event = parser.next(); event !== null; event = parser.next()) {
      if (event === 'Head') heads++
      if (event === 'End') parser.startNextMessage()
    }
    expect(heads).toBe(4000)
    expect(copied()).toBeLessThanOrEqual(2.5 * octets.length)
    expect(memory()).toBeLessThanOrEqual(2 * 2048)
  })

  test('are none when content comes in whole pieces', () => {
    const parser = new RequestParser()
    parser.push(latin1('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n'))
    parser.next()
    const copiedBefore = copied()
    for (let i = 0; i < 10; i++) {
      parser.push(new Uint8Array(100_000))
      parser.next()
    }
    expect(copied()).toBe(copiedBefore)
    expect(parser.next()).toBe('End')
  })

  test('are linear when pieces are pushed while nothing is read', () => {
    const octets = latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1000))
    const parser = new RequestParser()
    for (let i = 0; i < octets.length; i += 10) parser.push(octets.subarray(i, i + 10))
    expect(copied()).toBe(octets.length)
    expect(memory()).toBeLessThanOrEqual(2 * octets.length + 1024)
    while (parser.next() !== null) if (parser.state === 'Done') parser.startNextMessage()
    expect(parser.heldBytes).toBe(0)
  })

  test('stay bounded when a reader is always one piece behind', () => {
    const request = latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const parser = new RequestParser()
    parser.push(request)
    for (let i = 0; i < 2000; i++) {
      parser.push(request)
      expect([parser.next(), parser.next()]).toEqual(['Head', 'End'])
      parser.startNextMessage()
    }
    expect(parser.heldBytes).toBe(request.length)
    expect(Math.max(...buffers())).toBeLessThanOrEqual(2 * 1024 + 64)
  })

  test('are given back after a large head', () => {
    const parser = new RequestParser()
    const head = latin1(`GET / HTTP/1.1\r\nHost: a\r\nCookie: ${'c'.repeat(15_000)}\r\n\r\n`)
    for (let round = 0; round < 3; round++) {
      parser.push(head.subarray(0, 100))
      parser.next()
      parser.push(head.subarray(100))
      expect([parser.next(), parser.next()]).toEqual(['Head', 'End'])
      expect(parser.head.headers).toBeInstanceOf(Headers)
      parser.startNextMessage()
    }
    // A buffer that had to grow is not kept for the next head: there is one for each.
    const large = buffers().filter((length) => length > 10_000)
    expect(large).toHaveLength(3)
  })
})
