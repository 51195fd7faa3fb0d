import { startApplication } from '../../src/application.ts'
import { readCommandLine } from '../../src/config.ts'
import type { Config } from '../../src/config.ts'
import type { AccessEntry, Log } from '../../src/log.ts'

/** The defaults, on a free port of one loopback address. */
export function testConfig(changes: Partial<Config> = {}): Config {
  const invocation = readCommandLine([])
  if (!('config' in invocation)) throw new Error(invocation.text)
  return {
    ...invocation.config,
    port: 0,
    host: '127.0.0.1',
    upstream: 'embedded',
    via: 'rawhttp',
    ...changes,
  }
}

/** Keeps what is logged. */
export class TestLog implements Log {
  readonly starts: string[] = []
  readonly entries: AccessEntry[] = []
  readonly warnings: string[] = []
  #waiter: (() => void) | undefined

  started(text: string): void {
    this.starts.push(text)
  }

  access(entry: AccessEntry): void {
    this.entries.push(entry)
    this.#waiter?.()
  }

  warn(text: string): void {
    this.warnings.push(text)
  }

  /** The access entry of this number, from 0, when it is there. */
  async entry(number: number): Promise<AccessEntry> {
    for (;;) {
      const entry = this.entries[number]
      if (entry !== undefined) return entry
      await new Promise<void>((resolve) => (this.#waiter = resolve))
    }
  }
}

/** A running application that a test talks to. */
export interface TestApplication {
  readonly port: number
  /** Of HTTPS, where it is served. */
  readonly tlsPort: number
  readonly log: TestLog
  /** Connections of clients that are open. */
  readonly connectionCount: number
  /** Lets what is in progress finish. */
  close(): Promise<void>
  /** Closes at once what is still open. */
  stop(): void
}

export async function startTestApplication(
  changes: Partial<Config> = {},
): Promise<TestApplication> {
  const log = new TestLog()
  const application = await startApplication(testConfig(changes), log)
  const { servers } = application
  const port = servers[0]?.port ?? 0
  return {
    port,
    tlsPort: servers[1]?.port ?? 0,
    log,
    get connectionCount() {
      return servers.reduce((count, server) => count + server.connectionCount, 0)
    },
    close: () => application.close(),
    stop: () => {
      for (const server of servers) server.abort()
    },
  }
}
