import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ReadBuffers } from '../src/read-buffers.ts'

const KIB = 1024
const MIB = 1024 * KIB

describe('buffers for reads', () => {
  test.each([
    [1, 16 * KIB],
    [16 * KIB, 16 * KIB],
    [16 * KIB + 1, 32 * KIB],
    [100 * KIB, 128 * KIB],
    [512 * KIB, 512 * KIB],
    [512 * KIB + 1, 512 * KIB],
    [Number.MAX_SAFE_INTEGER, 512 * KIB],
  ])('%i octets wanted get %i', (wantedBytes, size) => {
    expect(new ReadBuffers().take(wantedBytes)).toHaveLength(size)
  })

  test('are used again when they were given back, and not when they were dropped', () => {
    const buffers = new ReadBuffers()
    const first = buffers.take(MIB)
    expect(buffers.take(MIB) === first).toBe(false)
    buffers.give(first)
    const second = buffers.take(MIB)
    expect(second === first).toBe(true)
    buffers.drop(second)
    expect(buffers.take(MIB) === first).toBe(false)
  })

  test('are kept in small number when nobody needs them', () => {
    const buffers = new ReadBuffers()
    const crowd = Array.from({ length: 50 }, () => buffers.take(64 * KIB))
    for (const buffer of crowd) buffers.give(buffer)
    const known = new Set(crowd)
    const again = Array.from({ length: 50 }, () => buffers.take(64 * KIB))
    expect(again.filter((buffer) => known.has(buffer))).toHaveLength(32)
  })

  test('become small as they become scarce, and then nobody should take two', () => {
    const buffers = new ReadBuffers()
    const sizes = Array.from({ length: 1000 }, () => buffers.take(MIB).length)
    expect(sizes[0]).toBe(512 * KIB)
    expect(sizes.toSorted((a, b) => b - a)).toEqual(sizes)
    expect(sizes.at(-1)).toBe(16 * KIB)
    expect(buffers.scarce).toBe(true)
    // A thousand of the largest would be 500 MiB.
    expect(buffers.heldBytes).toBeLessThan(80 * MIB)
  })

  test('whoever takes and gives, all but the smallest stay within the budget', () => {
    const wanted = fc.integer({ min: 1, max: MIB })
    fc.assert(
      fc.property(fc.array(fc.option(wanted), { maxLength: 300 }), (steps) => {
        const buffers = new ReadBuffers(4 * MIB)
        const taken: Buffer[] = []
        let held = 0
        let smallest = 0
        for (const wantedBytes of steps) {
          if (wantedBytes === null) {
            const oldest = taken.shift()
            if (oldest === undefined) continue
            buffers.give(oldest)
            held -= oldest.length
            if (oldest.length === 16 * KIB) smallest -= oldest.length
          } else {
            const buffer = buffers.take(wantedBytes)
            taken.push(buffer)
            held += buffer.length
            if (buffer.length === 16 * KIB) smallest += buffer.length
          }
          expect(buffers.heldBytes).toBe(held)
          expect(held - smallest).toBeLessThanOrEqual(4 * MIB)
        }
      }),
    )
  })
})
