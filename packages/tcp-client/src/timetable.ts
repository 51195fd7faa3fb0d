// The deadlines of one connection. They are counted from sweep to sweep: what begins is stamped by the next sweep, so beginning
// it costs nothing, and a deadline passes up to two sweeps late and never early.

/** What has passed: a deadline with a code, or the time to wait no longer for 100 (Continue), or for the rest of a dropped body. */
export type Expiry =
  | 'ERR_CONNECT_TIMEOUT'
  | 'ERR_TLS_TIMEOUT'
  | 'ERR_RESPONSE_TIMEOUT'
  | 'ERR_BODY_TIMEOUT'
  | 'Continue'
  | 'Discard'

const UNSTAMPED = -1

/** Keeps the time of one connection. */
export class Timetable {
  readonly #writeTimeoutMs: number
  #expiry: Expiry | undefined
  #limitMs = Infinity
  #since = UNSTAMPED
  // What the peer has taken, and when it took something last.
  #takenBytes = UNSTAMPED
  #takenAt = 0

  constructor(writeTimeoutMs: number) {
    this.#writeTimeoutMs = writeTimeoutMs
  }

  /** Waits for something, with its whole time. */
  waitFor(expiry: Expiry, limitMs: number): void {
    this.#expiry = expiry
    this.#limitMs = limitMs
    this.#since = UNSTAMPED
  }

  /** Waits for nothing that the peer has to do. */
  rest(): void {
    this.#expiry = undefined
  }

  /** Octets have come: the time starts again, but for what is bounded as a whole, however it drips. */
  touch(): void {
    if (this.#expiry !== 'Discard' && this.#expiry !== 'ERR_RESPONSE_TIMEOUT') {
      this.#since = UNSTAMPED
    }
  }

  /**
   * Says what has passed, or null.
   *
   * @param outputPending octets wait for the peer to take them: that has a deadline of its own
   */
  sweep(now: number, outputPending: boolean): Expiry | null {
    if (this.#expiry === undefined) return null
    if (this.#since === UNSTAMPED || (outputPending && this.#expiry === 'ERR_RESPONSE_TIMEOUT')) {
      this.#since = now
    }
    return now - this.#since >= this.#limitMs ? this.#expiry : null
  }

  /** Whether the peer has taken nothing for too long. Called only while octets wait for it. */
  outputStands(now: number, takenBytes: number): boolean {
    if (takenBytes !== this.#takenBytes) {
      this.#takenBytes = takenBytes
      this.#takenAt = now
      return false
    }
    return now - this.#takenAt >= this.#writeTimeoutMs
  }
}
