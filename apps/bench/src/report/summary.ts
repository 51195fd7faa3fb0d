import type { Outcome, Row } from '../model.ts'
import { median, ratios, spread } from '../statistics.ts'
import type { Spread } from '../statistics.ts'

/** What one figure came to for one contender, over all rounds. */
export interface Summary {
  readonly contender: string
  readonly version: string
  /** Why it has none; undefined when it has. */
  readonly skipped?: string
  readonly median: number
  /** Its value divided by that of the base in the same round; undefined for the base itself, or when that has none. */
  readonly ratio: Spread | undefined
}

/** The contender that all others are compared with. */
const OURS = 'rawhttp'

/** What every contender of a row came to. */
export function summarise(
  row: Row,
  figure: string = row.figure,
  base: string = OURS,
): readonly Summary[] {
  const { outcomes } = row
  const bases = outcomes.find(({ contender }) => contender === base)
  return outcomes.map((outcome) => {
    const { contender, version, skipped } = outcome
    return {
      contender,
      version,
      ...(skipped === undefined ? {} : { skipped }),
      median: median(valuesOf(outcome, figure)),
      ratio: outcome === bases ? undefined : ratioOf(outcome, bases, figure),
    }
  })
}

/** One contender's figure divided by another's, round by round; undefined when one of them was not measured. */
export function compare(row: Row, figure: string, of: string, to: string): Spread | undefined {
  const find = (name: string): Outcome | undefined =>
    row.outcomes.find(({ contender }) => contender === name)
  const outcome = find(of)
  return outcome === undefined ? undefined : ratioOf(outcome, find(to), figure)
}

/** The values of one figure, one a round. */
export function valuesOf({ samples }: Outcome, figure: string): readonly number[] {
  return samples.map((sample) => sample[figure] ?? NaN)
}

function ratioOf(outcome: Outcome, base: Outcome | undefined, figure: string): Spread | undefined {
  if (base === undefined || base.samples.length === 0 || outcome.samples.length === 0) {
    return undefined
  }
  return spread(ratios(valuesOf(outcome, figure), valuesOf(base, figure)))
}
