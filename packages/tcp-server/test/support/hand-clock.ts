import type { Clock } from '../../src/index.ts'

interface Repetition {
  readonly intervalMs: number
  readonly callback: () => void
  due: number
}

/** A clock that moves only when the test moves it. */
export class HandClock implements Clock {
  #now = 0
  readonly #repetitions = new Set<Repetition>()

  /** How many repetitions are running. */
  get running(): number {
    return this.#repetitions.size
  }

  now(): number {
    return this.#now
  }

  every(intervalMs: number, callback: () => void): () => void {
    const repetition = { intervalMs, callback, due: this.#now + intervalMs }
    this.#repetitions.add(repetition)
    return () => {
      this.#repetitions.delete(repetition)
    }
  }

  /** Moves on as for a process that is stopped meanwhile: whatever was due is called once, behind all of it. */
  sleep(ms: number): void {
    this.#now += ms
    for (const repetition of this.#repetitions) {
      if (repetition.due > this.#now) continue
      repetition.due = this.#now + repetition.intervalMs
      repetition.callback()
    }
  }

  /** Moves on, and calls whatever is due on the way at its time. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = [...this.#repetitions].toSorted((a, b) => a.due - b.due)[0]
      if (next === undefined || next.due > end) break
      this.#now = next.due
      next.due += next.intervalMs
      next.callback()
    }
    this.#now = end
  }
}
