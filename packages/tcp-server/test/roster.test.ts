import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Roster } from '../src/roster.ts'
import type { Seat } from '../src/roster.ts'

const sorted = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b)

describe('a roster', () => {
  test('has whoever came and did not leave, as a Set has', () => {
    const steps = fc.array(fc.record({ comes: fc.boolean(), which: fc.nat(20) }))
    fc.assert(
      fc.property(steps, (sequence) => {
        const roster = new Roster<number>()
        const expected = new Set<number>()
        const seats = new Map<number, Seat<number>>()
        for (const { comes, which } of sequence) {
          const seated = expected.has(which)
          if (comes && !seated) {
            seats.set(which, roster.add(which))
            expected.add(which)
          } else if (!comes) {
            // Also a second time.
            seats.get(which)?.leave()
            expected.delete(which)
          }
          expect(roster.size).toBe(expected.size)
          expect(sorted(roster)).toEqual(sorted(expected))
        }
      }),
    )
  })

  test('is gone through to its end while those who are met leave', () => {
    const roster = new Roster<number>()
    const seats = [0, 1, 2, 3, 4].map((member) => roster.add(member))
    const met: number[] = []
    for (const member of roster) {
      met.push(member)
      if (member !== 2) seats[member]?.leave()
    }
    expect(sorted(met)).toEqual([0, 1, 2, 3, 4])
    expect([...roster]).toEqual([2])
  })

  test('does not meet who has left meanwhile', () => {
    const roster = new Roster<number>()
    const seats = [0, 1, 2].map((member) => roster.add(member))
    const met: number[] = []
    for (const member of roster) {
      met.push(member)
      for (const seat of seats) seat.leave()
    }
    expect(met).toEqual([2])
  })
})
