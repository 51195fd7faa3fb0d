import type { Failure } from './failure.ts'
import { Distribution } from './statistics.ts'

/** How clients behave. */
export const KINDS = ['good', 'bad', 'slow', 'aborted'] as const
export type Kind = (typeof KINDS)[number]

/** What one kind of clients did. */
export interface KindCounts {
  connections: number
  /** Requests that were sent, at least their beginning. */
  requests: number
  /** Answers that came and were as they should be. */
  answers: number
  failures: number
}

const MAX_EXAMPLES = 10

/** What all clients did and met. */
export class Tally {
  readonly kinds: Readonly<Record<Kind, KindCounts>> = {
    good: noCounts(),
    bad: noCounts(),
    slow: noCounts(),
    aborted: noCounts(),
  }
  /** How long good requests waited for the end of their answers, in milliseconds. */
  readonly latencies: Distribution = new Distribution()
  readonly #examples: string[] = []

  get requests(): number {
    return this.#sum('requests')
  }

  get failures(): number {
    return this.#sum('failures')
  }

  /** The first failures. */
  get examples(): readonly string[] {
    return this.#examples
  }

  /** Counts a failure of what is called `name`. */
  failed(kind: Kind, name: string, failure: Failure): void {
    this.kinds[kind].failures++
    if (this.#examples.length < MAX_EXAMPLES) {
      this.#examples.push(`${kind}, ${name}: ${failure.message}`)
    }
  }

  #sum(counter: keyof KindCounts): number {
    return KINDS.reduce((sum, kind) => sum + this.kinds[kind][counter], 0)
  }
}

function noCounts(): KindCounts {
  return { connections: 0, requests: 0, answers: 0, failures: 0 }
}
