import { describe, expect, test } from 'vitest'
import { median, percentile } from '../src/statistics.ts'

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
})
