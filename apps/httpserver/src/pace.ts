import { TransportError } from '@rawhttp/tcp-server'
import { Sweeps } from './sweeps.ts'

const SWEEP_INTERVAL_MS = 250

interface Waiting {
  readonly endsAt: number
  readonly reject: (error: Error) => void
}

/** Ends the waiting for clients that take what they are sent more slowly than they may. */
export class Pace {
  readonly #graceMs: number
  readonly #bytesPerSecond: number
  readonly #waiting = new Set<Waiting>()
  readonly #sweeps = new Sweeps(SWEEP_INTERVAL_MS, () => this.#sweep())

  /**
   * @param graceMs how long anything may take
   * @param bytesPerSecond how long more may take besides; 0: no bound
   */
  constructor(graceMs: number, bytesPerSecond: number) {
    this.#graceMs = graceMs
    this.#bytesPerSecond = bytesPerSecond
  }

  /**
   * Waits for octets to be taken.
   *
   * @param taken resolves when they are
   * @returns rejects with TransportError ERR_WRITE_TIMEOUT when that takes too long
   */
  within(taken: Promise<void>, bytes: number): Promise<void> {
    if (this.#bytesPerSecond === 0) return taken
    return new Promise((resolve, reject) => {
      const allowedMs = this.#graceMs + (bytes / this.#bytesPerSecond) * 1000
      const waiting: Waiting = { endsAt: this.#sweeps.awakeMs + allowedMs, reject }
      this.#waiting.add(waiting)
      this.#sweeps.start()
      taken.then(
        () => {
          this.#waiting.delete(waiting)
          return resolve()
        },
        (error: Error) => {
          this.#waiting.delete(waiting)
          reject(error)
        },
      )
    })
  }

  #sweep(): boolean {
    for (const waiting of this.#waiting) {
      // Time passes in steps, of which the first may be half over.
      if (this.#sweeps.awakeMs < waiting.endsAt + SWEEP_INTERVAL_MS) continue
      this.#waiting.delete(waiting)
      const rate = `${this.#bytesPerSecond} octets a second`
      waiting.reject(new TransportError('ERR_WRITE_TIMEOUT', `The client took less than ${rate}`))
    }
    return this.#waiting.size > 0
  }
}
