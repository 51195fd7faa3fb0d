// What slows the machine down for a moment must slow all contenders down: so they are measured in turn, one round after the other,
// in the opposite order every other round, and compared round by round.
import type { Outcome, Sample } from './model.ts'

/** One of those that are compared. */
export interface Contender {
  readonly name: string
  readonly version: string
  /** Why it cannot be measured. */
  readonly skipped?: string
  /** Measures it once. */
  readonly measure: () => Promise<Sample>
  /** Gets it ready; without it, it is measured once without being counted. */
  readonly warmUp?: () => Promise<unknown>
}

/** One that is not measured, and why. */
export function absent(name: string, skipped: string): Contender {
  return { name, version: '', skipped, measure: () => Promise.reject(new Error(skipped)) }
}

/**
 * Gets all contenders ready and measures them `rounds` times. One that fails is out, with the reason told.
 *
 * @returns the outcomes in the order of the contenders
 */
export async function inRounds(
  contenders: readonly Contender[],
  rounds: number,
): Promise<readonly Outcome[]> {
  const samples = new Map(contenders.map(({ name }) => [name, [] as Sample[]]))
  const skipped = new Map<string, string>()
  for (const { name, skipped: reason } of contenders) {
    if (reason !== undefined) skipped.set(name, reason)
  }
  for (let round = 0; round <= rounds; round++) {
    const order = contenders.filter(({ name }) => !skipped.has(name))
    if (round % 2 === 0) order.reverse()
    for (const { name, measure, warmUp = measure } of order) {
      try {
        if (round === 0) await warmUp()
        else samples.get(name)?.push(await measure())
      } catch (error) {
        skipped.set(name, `failed: ${error instanceof Error ? error.message : String(error)}`)
        samples.set(name, [])
      }
    }
  }
  return contenders.map(({ name, version }) => {
    const reason = skipped.get(name)
    const outcome = { contender: name, version, samples: samples.get(name) ?? [] }
    return reason === undefined ? outcome : { ...outcome, skipped: reason }
  })
}
