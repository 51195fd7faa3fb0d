import type { Deadlines, Swept } from './deadlines.ts'
import type { Seat } from './roster.ts'

/** Waits for connections to end, and not too long. */
export class Drain implements Swept {
  /** Resolves when nothing is open any more. */
  readonly done: Promise<void>
  readonly #timeoutMs: number
  readonly #deadlines: Deadlines
  readonly #seat: Seat<Swept>
  readonly #stop: () => void
  #over = false
  #resolve: () => void = () => {}
  #since: number | undefined

  /** @param stop ends what is open at once; called when `timeoutMs` have passed */
  constructor(timeoutMs: number, deadlines: Deadlines, stop: () => void) {
    this.#timeoutMs = timeoutMs
    this.#deadlines = deadlines
    this.#stop = stop
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#seat = deadlines.add(this)
  }

  /** Whether nothing is open any more. */
  get over(): boolean {
    return this.#over
  }

  /** As Swept. */
  sweep(now: number): void {
    this.#since ??= now
    if (now - this.#since >= this.#timeoutMs) this.#stop()
  }

  /** Something ended; `openCount` is what is left. */
  check(openCount: number): void {
    if (openCount > 0) return
    this.#over = true
    this.#deadlines.delete(this.#seat)
    this.#resolve()
  }
}
