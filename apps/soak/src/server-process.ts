import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { readVitalSigns } from './vital-signs.ts'
import type { VitalSigns } from './vital-signs.ts'

/** How a process ended: by itself, with a code, or by a signal. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What a process holds open, by type. */
export type Handles = Readonly<Record<string, number>>

const HANDLE_COUNT = new URL('../dist/handle-count.js', import.meta.url)
const MAX_COMPLAINTS = 10
const START_PATIENCE_MS = 20_000
// Beyond its grace period: enough for a machine that is busy.
const STOP_PATIENCE_MS = 10_000

/** The server while it runs. */
export class ServerProcess {
  readonly port: number
  readonly #child: ChildProcess
  readonly #ended: Promise<Exit>
  readonly #complaints: readonly string[]
  #exit: Exit | undefined

  private constructor(
    child: ChildProcess,
    ended: Promise<Exit>,
    port: number,
    complaints: readonly string[],
  ) {
    this.#child = child
    this.#ended = ended.then((exit) => (this.#exit = exit))
    this.port = port
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
      child.once('exit', (code, signal) => {
        resolve({ code, signal })
      })
    })
    const { stdout, stderr } = child
    if (stdout === null || stderr === null) throw new Error('spawn gave no pipes')
    createInterface({ input: stderr }).on('line', (line) => {
      if (complaints.length < MAX_COMPLAINTS) complaints.push(line)
    })
    const limit = setTimeout(() => child.kill('SIGKILL'), START_PATIENCE_MS)
    try {
      return new ServerProcess(child, ended, await listeningPort(stdout, ended), complaints)
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
    return readVitalSigns(this.#child.pid ?? 0)
  }

  /** What it holds open. */
  async handles(): Promise<Handles> {
    if (this.#exit !== undefined) return {}
    const answer = once(this.#child, 'message').then(([counts]: unknown[]) => readHandles(counts))
    this.#child.send('handles')
    return Promise.race([answer, this.#ended.then(() => ({}))])
  }

  /** Asks it to end, and makes it when it does not. */
  async stop(graceMs: number): Promise<Exit> {
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), graceMs + STOP_PATIENCE_MS)
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

// The first line that names one. Everything behind is access lines, which are read so that the pipe does not fill, and dropped.
async function listeningPort(output: Readable, ended: Promise<Exit>): Promise<number> {
  const lines = createInterface({ input: output })
  const found = new Promise<number>((resolve) => {
    lines.on('line', (line) => {
      const port = /^Listening on http:\/\/\S+?:(\d+)/.exec(line)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
  })
  const gone = ended.then(({ code, signal }) => {
    throw new Error(`it ended with ${signal ?? code}`)
  })
  const port = await Promise.race([found, gone])
  // Lines cost far more than octets that nobody looks at.
  lines.close()
  output.resume()
  return port
}

function readHandles(counts: unknown): Handles {
  if (typeof counts !== 'object' || counts === null) return {}
  return Object.fromEntries(Object.entries(counts).map(([type, count]) => [type, Number(count)]))
}
