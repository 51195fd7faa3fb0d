// Work that is counted, not timed: how often V8 has run each block of code, which it knows exactly and which no load of the machine
// changes. A loop's body is a block, so looking at octets again and again shows.
import { Session } from 'node:inspector/promises'

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}
interface ScriptCoverage {
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly Range[] }[]
}

/** Counts the blocks of code that are run. Functions that were called before it was started are counted only as a whole. */
export class StepCounter {
  readonly #session = new Session()
  readonly #ignored: RegExp

  private constructor(ignored: RegExp) {
    this.#ignored = ignored
  }

  /** @param ignored modules that do not count, by their URL */
  static async start(ignored: RegExp): Promise<StepCounter> {
    const counter = new StepCounter(ignored)
    const session = counter.#session
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    return counter
  }

  /** How many blocks `work` runs. */
  async count(work: () => void): Promise<number> {
    await this.#take()
    work()
    return this.#take()
  }

  stop(): void {
    this.#session.disconnect()
  }

  // What was run since the last time; node's own modules are the same for everybody.
  async #take(): Promise<number> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage')
    return result
      .filter(({ url }) => url.startsWith('file:') && !this.#ignored.test(url))
      .reduce((sum, script) => sum + stepsOf(script), 0)
  }
}

function stepsOf({ functions }: ScriptCoverage): number {
  return functions.reduce(
    (sum, { ranges }) => sum + ranges.reduce((steps, { count }) => steps + count, 0),
    0,
  )
}
