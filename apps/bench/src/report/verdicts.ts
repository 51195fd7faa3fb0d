import type { Row } from '../model.ts'
import { spread } from '../statistics.ts'
import type { Spread } from '../statistics.ts'
import { compare, valuesOf } from './summary.ts'
import type { Bound, Target } from './targets.ts'

/** What a target came to. */
export interface Verdict {
  readonly target: Target
  /** The ratio, or difference, of the row that counts; undefined when it was not measured. */
  readonly measured: Spread | undefined
  /** The row that counts, where the target is about several. */
  readonly row: string
  readonly met: boolean | undefined
}

/** Compares every target with what was measured. */
export function judge(targets: readonly Target[], rows: readonly Row[]): readonly Verdict[] {
  return targets.map((target) => {
    const found = rows
      .filter(
        ({ benchmark, name }) => benchmark === target.benchmark && name === (target.row ?? name),
      )
      .flatMap((row) => {
        const measured = measure(row, target)
        return measured === undefined ? [] : [{ measured, row: row.name }]
      })
    // The last one is the one that is furthest from what is wanted.
    const worst = found
      .toSorted((a, b) => distance(target.bound, a.measured) - distance(target.bound, b.measured))
      .at(-1)
    if (worst === undefined) return { target, measured: undefined, row: '', met: undefined }
    return { target, ...worst, met: distance(target.bound, worst.measured) <= 0 }
  })
}

/** By how much a target is missed, in words; "" when it is met or was not measured. */
export function missedBy({ target: { bound }, measured, met }: Verdict): string {
  if (measured === undefined || met !== false) return ''
  if ('atMostMore' in bound) return `${(measured.median - bound.atMostMore).toFixed(0)} ms`
  const wanted = 'atMost' in bound ? bound.atMost : bound.atLeast
  return `${(Math.abs(measured.median / wanted - 1) * 100).toFixed(0)} %`
}

function measure(row: Row, { figure, of, to, bound }: Target): Spread | undefined {
  if (!('atMostMore' in bound)) return compare(row, figure, of, to)
  const [first, second] = [of, to].map((name) => {
    const outcome = row.outcomes.find(({ contender }) => contender === name)
    return outcome === undefined ? [] : valuesOf(outcome, figure)
  })
  if (first === undefined || second === undefined) return undefined
  const differences = first.slice(0, second.length).map((value, i) => value - (second[i] ?? NaN))
  return differences.length === 0 ? undefined : spread(differences)
}

// Above 0: missed.
function distance(bound: Bound, { median }: Spread): number {
  if ('atLeast' in bound) return bound.atLeast - median
  return median - ('atMost' in bound ? bound.atMost : bound.atMostMore)
}
