import { FAREWELL, isReport, TELL_WHEN_DEAF } from './messages.ts'

/** What is forked; a worker of node:cluster is one. */
export interface ForkedProcess {
  readonly process: {
    readonly pid?: number | undefined
    kill(signal: 'SIGKILL'): boolean
  }
  send(message: string, sent: () => void): boolean
  disconnect(): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'exit', listener: (code: number | null, signal: string | null) => void): unknown
}

// A worker that hangs at its start would keep a restart waiting for ever.
const START_TIMEOUT_MS = 30_000
// Workers end by themselves within the grace period, unless something keeps them from looking at the time.
const LATE_MS = 1000

/** A worker as its primary sees it. */
export class WorkerProcess {
  /** What it listens on, a line each; rejects with the reason when it ends without. */
  readonly listening: Promise<readonly string[]>
  /** How it ended, when it has. */
  readonly ended: Promise<string>
  readonly #forked: ForkedProcess
  readonly #gracePeriodMs: number
  readonly #startedAt = performance.now()
  #listens = false
  #failure: string | undefined
  #deaf: Promise<void> | undefined

  /** @param gracePeriodMs how long it takes at most to end by itself */
  constructor(forked: ForkedProcess, gracePeriodMs: number) {
    this.#forked = forked
    this.#gracePeriodMs = gracePeriodMs
    this.ended = new Promise((resolve) => {
      forked.on('exit', (code, signal) => resolve(this.#failure ?? signal ?? `exit code ${code}`))
      forked.on('error', (error) => {
        // Without a process there is no exit. Other errors are of messages to one that has just ended.
        if (forked.process.pid === undefined) resolve(error.message)
      })
    })
    this.listening = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.kill(), START_TIMEOUT_MS)
      forked.on('message', (message) => {
        if (!isReport(message)) return
        if ('listening' in message) {
          clearTimeout(timer)
          this.#listens = true
          resolve(message.listening)
        } else if ('failed' in message) {
          this.#failure = message.failed
          reject(new Error(message.failed))
          forked.disconnect()
        } else if ('leaving' in message) {
          this.dismiss()
        }
      })
      const end = (how: string): void => {
        clearTimeout(timer)
        reject(new Error(`Worker ${this.pid} ended before it listened: ${how}`))
      }
      void this.ended.then(end)
    })
    // Who wants to know asks; nobody need.
    this.listening.catch(() => undefined)
  }

  get pid(): number {
    return this.#forked.process.pid ?? 0
  }

  /** Whether it has come so far as to listen. */
  get listens(): boolean {
    return this.#listens
  }

  /** How long it has been there. */
  get ageMs(): number {
    return performance.now() - this.#startedAt
  }

  /** Has it accept no more, and then finish what is in progress and end. */
  dismiss(): void {
    void this.stopAccepting().then(() => this.bidFarewell())
  }

  /**
   * Has it accept no more; what it has is served on. One that does not listen yet is told when it does, for then it may have clients
   * that nobody knows of.
   *
   * @returns when it accepts no more, or has ended
   */
  stopAccepting(): Promise<void> {
    this.#deaf ??= this.listening.then(
      () => this.#deafen(),
      () => undefined,
    )
    return this.#deaf
  }

  /** Has it finish what is in progress and end. Its clients come back at once, so let them find nobody or somebody else. */
  bidFarewell(): void {
    this.#forked.send(FAREWELL, () => undefined)
    const timer = setTimeout(() => this.kill(), this.#gracePeriodMs + LATE_MS)
    void this.ended.then(() => clearTimeout(timer))
  }

  /** Ends it at once. */
  kill(): void {
    this.#forked.process.kill('SIGKILL')
  }

  #deafen(): Promise<void> {
    const forked = this.#forked
    return new Promise((resolve) => {
      forked.on('message', (message) => {
        if (isReport(message) && 'deaf' in message) resolve()
      })
      // One without connections has nothing left to tell.
      forked.on('disconnect', resolve)
      void this.ended.then(() => resolve())
      forked.disconnect()
      forked.send(TELL_WHEN_DEAF, () => undefined)
    })
  }
}
