import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { readConnections, readVitalSigns } from './vital-signs.ts'
import type { Connection, VitalSigns } from './vital-signs.ts'

/** How a process ended: by itself, with a code, or by a signal. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Where the server listens, and where the httpbin within it does. */
export interface Ports {
  readonly port: number
  readonly upstreamPort: number
}

/** What a process holds open, by type. */
export type Handles = Readonly<Record<string, number>>

const HANDLE_COUNT = new URL('../dist/handle-count.js', import.meta.url)
const LISTENING = /^Listening on http:\/\/\S+:(\d+), upstream http:\/\/\S+:(\d+)/
const MAX_COMPLAINTS = 10
const START_PATIENCE_MS = 20_000

/** The server while it runs. */
export class ServerProcess {
  readonly ports: Ports
  readonly #child: ChildProcess
  readonly #pid: number
  readonly #ended: Promise<Exit>
  readonly #complaints: readonly string[]
  #exit: Exit | undefined

  private constructor(
    child: ChildProcess,
    pid: number,
    ended: Promise<Exit>,
    ports: Ports,
    complaints: readonly string[],
  ) {
    this.#child = child
    this.#pid = pid
    this.#ended = ended.then((exit) => (this.#exit = exit))
    this.ports = ports
    this.#complaints = complaints
  }

  /**
   * Starts `program` and waits until it listens.
   *
   * @throws when it ends before
   */
  static async start(program: string, environment: Record<string, string>): Promise<ServerProcess> {
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', '--import', HANDLE_COUNT.href, program],
      {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // Of a group of its own: a Ctrl-C is meant for the soak, which then stops the server itself.
        detached: true,
      },
    )
    const complaints: string[] = []
    const ended = new Promise<Exit>((resolve) => {
      // Behind 'exit': then all that it wrote has come.
      child.once('close', (code, signal: NodeJS.Signals | null) => {
        resolve({ code, signal })
      })
    })
    const { pid, stdout, stderr } = child
    if (pid === undefined || stdout === null || stderr === null) {
      throw new Error(`${process.execPath} could not be run`)
    }
    createInterface({ input: stderr }).on('line', (line) => {
      if (complaints.length < MAX_COMPLAINTS) complaints.push(line)
    })
    const limit = setTimeout(() => child.kill('SIGKILL'), START_PATIENCE_MS)
    try {
      const ports = await listeningPorts(stdout, ended)
      return new ServerProcess(child, pid, ended, ports, complaints)
    } catch (error) {
      throw new Error(`${program} did not start: ${complaints.join(' ')}`, { cause: error })
    } finally {
      clearTimeout(limit)
    }
  }

  /** The first lines it wrote to its standard error; each is a warning. */
  get complaints(): readonly string[] {
    return this.#complaints
  }

  /** How it ended; undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit
  }

  /** Resolves when it has ended. */
  get ended(): Promise<Exit> {
    return this.#ended
  }

  /** Undefined where the system does not tell. */
  vitalSigns(): VitalSigns | undefined {
    return readVitalSigns(this.#pid)
  }

  /** Its TCP connections; none where the system does not tell. */
  connections(): readonly Connection[] {
    return readConnections(this.#pid)
  }

  /** What it holds open. */
  async handles(): Promise<Handles> {
    if (this.#exit !== undefined) return {}
    const answer = once(this.#child, 'message').then(([counts]: unknown[]) => readHandles(counts))
    this.#child.send('handles')
    return Promise.race([answer, this.#ended.then(() => ({}))])
  }

  /** Asks it to end, and makes it when it has not after `patienceMs`. */
  async stop(patienceMs: number): Promise<Exit> {
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs)
    this.#child.kill('SIGTERM')
    const exit = await this.#ended
    clearTimeout(limit)
    return exit
  }

  /** Ends it at once, if it still runs. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

// From the first line. Everything behind it is access lines, which are read so that the pipe does not fill, and dropped.
async function listeningPorts(output: Readable, ended: Promise<Exit>): Promise<Ports> {
  const lines = createInterface({ input: output })
  const found = new Promise<Ports>((resolve) => {
    lines.on('line', (line) => {
      const match = LISTENING.exec(line)
      if (match !== null) resolve({ port: Number(match[1]), upstreamPort: Number(match[2]) })
    })
  })
  const gone = ended.then(({ code, signal }) => {
    throw new Error(`it ended with ${signal ?? code}`)
  })
  const ports = await Promise.race([found, gone])
  // Lines cost far more than octets that nobody looks at.
  lines.close()
  output.resume()
  return ports
}

function readHandles(counts: unknown): Handles {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(Object(counts))
  return Object.fromEntries(entries.map(([type, count]) => [type, Number(count)]))
}
