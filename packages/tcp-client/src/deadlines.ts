// One timer looks after all connections: it tells each of them the time, and each compares that with its own deadlines. Nothing is
// armed or cleared per connection, request or octet. The timer alone does not keep the process alive.

/** Where time comes from. Tests bring their own. */
export interface Clock {
  /** Milliseconds from any beginning; never goes back. */
  now(): number
  /** Calls `callback` every so many milliseconds, until the function it returns is called. */
  every(intervalMs: number, callback: () => void): () => void
}

/** Something that has deadlines. */
export interface Swept {
  /** Compares `now` with its deadlines and acts on those that have passed. */
  sweep(now: number): void
}

// The longest and the shortest time between two sweeps.
const MAX_SWEEP_INTERVAL_MS = 500
const MIN_SWEEP_INTERVAL_MS = 10
const SWEEPS_A_DEADLINE = 4

/** The clock of the system. */
const systemClock: Clock = {
  now: () => performance.now(),
  every: (intervalMs, callback) => {
    const timer = setInterval(callback, intervalMs).unref()
    return () => {
      clearInterval(timer)
    }
  },
}

/** Sweeps over its members for as long as it has any. */
export class Deadlines {
  readonly clock: Clock
  readonly #intervalMs: number
  readonly #members = new Set<Swept>()
  #stop: (() => void) | undefined

  constructor(clock: Clock, intervalMs: number) {
    this.clock = clock
    this.#intervalMs = intervalMs
  }

  add(member: Swept): void {
    this.#members.add(member)
    this.#stop ??= this.clock.every(this.#intervalMs, () => {
      this.#sweep()
    })
  }

  delete(member: Swept): void {
    if (this.#members.delete(member) && this.#members.size === 0) {
      this.#stop?.()
      this.#stop = undefined
    }
  }

  #sweep(): void {
    const now = this.clock.now()
    for (const member of this.#members) member.sweep(now)
  }
}

/** How often to sweep for these deadlines: four times within the shortest, at least twice a second, at most a hundred times. */
export function sweepInterval(deadlinesMs: readonly number[]): number {
  const shortest = Math.min(...deadlinesMs) / SWEEPS_A_DEADLINE
  return Math.max(MIN_SWEEP_INTERVAL_MS, Math.min(MAX_SWEEP_INTERVAL_MS, shortest))
}

const shared = new Map<number, Deadlines>()

/** The sweep by the system's clock that all clients with this interval share. */
export function systemDeadlines(intervalMs: number): Deadlines {
  let deadlines = shared.get(intervalMs)
  if (deadlines === undefined) {
    deadlines = new Deadlines(systemClock, intervalMs)
    shared.set(intervalMs, deadlines)
  }
  return deadlines
}
