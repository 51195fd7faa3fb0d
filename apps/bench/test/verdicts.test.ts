import { describe, expect, test } from 'vitest'
import { BENCHMARKS } from '../src/benchmarks.ts'
import { requests } from '../src/messages/requests.ts'
import type { Row } from '../src/model.ts'
import { TARGETS } from '../src/report/targets.ts'
import type { Bound, Target } from '../src/report/targets.ts'
import { judge, missedBy } from '../src/report/verdicts.ts'

function row(name: string, ours: readonly number[], theirs: readonly number[]): Row {
  return {
    benchmark: 'it',
    name,
    figure: 'cpuUs',
    outcomes: [
      { contender: 'rawhttp', version: '', samples: ours.map((cpuUs) => ({ cpuUs })) },
      { contender: 'peer', version: '', samples: theirs.map((cpuUs) => ({ cpuUs })) },
    ],
  }
}

function target(bound: Bound, more: Partial<Target> = {}): Target {
  return { claim: '', benchmark: 'it', figure: 'cpuUs', of: 'rawhttp', to: 'peer', bound, ...more }
}

describe('a target', () => {
  // Ours has 6, the peer 10.
  test.each([
    { bound: { atMost: 0.7 }, met: true, missed: '' },
    { bound: { atMost: 0.6 }, met: true, missed: '' },
    { bound: { atMost: 0.5 }, met: false, missed: '20 %' },
    { bound: { atLeast: 0.5 }, met: true, missed: '' },
    { bound: { atLeast: 1.2 }, met: false, missed: '50 %' },
    { bound: { atMostMore: -4 }, met: true, missed: '' },
    { bound: { atMostMore: -9 }, met: false, missed: '5 ms' },
  ])('of $bound is met: $met', ({ bound, met, missed }) => {
    const [verdict] = judge([target(bound)], [row('a', [6, 6, 60], [10, 10, 100])])
    expect(verdict?.met).toBe(met)
    expect(verdict === undefined ? undefined : missedBy(verdict)).toBe(missed)
  })

  test.each([
    { bound: { atMost: 1 }, worst: 'b', met: false },
    { bound: { atLeast: 1 }, worst: 'a', met: false },
    { bound: { atMost: 3 }, worst: 'b', met: true },
  ])('about several rows counts the worst: $bound, $worst', ({ bound, worst, met }) => {
    const rows = [row('a', [1], [2]), row('b', [2], [1]), row('c', [1], [1])]
    const [verdict] = judge([target(bound)], rows)
    expect(verdict).toMatchObject({ row: worst, met })
  })

  test('about one row does not look at others', () => {
    const rows = [row('a', [1], [2]), row('b', [2], [1])]
    expect(judge([target({ atMost: 1 }, { row: 'a' })], rows)).toMatchObject([
      { row: 'a', met: true },
    ])
  })

  test.each([
    { title: 'another benchmark', rows: [{ ...row('a', [1], [1]), benchmark: 'other' }] },
    { title: 'a peer that was skipped', rows: [row('a', [1], [])] },
    { title: 'ours that failed', rows: [row('a', [], [1])] },
    { title: 'nobody', rows: [{ ...row('a', [], []), outcomes: [] }] },
  ])('is neither met nor missed by $title', ({ rows }) => {
    for (const bound of [{ atMost: 1 }, { atMostMore: 1 }]) {
      const [verdict] = judge([target(bound)], rows)
      expect(verdict).toMatchObject({ measured: undefined, met: undefined })
      expect(verdict === undefined ? undefined : missedBy(verdict)).toBe('')
    }
  })
})

describe('the targets', () => {
  test('are about benchmarks that there are', () => {
    const names = BENCHMARKS.map(({ name }) => name)
    for (const { benchmark } of TARGETS) expect(names).toContain(benchmark)
  })

  test('are about rows that there are', () => {
    const names = requests().map(({ name }) => name)
    for (const { row: name } of TARGETS) if (name !== undefined) expect(names).toContain(name)
  })

  test('say in words what they are, each differently', () => {
    expect(new Set(TARGETS.map(({ claim }) => claim)).size).toBe(TARGETS.length)
  })
})
