// The connections to one origin. A request takes the one that was used last, else a new one, else it waits in line. The oldest idle
// ones are so left to end by their time.
import { ClientConnection } from './connection.ts'
import type { ConnectionOwner } from './connection.ts'
import type { Deadlines, Swept } from './deadlines.ts'
import type { Dial } from './dialer.ts'
import { timeoutError, TransportError } from './errors.ts'
import type { Exchange, ExchangeHolder } from './exchange.ts'
import type { ClientSettings } from './options.ts'
import type { Origin } from './origin.ts'

/** Whoever has pools. */
export interface PoolOwner {
  readonly settings: ClientSettings
  readonly deadlines: Deadlines
  readonly dial: Dial
  /** No connection is left, no stream, and nobody waits. */
  poolEmpty(pool: Pool): void
}

/** The connections to one origin, and the requests that wait for one. */
export class Pool implements ConnectionOwner, ExchangeHolder, Swept {
  /** Name of this pool among those of its owner. */
  readonly key: string
  readonly origin: Origin
  readonly settings: ClientSettings
  readonly deadlines: Deadlines
  readonly dial: Dial
  /** As ConnectionOwner. */
  overran = false
  readonly #owner: PoolOwner
  // Those that can bring responses, and the streams of all, also of those that are closing.
  readonly #connections = new Set<ClientConnection>()
  #streamCount = 0
  #idle: ClientConnection[] = []
  #queue: Exchange[] = []
  #closing = false

  constructor(key: string, origin: Origin, owner: PoolOwner) {
    this.key = key
    this.origin = origin
    this.settings = owner.settings
    this.deadlines = owner.deadlines
    this.dial = owner.dial
    this.#owner = owner
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Whether there is nothing to wait for. */
  get empty(): boolean {
    return this.#streamCount === 0 && this.#queue.length === 0
  }

  /** Sends it as soon as there is a connection. */
  submit(exchange: Exchange): void {
    if (!exchange.switches) {
      const connection = this.#takeIdle()
      if (connection !== undefined) {
        connection.begin(exchange)
        return
      }
    }
    if (this.#makeRoom()) this.#open(exchange)
    else this.#enqueue(exchange)
  }

  /** Closes idle connections, and the others when they have brought their response. */
  close(): void {
    this.#closing = true
    for (const connection of this.#idle.splice(0)) connection.stop(stopped())
  }

  /** Closes all connections at once. */
  abort(): void {
    this.#closing = true
    const error = stopped()
    for (const exchange of this.#queue.splice(0)) exchange.fail(error, true)
    this.deadlines.delete(this)
    for (const connection of this.#connections) connection.stop(error)
    this.#tellWhenEmpty()
  }

  /** As ConnectionOwner. */
  connectionIdle(connection: ClientConnection): void {
    const next = this.#queue[0]
    if (next !== undefined && !next.switches && !next.retried) {
      this.#dequeue(next)
      connection.begin(next)
      return
    }
    if (this.#closing) {
      connection.stop(stopped())
      return
    }
    this.#idle.push(connection)
    connection.rest()
    if (this.#idle.length > this.settings.maxIdlePerOrigin) this.#idle[0]?.stop(stopped())
    this.#serveQueue()
  }

  /** As ConnectionOwner. */
  retry(exchange: Exchange): void {
    this.#queue.unshift(exchange)
    this.#wait(exchange)
  }

  /** As ConnectionOwner. */
  connectionLost(connection: ClientConnection): void {
    this.#connections.delete(connection)
    const place = this.#idle.indexOf(connection)
    if (place !== -1) this.#idle.splice(place, 1)
    this.#serveQueue()
  }

  /** As ConnectionOwner. */
  connectionGone(): void {
    this.#streamCount--
    this.#tellWhenEmpty()
  }

  /** As ExchangeHolder. */
  giveUp(exchange: Exchange, error: Error): void {
    this.#dequeue(exchange)
    exchange.fail(error, true)
    this.#tellWhenEmpty()
  }

  /** As Swept. */
  sweep(awakeMs: number): void {
    for (const exchange of this.#queue.slice()) {
      if (awakeMs >= exchange.endsAt) {
        this.giveUp(
          exchange,
          timeoutError('ERR_TOTAL_TIMEOUT', this.settings, exchange.settings, this.origin),
        )
      } else if (awakeMs >= exchange.queuedUntil) {
        this.giveUp(
          exchange,
          timeoutError('ERR_QUEUE_TIMEOUT', this.settings, exchange.settings, this.origin),
        )
      }
    }
  }

  // What was used last is least likely to be closed by now.
  #takeIdle(): ClientConnection | undefined {
    if (this.#idle.length === 0) return undefined
    const now = this.deadlines.clock.now()
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.usable(now)) return connection
      connection.stop(stopped())
    }
    return undefined
  }

  // Whether one more connection may be opened; an idle one that is of no use here makes room.
  #makeRoom(): boolean {
    if (this.#connections.size < this.settings.maxConnectionsPerOrigin) return true
    const oldest = this.#idle.shift()
    oldest?.stop(stopped())
    return oldest !== undefined
  }

  #open(exchange: Exchange): void {
    this.#connections.add(new ClientConnection(this, exchange))
    this.#streamCount++
  }

  #enqueue(exchange: Exchange): void {
    const { maxQueuedPerOrigin } = this.settings
    if (this.#queue.length >= maxQueuedPerOrigin) {
      const message = `${maxQueuedPerOrigin} requests wait for a connection already`
      exchange.fail(new TransportError('ERR_QUEUE_FULL', message), true)
      return
    }
    this.#queue.push(exchange)
    this.#wait(exchange)
  }

  #wait(exchange: Exchange): void {
    exchange.holder = this
    exchange.queuedUntil = this.deadlines.awakeMs + this.settings.queueTimeoutMs
    this.deadlines.add(this)
  }

  #dequeue(exchange: Exchange): void {
    const place = this.#queue.indexOf(exchange)
    if (place !== -1) this.#queue.splice(place, 1)
    if (this.#queue.length === 0) this.deadlines.delete(this)
  }

  #serveQueue(): void {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      if (!this.#makeRoom()) return
      this.#dequeue(next)
      this.#open(next)
    }
  }

  #tellWhenEmpty(): void {
    if (this.empty) this.#owner.poolEmpty(this)
  }
}

function stopped(): TransportError {
  return new TransportError('ERR_CLIENT_CLOSED', 'The connection was stopped')
}
