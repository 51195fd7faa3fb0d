// How one of several addresses is connected to (RFC 8305, Happy Eyeballs). Each gets its attempt 250 ms after the one before, or as soon
// as that has failed; none is given up for the next one. The first that connects wins, and the others are closed.
import { isIPv6 } from 'node:net'
import type { Clock } from './deadlines.ts'
import { asError } from './errors.ts'

/** Why there is no way to one address. */
export interface Failure {
  /** Address and port, or the path of a unix socket; undefined when there is no address. */
  readonly place?: string
  readonly error: Error
}

/** An attempt to connect. */
export interface Attempt {
  destroy(): unknown
}

/** Whom an attempt tells how it went: one of the two, once. */
export interface AttemptHooks {
  readonly connected: () => void
  readonly failed: (error: Error) => void
}

/** What a race is told, and whom it tells. */
export interface RaceOwner<A extends Attempt> {
  readonly clock: Clock
  /** Begins to connect. @throws what is wrong with the options */
  attempt(address: string, hooks: AttemptHooks): A
  /** The name of an address in errors. */
  placeOf(address: string): string
  won(attempt: A, address: string): void
  lost(failures: readonly Failure[]): void
}

// RFC 8305 §5: Connection Attempt Delay.
const ATTEMPT_DELAY_MS = 250

const NO_ANSWER = new Error('no answer')

/** One race. */
export class AddressRace<A extends Attempt> {
  readonly #owner: RaceOwner<A>
  readonly #waiting: string[]
  readonly #running = new Map<string, A | undefined>()
  readonly #failures: Failure[] = []
  #stopPacing: (() => void) | undefined
  #over = false

  /** Begins. @param addresses at least one, the best first */
  constructor(addresses: readonly string[], owner: RaceOwner<A>) {
    this.#owner = owner
    this.#waiting = addresses.length > 1 ? interleaved(addresses) : [...addresses]
    this.#next()
  }

  /** What came of each attempt so far. */
  get tried(): readonly Failure[] {
    const running = Array.from(this.#running.keys(), (address) => ({
      place: this.#owner.placeOf(address),
      error: NO_ANSWER,
    }))
    return [...this.#failures, ...running]
  }

  /** Gives all attempts up. */
  stop(): void {
    this.#end()
    for (const attempt of this.#running.values()) attempt?.destroy()
    this.#running.clear()
  }

  #next(): void {
    this.#stopPacing?.()
    this.#stopPacing = undefined
    const address = this.#waiting.shift()
    if (address === undefined) return
    if (this.#waiting.length > 0) {
      this.#stopPacing = this.#owner.clock.every(ATTEMPT_DELAY_MS, () => {
        this.#next()
      })
    }
    this.#running.set(address, undefined)
    try {
      const attempt = this.#owner.attempt(address, {
        connected: () => {
          this.#win(address)
        },
        failed: (error) => {
          this.#fail(address, error)
        },
      })
      this.#running.set(address, attempt)
    } catch (error) {
      // Told later, as all that happens to an attempt.
      process.nextTick(() => {
        this.#fail(address, asError(error))
      })
    }
  }

  #win(address: string): void {
    const winner = this.#running.get(address)
    if (this.#over || winner === undefined) return
    this.#running.delete(address)
    this.stop()
    this.#owner.won(winner, address)
  }

  #fail(address: string, error: Error): void {
    if (this.#over || !this.#running.delete(address)) return
    this.#failures.push({ place: this.#owner.placeOf(address), error })
    this.#next()
    if (this.#running.size > 0 || this.#over) return
    this.#end()
    this.#owner.lost(this.#failures)
  }

  #end(): void {
    this.#over = true
    this.#waiting.length = 0
    this.#stopPacing?.()
    this.#stopPacing = undefined
  }
}

// RFC 8305 §4: the system has sorted them; from there on the families take turns, so that one that leads nowhere costs one delay.
function interleaved(addresses: readonly string[]): string[] {
  const all = [...new Set(addresses)]
  const sixFirst = isIPv6(all[0] ?? '')
  const ones = all.filter((address) => isIPv6(address) === sixFirst)
  const others = all.filter((address) => isIPv6(address) !== sixFirst)
  const longest = Math.max(ones.length, others.length)
  return Array.from({ length: longest }, (_, at) => [ones[at], others[at]])
    .flat()
    .filter((address) => address !== undefined)
}
