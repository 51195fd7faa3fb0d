import { Latencies } from './latencies.ts'
import { LoadConnection } from './load-connection.ts'
import type { LoadOwner } from './load-connection.ts'
import type { Load, LoadResult, Span } from './load.ts'
import { within } from './patience.ts'
import { probe } from './probe.ts'
import { requestOctets } from './request-octets.ts'
import { CountingReader, ParsingReader } from './response-reader.ts'
import type { ResponseReader } from './response-reader.ts'

// A server that does not answer for so long will not.
const PATIENCE_MS = 10_000
const BACKLOG = 100

interface Run {
  readonly span: Span
  readonly startedAt: number
  readonly latencies: Latencies
  readonly resolve: (result: LoadResult) => void
  readonly reject: (error: Error) => void
  begun: number
  completed: number
}

/** Clients that send the same request again and again, each as soon as it is answered, or at a rate. */
export class Generator implements LoadOwner {
  readonly #load: Load
  readonly #octets: Buffer
  readonly #connections: LoadConnection[] = []
  #run: Run | undefined
  #failure: Error | undefined

  constructor(load: Load) {
    this.#load = load
    this.#octets = requestOctets(load)
  }

  /** Looks whether the server answers as it must, and connects. @throws when it does not */
  async open(): Promise<void> {
    const { connections, statusCode } = this.#load
    const responseBytes = await within(PATIENCE_MS, 'a response', probe(this.#load, this.#octets))
    const makeReader = (): ResponseReader =>
      responseBytes === 0
        ? new ParsingReader(this.#load)
        : new CountingReader(statusCode, responseBytes)
    for (let i = 0; i < connections; i++) {
      this.#connections.push(new LoadConnection(this.#load, this.#octets, makeReader, this))
    }
    await within(PATIENCE_MS, 'connecting', this.#connect())
  }

  /** Sends requests for as long as `span` says, and waits for what it has begun. @throws when a response is not what it must be */
  run(span: Span): Promise<LoadResult> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const result = new Promise<LoadResult>((resolve, reject) => {
      const startedAt = performance.now()
      const latencies = new Latencies()
      const run: Run = { span, startedAt, latencies, resolve, reject, begun: 0, completed: 0 }
      this.#run = run
      if (span.requestsPerSecond === undefined) {
        for (const connection of this.#connections) this.#sendNext(run, connection, startedAt)
      } else {
        this.#sendWhenDue(run, 1000 / span.requestsPerSecond)
      }
    })
    return within(span.durationMs + PATIENCE_MS, 'the last responses', result)
  }

  // No more at a time than a listening socket keeps waiting.
  async #connect(): Promise<void> {
    for (let i = 0; i < this.#connections.length; i += BACKLOG) {
      const some = this.#connections.slice(i, i + BACKLOG)
      await Promise.all(some.map((connection) => connection.open()))
    }
  }

  close(): void {
    this.#run = undefined
    for (const connection of this.#connections) connection.close()
  }

  /** As LoadOwner. */
  answered(connection: LoadConnection, requests: number): void {
    const run = this.#run
    if (run === undefined) return
    const now = performance.now()
    run.completed += requests
    run.latencies.add(now - connection.sentAt)
    if (run.span.requestsPerSecond === undefined) this.#sendNext(run, connection, now)
    this.#endWhenDone(run, now)
  }

  /** As LoadOwner. */
  failed(error: Error): void {
    this.#failure ??= error
    this.#run?.reject(error)
    this.close()
  }

  #sendNext(run: Run, connection: LoadConnection, now: number): void {
    if (this.#isOver(run, now)) return
    run.begun += this.#load.pipelined
    connection.sentAt = now
    connection.send()
  }

  // Looks at the clock in every turn of the event loop, for a timer is up to two milliseconds late. A request that is due while all
  // connections are busy waits, and its latency counts from when it was due.
  #sendWhenDue(run: Run, intervalMs: number): void {
    const look = (): void => {
      if (this.#run !== run) return
      const now = performance.now()
      while (!this.#isOver(run, now)) {
        const dueAt = run.startedAt + run.begun * intervalMs
        const connection = this.#connections.find(({ busy }) => !busy)
        if (dueAt > now || connection === undefined) break
        run.begun++
        connection.sentAt = dueAt
        connection.send()
      }
      this.#endWhenDone(run, now)
      setImmediate(look)
    }
    look()
  }

  #isOver({ span, startedAt, begun }: Run, now: number): boolean {
    return now - startedAt >= span.durationMs || begun >= (span.maxRequests ?? Infinity)
  }

  #endWhenDone(run: Run, now: number): void {
    if (run.completed < run.begun || !this.#isOver(run, now)) return
    this.#run = undefined
    run.resolve({
      requests: run.completed,
      elapsedMs: now - run.startedAt,
      p50Ms: run.latencies.percentile(0.5),
      p99Ms: run.latencies.percentile(0.99),
    })
  }
}
