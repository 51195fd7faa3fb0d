import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../src/random.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })

function words(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.word())
}

describe('Random', () => {
  test('gives the same choices for the same seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(words(new Random(seed), 20)).toEqual(words(new Random(seed), 20))
      }),
    )
  })

  test('keeps to its sequence for ever, so that a seed in a report stays good', () => {
    expect(words(new Random(1), 4)).toMatchInlineSnapshot(`
      [
        1580013426,
        350525680,
        3524174333,
        3011703609,
      ]
    `)
    expect(Random.of(1, 2).letters(12)).toMatchInlineSnapshot(`"qhrnqjgtzqsz"`)
  })

  test('gives other choices for another seed or client', () => {
    const sequences = [
      new Random(1),
      new Random(2),
      Random.of(1, 0),
      Random.of(1, 1),
      Random.of(2, 0),
    ].map((random) => words(random, 4).join())
    expect(new Set(sequences).size).toBe(sequences.length)
  })

  test('keeps numbers within their bounds and reaches all of them', () => {
    const random = new Random(5)
    const seen = new Set(Array.from({ length: 1000 }, () => random.between(3, 9)))
    expect(seen).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]))
  })

  test('takes chances as often as their probability says', () => {
    const random = new Random(6)
    const taken = Array.from({ length: 10_000 }, () => random.chance(0.3)).filter(Boolean)
    expect(taken.length / 10_000).toBeCloseTo(0.3, 1)
    expect(random.chance(0)).toBe(false)
    expect(random.chance(1)).toBe(true)
  })

  test('chooses rows as often as their weight says', () => {
    const random = new Random(7)
    const rows = [
      { name: 'often', weight: 9 },
      { name: 'never', weight: 0 },
      { name: 'seldom', weight: 1 },
    ]
    const chosen = Array.from({ length: 10_000 }, () => random.weighted(rows).name)
    const share = (name: string): number => chosen.filter((other) => other === name).length / 10_000
    expect(share('often')).toBeCloseTo(0.9, 1)
    expect(share('seldom')).toBeCloseTo(0.1, 1)
    expect(share('never')).toBe(0)
  })

  test('picks every item and cannot pick from none', () => {
    const random = new Random(8)
    const picked = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])))
    expect(picked).toEqual(new Set(['a', 'b', 'c']))
    expect(() => random.pick([])).toThrow('pick: expected at least one item')
    expect(() => random.weighted([])).toThrow('weighted: expected at least one row')
  })

  test('makes as many octets and letters as it is asked for', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 500 }), (seed, count) => {
        expect(new Random(seed).octets(count)).toHaveLength(count)
        expect(new Random(seed).letters(count)).toMatch(new RegExp(`^[a-z]{${count}}$`))
      }),
    )
    expect(new Set(new Random(9).octets(10_000)).size).toBe(256)
  })

  test('cuts octets into pieces that are the same together', () => {
    const octets = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
    fc.assert(
      fc.property(seeds, octets, fc.integer({ min: 1, max: 10 }), (seed, whole, most) => {
        const pieces = new Random(seed).pieces(whole, most)
        expect(Buffer.concat(pieces)).toEqual(whole)
        expect(pieces.length).toBeLessThanOrEqual(most)
        if (whole.length > 0) expect(pieces.every((piece) => piece.length > 0)).toBe(true)
      }),
    )
  })
})
