import { Deadlines, systemDeadlines } from './deadlines.ts'
import { dial } from './dialer.ts'
import type { Dial } from './dialer.ts'
import { TransportError } from './errors.ts'
import { Exchange } from './exchange.ts'
import type { IncomingResponse } from './incoming-response.ts'
import { clientSettings } from './options.ts'
import type { ClientOptions, ClientSettings, RequestOptions } from './options.ts'
import { parseOrigin } from './origin.ts'
import { Pool } from './pool.ts'
import type { PoolOwner } from './pool.ts'

/** Sends requests, and keeps connections for the next ones. */
export class Client {
  readonly #core: ClientCore

  /** @throws UsageError ERR_OPTION */
  constructor(options: ClientOptions = {}) {
    this.#core = new ClientCore(options, dial)
  }

  /** Connections that can bring responses, those that are being set up included. */
  get connectionCount(): number {
    return this.#core.connectionCount
  }

  /**
   * Sends a request. Its response is given when the head has come; the body is to be read or cancelled, for until then it takes a
   * connection. Sent again is only an idempotent request with no body, or one of octets or a string, and only once, when a
   * connection that was used before turns out to be closed before anything of the response has come (RFC 9110 §9.2.2).
   *
   * @returns rejects with UsageError ERR_OPTION and those of @rawhttp/request-writer before anything is sent; with TransportError
   *   when there is no way to the peer or not in time; with ProtocolError when what comes is no response; with the reason of the
   *   signal
   */
  request(options: RequestOptions): Promise<IncomingResponse> {
    return this.#core.request(options)
  }

  /** Takes no more requests, lets those that were taken come to the end of their responses, and resolves when all is closed. */
  close(): Promise<void> {
    return this.#core.close()
  }

  /** Closes all connections at once. What was waited for rejects with TransportError ERR_CLIENT_CLOSED. */
  abort(): void {
    this.#core.abort()
  }
}

/** What a Client is made of. */
export class ClientCore implements PoolOwner {
  readonly settings: ClientSettings
  readonly deadlines: Deadlines
  readonly dial: Dial
  readonly #pools = new Map<string, Pool>()
  #closed: Promise<void> | undefined
  #onEmpty: () => void = () => {}

  /** @param connect makes streams; tests bring their own */
  constructor(options: ClientOptions, connect: Dial) {
    this.settings = clientSettings(options)
    this.dial = connect
    const { sweepIntervalMs } = this.settings
    this.deadlines =
      options.clock === undefined
        ? systemDeadlines(sweepIntervalMs)
        : new Deadlines(options.clock, sweepIntervalMs)
  }

  get connectionCount(): number {
    let count = 0
    for (const pool of this.#pools.values()) count += pool.connectionCount
    return count
  }

  request(options: RequestOptions): Promise<IncomingResponse> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) {
        throw new TransportError('ERR_CLIENT_CLOSED', 'The client is closed')
      }
      const pool = this.#poolOf(options)
      const { awakeMs } = this.deadlines
      const exchange = new Exchange(options, pool.origin, this.settings, awakeMs, resolve, reject)
      this.#pools.set(pool.key, pool)
      pool.submit(exchange)
    })
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#onEmpty = resolve
      for (const pool of this.#pools.values()) pool.close()
      this.#tellWhenEmpty()
    })
    return this.#closed
  }

  abort(): void {
    void this.close()
    for (const pool of this.#pools.values()) pool.abort()
  }

  /** As PoolOwner. */
  poolEmpty(pool: Pool): void {
    // Who talks to many origins once would otherwise keep a pool of each.
    this.#pools.delete(pool.key)
    this.#tellWhenEmpty()
  }

  #tellWhenEmpty(): void {
    if (this.#pools.size === 0) this.#onEmpty()
  }

  // By the name as it is given, and otherwise by the one that all spellings of it share.
  #poolOf({ origin, socketPath }: RequestOptions): Pool {
    const pool = this.#pools.get(poolKey(origin, socketPath))
    if (pool !== undefined) return pool
    const parsed = parseOrigin(origin, socketPath, this.settings.tls)
    const key = poolKey(parsed.name, socketPath)
    return this.#pools.get(key) ?? new Pool(key, parsed, this)
  }
}

function poolKey(origin: string, socketPath: string | undefined): string {
  return socketPath === undefined ? origin : `${origin} ${socketPath}`
}
