import type { Log } from '../log.ts'
import { WorkerProcess } from './worker-process.ts'
import type { ForkedProcess } from './worker-process.ts'

/** What a pool is told. */
export interface PoolOptions {
  readonly count: number
  /** How long workers may take to finish what is in progress. */
  readonly gracePeriodMs: number
  /** Whether sockets are gone for good with the last worker: they came from outside, so nobody here can open them again. */
  readonly inherited: boolean
  fork(): ForkedProcess
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000
// A worker that lived this long did not end because of how it was started.
const LONG_LIFE_MS = 30_000
// One worker that is busy must not keep the others from saying close.
const LONGEST_HEARING_MS = 500

// Where there should be a worker: the one that is there, or the pause before the next.
interface Place {
  worker: WorkerProcess | undefined
  pauseMs: number
  pause: NodeJS.Timeout | undefined
}

/** Keeps a number of workers: replaces those that end, restarts them in turn, ends them all. Signals close it as they do a server. */
export class WorkerPool {
  readonly #options: PoolOptions
  readonly #log: Log
  readonly #places: readonly Place[]
  // Those in a place, those on the way into one, and those that finish what they have in progress.
  readonly #living = new Set<WorkerProcess>()
  readonly #done: Promise<void>
  #resolve: () => void = () => undefined
  #reject: (error: Error) => void = () => undefined
  #state: 'Listening' | 'Draining' | 'Closed' = 'Listening'
  #started = false
  #announced = ''
  #restartWanted = false
  #restarting = false

  constructor(options: PoolOptions, log: Log) {
    this.#options = options
    this.#log = log
    this.#places = Array.from({ length: options.count }, () => ({
      worker: undefined,
      pauseMs: 0,
      pause: undefined,
    }))
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  get state(): 'Listening' | 'Draining' | 'Closed' {
    return this.#state
  }

  /**
   * Starts the workers, and tells where they listen when all do. Resolves when the pool has been closed.
   *
   * @throws when the first worker cannot start: the others could not either. Later on those that end are replaced
   */
  async run(): Promise<void> {
    this.#start().catch((error: Error) => {
      if (this.#state === 'Listening') this.#fail(error)
    })
    await this.#done
  }

  /** Puts a new worker in the place of each, one after another, each when the new one listens. */
  restart(): void {
    this.#restartWanted = true
    if (this.#announced !== '' && !this.#restarting) void this.#restartInTurn()
  }

  /** Lets all workers finish what is in progress. Resolves when they have ended. */
  close(): Promise<void> {
    if (this.#state === 'Listening') {
      this.#state = 'Draining'
      this.#endPauses()
      void this.#dismissAll()
      this.#checkEnd()
    }
    return this.#done
  }

  /** Ends all workers at once. */
  abort(): void {
    if (this.#state === 'Listening') void this.close()
    for (const worker of this.#living) worker.kill()
  }

  async #start(): Promise<void> {
    const [first, ...others] = this.#places
    if (first === undefined) return
    await this.#fill(first).listening
    if (this.#state !== 'Listening') return
    this.#started = true
    for (const place of others) this.#fill(place)
  }

  #fill(place: Place): WorkerProcess {
    const worker = this.#launch()
    place.worker = worker
    worker.listening.then(
      (lines) => this.#announce(lines),
      () => undefined,
    )
    return worker
  }

  #launch(): WorkerProcess {
    const worker = new WorkerProcess(this.#options.fork(), this.#options.gracePeriodMs)
    this.#living.add(worker)
    void worker.ended.then((how) => this.#left(worker, how))
    return worker
  }

  // Once when all listen; and again should they come to listen elsewhere, as on another free port.
  #announce(lines: readonly string[]): void {
    const text = lines.join('\n')
    if (text === this.#announced || this.#state !== 'Listening') return
    if (!this.#places.every(({ worker }) => worker?.listens)) return
    this.#announced = text
    for (const line of lines) this.#log.started(line)
    if (this.#restartWanted) this.restart()
  }

  #left(worker: WorkerProcess, how: string): void {
    this.#living.delete(worker)
    if (this.#state !== 'Listening') {
      this.#checkEnd()
      return
    }
    if (!this.#started) return
    if (this.#options.inherited && this.#living.size === 0) {
      this.#fail(new Error(`The inherited sockets are closed, for the last worker ended: ${how}`))
      return
    }
    const place = this.#places.find((place) => place.worker === worker)
    if (place === undefined) return
    const doubled = Math.min(LONGEST_PAUSE_MS, place.pauseMs * 2 || FIRST_PAUSE_MS)
    place.pauseMs = worker.ageMs >= LONG_LIFE_MS ? FIRST_PAUSE_MS : doubled
    place.worker = undefined
    place.pause = setTimeout(() => this.#fill(place), place.pauseMs)
    this.#log.warn(`Worker ${worker.pid} ended: ${how}; the next one in ${place.pauseMs} ms`)
  }

  async #restartInTurn(): Promise<void> {
    this.#restarting = true
    while (this.#restartWanted) {
      this.#restartWanted = false
      await this.#renewAll().catch((error: Error) => {
        this.#log.warn(`Restart given up, the other workers stay: ${error.message}`)
      })
    }
    this.#restarting = false
  }

  async #renewAll(): Promise<void> {
    for (const place of this.#places) {
      // Where there is none, the next one will be new anyway.
      if (place.worker !== undefined && this.#state === 'Listening') await this.#renew(place)
    }
  }

  async #renew(place: Place): Promise<void> {
    const next = this.#launch()
    const lines = await next.listening
    if (this.#state !== 'Listening') return
    // The one that was there may have ended meanwhile, and another may be there already.
    clearTimeout(place.pause)
    const previous = place.worker
    place.worker = next
    this.#announce(lines)
    if (previous === undefined) return
    previous.dismiss()
    await previous.ended
    this.#log.started(`Worker ${next.pid} replaced worker ${previous.pid}`)
  }

  // Clients that are told to close come back at once. As long as one worker accepts, some of them would reach a socket that is about
  // to close: so nobody is told before all have stopped.
  async #dismissAll(): Promise<void> {
    const workers = [...this.#living]
    let timer: NodeJS.Timeout | undefined
    await Promise.race([
      Promise.all(workers.map((worker) => worker.stopAccepting())),
      new Promise((resolve) => (timer = setTimeout(resolve, LONGEST_HEARING_MS))),
    ])
    clearTimeout(timer)
    for (const worker of workers) worker.bidFarewell()
  }

  #endPauses(): void {
    for (const { pause } of this.#places) clearTimeout(pause)
  }

  #fail(error: Error): void {
    this.#state = 'Closed'
    this.#endPauses()
    this.#reject(error)
  }

  #checkEnd(): void {
    if (this.#living.size > 0) return
    this.#state = 'Closed'
    this.#resolve()
  }
}
