import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ReceiveBuffer, UsageError } from '../src/index.ts'
import { octets } from './support/octets.ts'

// Behind the octets there is room for two words of four that begin at the end.
const SLACK_BYTES = 8

function held(buffer: ReceiveBuffer): string {
  return String.fromCharCode(...buffer.octets.subarray(0, buffer.end))
}

function room(buffer: ReceiveBuffer): number {
  return 2 ** Math.floor(Math.log2(buffer.octets.length))
}

describe('growing', () => {
  test('starts at 1024 octets and doubles when more come', () => {
    const buffer = new ReceiveBuffer()
    const rooms = new Map<number, number>()
    for (let count = 1; count <= 5000; count++) {
      buffer.append(octets('x'))
      if (!rooms.has(room(buffer))) rooms.set(room(buffer), count)
    }
    expect([...rooms]).toEqual([
      [1024, 1],
      [2048, 1025],
      [4096, 2049],
      [8192, 4097],
    ])
    expect(held(buffer)).toBe('x'.repeat(5000))
  })

  test.each([
    [1024, 1024],
    [1025, 2048],
    [4096, 4096],
    [4097, 8192],
    [100_000, 131_072],
  ])('doubles until %i octets that come at once fit: %i', (count, expected) => {
    const buffer = new ReceiveBuffer()
    buffer.append(new Uint8Array(count).fill(0x61))
    expect(room(buffer)).toBe(expected)
    expect(buffer.end).toBe(count)
  })

  test.each([0, 1, 3, -1, Number.NaN])('grows also from %d octets', (initialBytes) => {
    const buffer = new ReceiveBuffer(initialBytes)
    buffer.append(octets('Host: localhost'))
    buffer.append(octets(', and more than that'))
    expect(held(buffer)).toBe('Host: localhost, and more than that')
  })

  test('keeps the view on the memory that it has', () => {
    const buffer = new ReceiveBuffer(4)
    for (let i = 0; i < 10; i++) {
      buffer.append(octets('abcdef'))
      expect(buffer.view.buffer).toBe(buffer.octets.buffer)
      expect(buffer.view.getUint8(buffer.end - 1)).toBe(0x66)
    }
  })

  test('does not change octets that were handed in', () => {
    const source = octets('abc')
    const buffer = new ReceiveBuffer()
    buffer.append(source)
    buffer.octets[0] = 0
    source[1] = 0
    expect([...source]).toEqual([0x61, 0, 0x63])
    expect(held(buffer)).toBe('\0bc')
  })
})

describe('filling', () => {
  test.each([
    ['all', 0, 6, 'abcdef'],
    ['a part', 1, 4, 'bcd'],
    ['nothing', 3, 3, ''],
  ])('puts %s of the octets in the place of those held', (_, start, end, expected) => {
    const buffer = new ReceiveBuffer(16)
    buffer.append(octets('0123456789'))
    buffer.fill(octets('abcdef'), start, end)
    expect(held(buffer)).toBe(expected)
    expect(buffer.octets[buffer.end]).toBe(0)
    buffer.append(octets('!'))
    expect(held(buffer)).toBe(`${expected}!`)
  })

  test('refuses octets that are not there, and keeps what is held', () => {
    const buffer = new ReceiveBuffer(16)
    buffer.append(octets('abc'))
    expect(() => {
      buffer.fill(octets('de'), 0, 3)
    }).toThrow(expect.objectContaining({ name: 'UsageError', code: 'ERR_OCTETS' }))
    expect(held(buffer)).toBe('abc')
  })

  test('fills the room to its end and no further', () => {
    const buffer = new ReceiveBuffer(16)
    buffer.fill(new Uint8Array(16).fill(0x61), 0, 16)
    expect(held(buffer)).toBe('a'.repeat(16))
    expect(() => buffer.view.getInt32(buffer.end + 8, true)).not.toThrow()
  })
})

describe('the end', () => {
  test('always holds a zero, with readable words behind it', () => {
    const buffer = new ReceiveBuffer(1)
    const expectEnd = (): void => {
      expect(buffer.octets[buffer.end]).toBe(0)
      expect(buffer.octets.length).toBeGreaterThanOrEqual(buffer.end + SLACK_BYTES)
      expect(() => buffer.view.getInt32(buffer.end + 4, true)).not.toThrow()
    }
    for (let count = 0; count < 70; count++) {
      buffer.append(new Uint8Array(count).fill(0xff))
      expectEnd()
    }
    while (buffer.end > 0) {
      buffer.shift(Math.min(buffer.end, 7))
      expectEnd()
    }
    buffer.append(octets('abc'))
    buffer.clear()
    expectEnd()
  })

  test('moves to the front when octets are dropped', () => {
    const buffer = new ReceiveBuffer()
    buffer.append(octets('GET / HTTP/1.1\r\nHost: a'))
    buffer.shift(16)
    expect(held(buffer)).toBe('Host: a')
    buffer.shift(0)
    expect(held(buffer)).toBe('Host: a')
    buffer.shift(7)
    expect([held(buffer), buffer.end]).toEqual(['', 0])
  })

  test('is at the front when all octets are dropped, and the room stays', () => {
    const buffer = new ReceiveBuffer()
    buffer.append(new Uint8Array(3000))
    buffer.clear()
    expect([buffer.end, room(buffer)]).toEqual([0, 4096])
    buffer.append(octets('new'))
    expect(held(buffer)).toBe('new')
  })
})

test('behaves as a string under any operations', () => {
  const operation = fc.oneof(
    fc.record({
      kind: fc.constant('append' as const),
      // Few octets are copied one by one, more at once: both sides of both thresholds.
      count: fc.oneof(fc.nat(60), fc.nat(3000)),
      before: fc.nat(3),
      behind: fc.nat(3),
    }),
    fc.record({
      kind: fc.constant('shift' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constant('clear' as const) }),
  )
  fc.assert(
    fc.property(fc.nat(40), fc.array(operation, { maxLength: 20 }), (initialBytes, operations) => {
      const buffer = new ReceiveBuffer(initialBytes)
      let model = ''
      for (const [index, step] of operations.entries()) {
        if (step.kind === 'clear') {
          buffer.clear()
          model = ''
        } else if (step.kind === 'shift') {
          const count = Math.floor(step.share * model.length)
          buffer.shift(count)
          model = model.slice(count)
        } else {
          const text = String.fromCharCode(0x61 + index).repeat(step.count)
          const source = octets('<'.repeat(step.before) + text + '>'.repeat(step.behind))
          buffer.append(source, step.before, step.before + step.count)
          model += text
        }
        expect(buffer.end).toBe(model.length)
        expect(buffer.octets[buffer.end]).toBe(0)
      }
      expect(held(buffer)).toBe(model)
    }),
  )
})

test('refuses octets that the source does not have: what the memory held before would be taken for them', () => {
  const buffer = new ReceiveBuffer()
  expect(() => buffer.append(octets('abc'), 0, 4)).toThrow(UsageError)
  expect(buffer.end).toBe(0)
})
