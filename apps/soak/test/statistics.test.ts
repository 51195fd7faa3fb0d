import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Distribution, fitLine } from '../src/statistics.ts'

const small = fc.integer({ min: -1000, max: 1000 })

describe('fitLine', () => {
  test.each([
    { title: 'no points', points: [], slope: 0, error: 0 },
    { title: 'one point', points: [[3, 4]], slope: 0, error: 0 },
    {
      title: 'points above each other',
      points: [
        [3, 4],
        [3, 9],
        [3, 5],
      ],
      slope: 0,
      error: 0,
    },
    {
      title: 'two points',
      points: [
        [1, 1],
        [3, 7],
      ],
      slope: 3,
      error: 0,
    },
    {
      title: 'a level',
      points: [
        [0, 5],
        [1, 5],
        [2, 5],
      ],
      slope: 0,
      error: 0,
    },
    {
      title: 'three points off the line',
      points: [
        [0, 0],
        [1, 3],
        [2, 0],
      ],
      slope: 0,
      error: Math.sqrt(3),
    },
    {
      title: 'four points off the line',
      points: [
        [0, 1],
        [1, 1],
        [2, 3],
        [3, 3],
      ],
      slope: 0.8,
      error: Math.sqrt(0.08),
    },
  ])('fits $title', ({ points, slope, error }) => {
    const line = fitLine(points.map(([x, y]) => ({ x, y })))
    expect(line.slope).toBeCloseTo(slope, 10)
    expect(line.error).toBeCloseTo(error, 10)
  })

  test('finds the slope of any line that points lie on, with no error', () => {
    const places = fc.uniqueArray(small, { minLength: 2, maxLength: 50 })
    fc.assert(
      fc.property(places, small, small, (places, slope, offset) => {
        const line = fitLine(places.map((x) => ({ x, y: slope * x + offset })))
        expect(line.slope).toBeCloseTo(slope, 6)
        expect(line.error).toBeCloseTo(0, 3)
      }),
    )
  })
})

describe('Distribution', () => {
  test('has no percentile of nothing', () => {
    expect(new Distribution().percentile(0.5)).toBeNaN()
  })

  test('gives percentiles within 1 % of the true ones, whatever the values', () => {
    const values = fc.array(fc.double({ min: 0.01, max: 100_000, noNaN: true }), { minLength: 1 })
    const shares = fc.constantFrom(0, 0.01, 0.5, 0.9, 0.99, 1)
    fc.assert(
      fc.property(values, shares, (values, share) => {
        const distribution = new Distribution()
        for (const value of values) distribution.add(value)
        const sorted = values.toSorted((one, other) => one - other)
        const rank = Math.max(1, Math.ceil(share * values.length))
        expect(distribution.count).toBe(values.length)
        expect(distribution.percentile(share) / sorted[rank - 1]).toBeCloseTo(1, 1)
        expect(Math.abs(distribution.percentile(share) / sorted[rank - 1] - 1)).toBeLessThan(0.011)
      }),
    )
  })

  test('takes what is too short to be measured', () => {
    const distribution = new Distribution()
    distribution.add(0)
    expect(distribution.percentile(1)).toBeLessThan(0.01)
  })
})
