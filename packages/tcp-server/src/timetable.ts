// The deadlines of one connection (RFC 9112 §9.5). They are counted from sweep to sweep: a phase that begins is stamped by the next
// sweep, so beginning one costs nothing, and a deadline passes up to two sweeps late and never early.
import type { TimeoutCode } from './faults.ts'

/** What a connection waits for. */
export type Phase =
  /** The first octet of a connection. */
  | 'First'
  /** The next request. */
  | 'Idle'
  /** The next request, though the server drains. */
  | 'Draining'
  /** The rest of a header section. */
  | 'Head'
  /** The handler; it has no deadline. */
  | 'Handler'
  /** The rest of a body that the handler reads or that is discarded. */
  | 'Body'
  /** The peer's end of the connection. */
  | 'Linger'

/** Every deadline of a connection, in milliseconds, and the slowest body. */
export interface Timeouts {
  readonly headTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly writeTimeoutMs: number
  readonly lingerTimeoutMs: number
  /** How long an idle connection may still bring a request when the server drains. */
  readonly lateRequestMs: number
  readonly minBodyBytesPerSecond: number
}

/** What passed: a deadline with a code, or one that nobody needs to be told of. */
export type Expiry = 'Quiet' | TimeoutCode

const UNSTAMPED = -1

/** Keeps the time of one connection. */
export class Timetable {
  readonly #timeouts: Timeouts
  #phase: Phase = 'First'
  #since = UNSTAMPED
  // Time in which the request in progress was waited for, and the last sweep that saw it waited for.
  #requestMs = 0
  #bodyMs = 0
  #counted = UNSTAMPED
  #bodyBytes = 0
  // What the peer has taken, and when it took something last.
  #takenBytes = UNSTAMPED
  #heldBytes: number | undefined
  #takenAt = 0

  constructor(timeouts: Timeouts) {
    this.#timeouts = timeouts
  }

  /** Starts a phase, with its whole time. */
  enter(phase: Phase): void {
    this.#phase = phase
    this.#since = UNSTAMPED
  }

  /** The time and octets of the next request start at nothing. */
  beginRequest(): void {
    this.#requestMs = 0
    this.#bodyMs = 0
    this.#counted = UNSTAMPED
    this.#bodyBytes = 0
  }

  /** How long the request in progress was waited for, as of the last sweep. */
  get requestMs(): number {
    return this.#requestMs
  }

  /** Octets of a body have come. */
  bodyOctets(count: number): void {
    this.#bodyBytes += count
    this.#since = UNSTAMPED
  }

  /**
   * Says which deadline has passed, or null.
   *
   * @param outputPending octets wait for the peer to take them: then it cannot be blamed for its silence
   */
  sweep(now: number, outputPending: boolean): Expiry | null {
    if (this.#since === UNSTAMPED) this.#since = now
    const waitedMs = now - this.#since
    const timeouts = this.#timeouts
    switch (this.#phase) {
      case 'Handler':
        this.#counted = UNSTAMPED
        return null
      case 'Head':
        this.#count(now)
        return waitedMs >= timeouts.headTimeoutMs ? 'ERR_HEAD_TIMEOUT' : this.#requestExpiry()
      case 'Body':
        this.#bodyMs += this.#count(now)
        return waitedMs >= timeouts.bodyTimeoutMs ? 'ERR_BODY_TIMEOUT' : this.#requestExpiry()
      case 'First':
        return waitedMs >= timeouts.headTimeoutMs ? 'Quiet' : null
      case 'Idle':
        return this.#quietExpiry(now, timeouts.idleTimeoutMs, outputPending)
      case 'Draining':
        return this.#quietExpiry(now, timeouts.lateRequestMs, outputPending)
      case 'Linger':
        return this.#quietExpiry(now, timeouts.lingerTimeoutMs, outputPending)
    }
  }

  /**
   * Says whether the peer takes anything of the octets that wait for it. Called only while there are any.
   *
   * @param takenBytes octets that the system has taken so far
   * @param heldBytes octets that the system has not got rid of, where it tells
   */
  sweepOutput(
    now: number,
    takenBytes: number,
    heldBytes: number | undefined,
  ): 'Flowing' | 'Suspicious' | 'Expired' {
    const acknowledged = this.#heldBytes !== undefined && heldBytes !== this.#heldBytes
    const flowing = takenBytes !== this.#takenBytes || acknowledged
    this.#takenBytes = takenBytes
    this.#heldBytes = flowing ? undefined : heldBytes
    if (flowing) {
      this.#takenAt = now
      return 'Flowing'
    }
    const { writeTimeoutMs } = this.#timeouts
    const waitedMs = now - this.#takenAt
    if (waitedMs >= writeTimeoutMs) return 'Expired'
    return waitedMs * 4 >= writeTimeoutMs ? 'Suspicious' : 'Flowing'
  }

  #quietExpiry(now: number, limitMs: number, outputPending: boolean): Expiry | null {
    if (outputPending) this.#since = now
    return now - this.#since >= limitMs ? 'Quiet' : null
  }

  #requestExpiry(): Expiry | null {
    if (this.#requestMs >= this.#timeouts.requestTimeoutMs) return 'ERR_REQUEST_TIMEOUT'
    // A body may pause for as long as bodyTimeoutMs says, so its rate means something only behind that time.
    const { minBodyBytesPerSecond, bodyTimeoutMs } = this.#timeouts
    const leastBytes = (minBodyBytesPerSecond * this.#bodyMs) / 1000
    return this.#bodyMs > bodyTimeoutMs && this.#bodyBytes < leastBytes ? 'ERR_BODY_TOO_SLOW' : null
  }

  // Time between two sweeps counts when both saw the peer waited for, so the time in which a handler holds a body back does not.
  #count(now: number): number {
    const passedMs = this.#counted === UNSTAMPED ? 0 : now - this.#counted
    this.#counted = now
    this.#requestMs += passedMs
    return passedMs
  }
}
