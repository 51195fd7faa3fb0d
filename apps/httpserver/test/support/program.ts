import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

const programs: Program[] = []

/** Ends what a test has left running. */
export function killPrograms(): void {
  for (const program of programs.splice(0)) program.kill('SIGKILL')
}

/** What a program is started with, besides its arguments. */
export interface ProgramSurroundings {
  /** Variables that are added to those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** Descriptors of this process that it gets from 3 on. */
  readonly descriptors?: readonly number[]
}

/** The program while it runs, and what it has printed so far. */
export class Program {
  readonly #child: ChildProcess
  output = ''
  errors = ''
  /** Code and signal, when it has ended and all that it printed is there. */
  readonly exit: Promise<unknown[]>
  #ended = false
  #waiters: (() => void)[] = []

  constructor(
    commandLine: readonly string[],
    { environment = {}, descriptors = [] }: ProgramSurroundings = {},
  ) {
    this.#child = spawn(process.execPath, ['--enable-source-maps', MAIN, ...commandLine], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
    })
    for (const [name, stream] of [
      ['output', this.#child.stdout],
      ['errors', this.#child.stderr],
    ] as const) {
      stream?.setEncoding('utf8').on('data', (part: string) => {
        this[name] += part
        this.#wake()
      })
    }
    this.exit = once(this.#child, 'close').finally(() => {
      this.#ended = true
      this.#wake()
    })
    programs.push(this)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The port it listens on, as soon as it does. */
  async port(): Promise<number> {
    return Number((await this.printed(/(?:localhost:|port )(\d+)/))[1])
  }

  /** Resolves when `pattern` is found in what it has printed; rejects when it ends before. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output) ?? pattern.exec(this.errors)
      if (match !== null) return match
      if (this.#ended) throw new Error(`${String(pattern)} is not in ${this.output}${this.errors}`)
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Code and signal, when it has ended, whatever it has printed that nobody has read. */
  async ended(): Promise<unknown[]> {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return [exitCode, signalCode]
    return once(this.#child, 'exit')
  }

  stopReading(): void {
    this.#child.stdout?.destroy()
  }

  /** Leaves what it prints in the pipe, until `readOn`. */
  stallReading(): void {
    this.#child.stdout?.pause()
    this.#child.stderr?.pause()
  }

  readOn(): void {
    this.#child.stdout?.resume()
    this.#child.stderr?.resume()
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve()
  }
}
