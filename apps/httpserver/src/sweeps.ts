// A tick that comes late counts for two at most: while the process did not run nobody can have been late for it.
const MOST_INTERVALS_A_SWEEP = 2

/** Calls back at intervals for as long as there is something to look after. Does not keep the process. */
export class Sweeps {
  /** Milliseconds in which this process was awake; they pass while there is something to look after. */
  awakeMs = 0
  readonly #intervalMs: number
  readonly #sweep: () => boolean
  #timer: NodeJS.Timeout | undefined
  #sweptAt = 0

  /** @param sweep looks after everything; false: there is nothing left */
  constructor(intervalMs: number, sweep: () => boolean) {
    this.#intervalMs = intervalMs
    this.#sweep = sweep
  }

  /** There is something to look after. */
  start(): void {
    if (this.#timer !== undefined) return
    this.#sweptAt = performance.now()
    // Timers come first when a turn was long: what has come meanwhile is to be read before.
    this.#timer = setInterval(() => setImmediate(this.#onTick), this.#intervalMs).unref()
  }

  readonly #onTick = (): void => {
    const now = performance.now()
    this.awakeMs += Math.min(now - this.#sweptAt, MOST_INTERVALS_A_SWEEP * this.#intervalMs)
    this.#sweptAt = now
    if (this.#sweep()) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
