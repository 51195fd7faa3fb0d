import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from './failure.ts'
import { ABORTED } from './kinds/aborted.ts'
import { BAD } from './kinds/bad.ts'
import { GOOD } from './kinds/good.ts'
import { SLOW } from './kinds/slow.ts'
import { Random } from './random.ts'
import type { Kind } from './tally.ts'
import { Visit } from './visit.ts'
import type { ScenarioRow, Tour } from './visit.ts'

interface KindRow {
  readonly kind: Kind
  /** How often a client chooses it. */
  readonly weight: number
  readonly scenarios: readonly ScenarioRow[]
  /** How many scenarios follow each other then: those that are short come in bursts. */
  readonly burst: number
}

const MIX: readonly KindRow[] = [
  { kind: 'good', weight: 8, scenarios: GOOD, burst: 1 },
  { kind: 'bad', weight: 4, scenarios: BAD, burst: 20 },
  { kind: 'slow', weight: 1, scenarios: SLOW, burst: 1 },
  { kind: 'aborted', weight: 4, scenarios: ABORTED, burst: 10 },
]

// A server that is gone is not asked a thousand times a second.
const PAUSE_AFTER_FAILURE_MS = 200

/** Lets so many clients loose until `tour.stop`, each with choices of its own from `seed`; resolves when the last has left. */
export async function runCrowd(tour: Tour, clients: number, seed: number): Promise<void> {
  await Promise.all(
    Array.from({ length: clients }, (_none, index) => runClient(tour, Random.of(seed, index))),
  )
}

async function runClient(tour: Tour, random: Random): Promise<void> {
  while (!tour.stop.aborted) {
    const { kind, scenarios, burst } = random.weighted(MIX)
    for (let i = 0; i < burst && !tour.stop.aborted; i++) {
      await runScenario(tour, kind, random.weighted(scenarios), random)
    }
  }
}

/** One scenario by one client. Failures are counted; anything else that is thrown is a fault of the soak and goes up. */
export async function runScenario(
  tour: Tour,
  kind: Kind,
  { name, run }: ScenarioRow,
  random: Random,
): Promise<void> {
  const visit = new Visit(tour, kind, name, random)
  try {
    await run(visit)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    tour.tally.failed(kind, visit.name, error)
    await pause(PAUSE_AFTER_FAILURE_MS)
  } finally {
    visit.leave()
  }
}
