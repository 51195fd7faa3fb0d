// One timer looks after all connections: it tells each of them the time, and each compares that with its own deadlines. Nothing is
// armed or cleared per connection, request or octet, and no clock is read but here.
//
// The time that it tells is that in which this process was awake. While a process is stopped, its machine suspended or its event loop
// busy for seconds, it reads nothing, and a peer cannot be late for somebody who does not look.

import { callOut, printOnce } from './calling-out.ts'
import { Roster } from './roster.ts'
import type { Seat } from './roster.ts'

/** Where time comes from. Tests bring their own. */
export interface Clock {
  /** Milliseconds from any beginning; never goes back. */
  now(): number
  /** Calls `callback` every so many milliseconds, until the function it returns is called. */
  every(intervalMs: number, callback: () => void): () => void
}

/** Something that has deadlines. */
export interface Swept {
  /** Compares `now`, in milliseconds of awake time, with its deadlines and acts on those that have passed. */
  sweep(now: number): void
}

// The longest and the shortest time between two sweeps.
const MAX_SWEEP_INTERVAL_MS = 500
const MIN_SWEEP_INTERVAL_MS = 10
const SWEEPS_A_DEADLINE = 4
// Time between two sweeps is awake time, up to so many intervals: a sweep that is a little late is no sleep.
const MOST_INTERVALS_A_SWEEP = 2

/** The clock of the system. */
export const systemClock: Clock = {
  now: () => performance.now(),
  every: (intervalMs, callback) => {
    let turn: NodeJS.Immediate | undefined
    // Timers come first when a turn was long, and what has come meanwhile is read behind them. It must not be held to be missing.
    const timer = setInterval(() => {
      turn = setImmediate(callback)
    }, intervalMs)
    return () => {
      clearInterval(timer)
      clearImmediate(turn)
    }
  },
}

/** Sweeps over its members for as long as it has any. */
export class Deadlines {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #members = new Roster<Swept>()
  #stop: (() => void) | undefined
  // When the last sweep was by the clock, and in awake time.
  #sweptAt = 0
  #awakeMs = 0

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock
    this.#intervalMs = intervalMs
  }

  /** It is told the time until its seat is given to `delete`. */
  add(member: Swept): Seat<Swept> {
    callOut(() => {
      if (this.#stop !== undefined) return
      this.#sweptAt = this.#now()
      this.#stop = this.#clock.every(this.#intervalMs, () => {
        this.#sweep()
      })
    }, clockFailed)
    return this.#members.add(member)
  }

  /** It has no deadlines any more; nothing happens when that was said before. */
  delete(seat: Seat<Swept>): void {
    seat.leave()
    if (this.#members.size > 0) return
    const stop = this.#stop
    this.#stop = undefined
    if (stop !== undefined) callOut(stop, clockFailed)
  }

  #sweep(): void {
    callOut(() => {
      const now = this.#now()
      this.#awakeMs += Math.min(now - this.#sweptAt, MOST_INTERVALS_A_SWEEP * this.#intervalMs)
      this.#sweptAt = now
      for (const member of this.#members) member.sweep(this.#awakeMs)
    }, clockFailed)
  }

  // A deadline that is compared with no number would never pass.
  #now(): number {
    const now = this.#clock.now()
    if (!Number.isFinite(now)) throw new TypeError(`clock.now: expected a number, got ${now}`)
    return now
  }
}

function clockFailed(error: Error): void {
  printOnce('The clock failed: deadlines do not pass', error)
}

/** How often to sweep for these deadlines: four times within the shortest, at least twice a second, at most a hundred times. */
export function sweepInterval(deadlinesMs: readonly number[]): number {
  const shortest = Math.min(...deadlinesMs) / SWEEPS_A_DEADLINE
  return Math.max(MIN_SWEEP_INTERVAL_MS, Math.min(MAX_SWEEP_INTERVAL_MS, shortest))
}

const shared = new Map<number, Deadlines>()

/** The sweep by the system's clock that all connections with this interval share. */
export function systemDeadlines(intervalMs: number): Deadlines {
  let deadlines = shared.get(intervalMs)
  if (deadlines === undefined) {
    deadlines = new Deadlines(systemClock, intervalMs)
    shared.set(intervalMs, deadlines)
  }
  return deadlines
}
