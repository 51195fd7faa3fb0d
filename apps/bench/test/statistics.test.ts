import { describe, expect, test } from 'vitest'
import { logLogSlope, median, percentile, ratios, spread } from '../src/statistics.ts'

describe('statistics', () => {
  test.each([
    { title: 'an odd number of values', values: [3, 1, 2], expected: 2 },
    { title: 'an even number of values', values: [4, 1, 3, 2], expected: 2.5 },
    { title: 'one value', values: [7], expected: 7 },
    { title: 'no value', values: [], expected: NaN },
  ])('the median of $title', ({ values, expected }) => {
    expect(median(values)).toBe(expected)
  })

  test('a percentile lies between its neighbours', () => {
    expect(percentile([10, 20, 30, 40, 50], 0.1)).toBeCloseTo(14)
    expect(percentile([10, 20], 1)).toBe(20)
  })

  test('a spread has the middle and both edges', () => {
    expect(spread([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])).toEqual({
      median: 50,
      low: 10,
      high: 90,
    })
  })

  test('ratios are of the same round', () => {
    expect(ratios([2, 30, 8], [1, 10, 2])).toEqual([2, 3, 4])
  })

  test('a round that the base has not is left out', () => {
    expect(ratios([2, 30], [1])).toEqual([2])
  })

  test.each([
    { growth: 'a cost that stays', cost: () => 5, slope: 0 },
    { growth: 'a linear cost', cost: (size: number) => 3 * size, slope: 1 },
    { growth: 'a quadratic cost', cost: (size: number) => 0.1 * size * size, slope: 2 },
    { growth: 'a cost that shrinks', cost: (size: number) => 7 / size, slope: -1 },
  ])('the slope of $growth is $slope', ({ cost, slope }) => {
    const points = [1, 2, 4, 8, 16].map((size) => [size, cost(size)] as const)
    expect(logLogSlope(points)).toBeCloseTo(slope)
  })
})
