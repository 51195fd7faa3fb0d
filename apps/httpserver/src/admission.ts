import { isIPv6 } from 'node:net'
import type { Cancellation } from '@rawhttp/tcp-client'
import { plainAddress } from './forwarded.ts'
import { Sweeps } from './sweeps.ts'

/** A request that is not passed on, since there are too many: of one client, 429; of all of them, 503. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: 429 | 503

  constructor(status: 429 | 503, message: string) {
    super(message)
    this.status = status
  }
}

/** What is in use until it is released. */
export interface Place {
  /** Gives it to who waits for one. Further calls do nothing. */
  readonly release: () => void
}

/** How many may be in use at a time. */
export interface AdmissionLimits {
  readonly total: number
  readonly perClient: number
  /** How many of one client wait for one, and how long. */
  readonly waiting: number
  readonly waitMs: number
}

interface Waiter {
  readonly endsAt: number
  readonly giveUp: (error: Error) => void
  readonly resolve: (place: Place) => void
  /** Waits no more. */
  readonly leave: () => void
}

interface Share {
  readonly client: string
  active: number
  readonly waiting: Set<Waiter>
}

const LONGEST_SWEEP_INTERVAL_MS = 250
const SWEEPS_A_WAIT = 4
// A client by IPv6 has at least a /64 of addresses to choose from (RFC 6177 §2).
const NETWORK_GROUPS = 4

/**
 * Shares out what there is few of, so that no client can hold it all. One that has as much as it may have waits for its own to be
 * released; others need not wait for that. When nothing is left they take turns.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  // Of clients that have or want something.
  readonly #shares = new Map<string, Share>()
  // Those that wait for others, in the order of their turns.
  readonly #inTurn = new Set<Share>()
  readonly #sweeps: Sweeps
  #active = 0

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
    const intervalMs = Math.min(LONGEST_SWEEP_INTERVAL_MS, limits.waitMs / SWEEPS_A_WAIT)
    this.#sweeps = new Sweeps(intervalMs, () => this.#sweep())
  }

  /** Clients that have or want something. */
  get clientCount(): number {
    return this.#shares.size
  }

  /**
   * Takes a place, or waits for one.
   *
   * @param address of the client
   * @param signal ends the waiting; nobody else listens to it meanwhile
   * @throws Refusal; the reason of the signal
   */
  enter(address: string, signal: Cancellation): Place | Promise<Place> {
    const client = networkOf(address)
    const share = this.#shares.get(client) ?? { client, active: 0, waiting: new Set() }
    if (this.#active < this.#limits.total && share.active < this.#limits.perClient) {
      return this.#admit(share)
    }
    if (share.waiting.size >= this.#limits.waiting) throw this.#refusal(share)
    return new Promise<Place>((resolve, reject) => {
      const giveUp = (error: Error): void => {
        waiter.leave()
        this.#settle(share)
        reject(error)
      }
      const onAbort = (): void => {
        const { reason } = signal
        giveUp(reason instanceof Error ? reason : new Error(String(reason)))
      }
      const waiter: Waiter = {
        endsAt: this.#sweeps.awakeMs + this.#limits.waitMs,
        giveUp,
        resolve,
        leave: () => {
          share.waiting.delete(waiter)
          signal.removeEventListener('abort', onAbort)
        },
      }
      signal.addEventListener('abort', onAbort)
      share.waiting.add(waiter)
      this.#sweeps.start()
      this.#settle(share)
    })
  }

  #admit(share: Share): Place {
    this.#active++
    share.active++
    this.#settle(share)
    let released = false
    return {
      release: () => {
        if (released) return
        released = true
        this.#active--
        share.active--
        this.#settle(share)
        this.#admitNext()
      },
    }
  }

  #admitNext(): void {
    const [share] = this.#inTurn
    const [waiter] = share?.waiting ?? []
    if (share === undefined || waiter === undefined || this.#active >= this.#limits.total) return
    this.#inTurn.delete(share)
    waiter.leave()
    waiter.resolve(this.#admit(share))
  }

  #sweep(): boolean {
    let waiting = 0
    for (const share of this.#shares.values()) {
      for (const { endsAt, giveUp } of share.waiting) {
        if (this.#sweeps.awakeMs < endsAt) break
        giveUp(this.#refusal(share))
      }
      waiting += share.waiting.size
    }
    return waiting > 0
  }

  // Keeps it where it belongs by what it has and wants.
  #settle(share: Share): void {
    const { client, active, waiting } = share
    if (active === 0 && waiting.size === 0) this.#shares.delete(client)
    else this.#shares.set(client, share)
    if (waiting.size > 0 && active < this.#limits.perClient) this.#inTurn.add(share)
    else this.#inTurn.delete(share)
  }

  #refusal({ active }: Share): Refusal {
    const { perClient } = this.#limits
    return active >= perClient
      ? new Refusal(429, `You have ${perClient} requests in progress here: wait for some to end.`)
      : new Refusal(503, 'Too many requests of others are in progress here: try again later.')
  }
}

/** What stands for a client: its address, of IPv6 the network. */
function networkOf(address: string): string {
  const plain = plainAddress(address)
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const last = tail === '' ? [] : tail.split(':')
    while (groups.length + last.length < 8) groups.push('0')
    groups.push(...last)
  }
  const network = groups.slice(0, NETWORK_GROUPS)
  return network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}
