import { Client } from './client.ts'
import type { Random } from './random.ts'
import type { Answer } from './response-reader.ts'
import type { Site } from './site.ts'
import type { Kind, KindCounts, Tally } from './tally.ts'

/** What a client does in one go; failures are thrown. */
export type Scenario = (visit: Visit) => Promise<void>

/** A scenario with its name in reports, and how often it is chosen among its like. */
export interface ScenarioRow {
  readonly name: string
  readonly weight: number
  readonly run: Scenario
}

/** What visits have in common. */
export interface Tour {
  readonly port: number
  readonly site: Site
  readonly tally: Tally
  /** How long a client waits for anything that must come. */
  readonly patienceMs: number
  /** Aborted when the time is over: nothing new is begun then. */
  readonly stop: AbortSignal
}

/** One client at one scenario: it counts what happens and cleans up. */
export class Visit {
  readonly random: Random
  /** What is being done, for the report of a failure. */
  name: string
  readonly #tour: Tour
  readonly #counts: KindCounts
  readonly #clients: Client[] = []

  constructor(tour: Tour, kind: Kind, name: string, random: Random) {
    this.#tour = tour
    this.#counts = tour.tally.kinds[kind]
    this.name = name
    this.random = random
  }

  get site(): Site {
    return this.#tour.site
  }

  get stopping(): boolean {
    return this.#tour.stop.aborted
  }

  /** A new connection, which is gone when the visit is over. @throws Failure */
  async connect(): Promise<Client> {
    this.#counts.connections++
    const client = await Client.connect(this.#tour.port, this.#tour.patienceMs)
    this.#clients.push(client)
    return client
  }

  /** Requests are on their way. */
  sent(count = 1): void {
    this.#counts.requests += count
  }

  /** The next answer, and whether it is right. @throws Failure */
  async check(client: Client, check: (answer: Answer) => void): Promise<void> {
    check(await client.answer())
    this.#counts.answers++
  }

  /** A good request waited so long for its answer. */
  waited(milliseconds: number): void {
    this.#tour.tally.latencies.add(milliseconds)
  }

  /** Lets go of all connections. */
  leave(): void {
    for (const client of this.#clients) client.destroy()
  }
}
