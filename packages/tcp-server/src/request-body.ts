import { ReceiveBuffer, UsageError } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import { asError } from './errors.ts'
import { quiet } from './quiet-promise.ts'

/**
 * The body of a request as it comes. It is read once, in one of the three ways; what is not asked for is not read from the network,
 * so a slow handler slows its client down and takes no memory. Reading rejects with a ProtocolError when the body breaks the
 * protocol or a limit, and with a TransportError when the client is gone.
 *
 * Octets are *yours*, but for those of `borrowed()`: you may keep, change or transfer them, and nothing else lies in their memory.
 */
export interface RequestBody extends AsyncIterable<Uint8Array> {
  /** The whole content, yours; bounded by `limits.maxBodyBytes`. */
  bytes(): Promise<Uint8Array>
  /** The whole content as UTF-8. */
  text(): Promise<string>
  /**
   * The content to iterate over, *borrowed until the next read*: its memory is used again then, and must not be transferred. For
   * those who pass large bodies on; memory for each piece costs more than all else there.
   */
  borrowed(): AsyncIterable<Uint8Array>
  /** The trailer section, when the body has ended. A body that nobody reads is dropped to get there. */
  trailers(): Promise<Headers>
}

/** Where the octets of a body come from. */
export interface BodySource {
  /** Octets of the whole content, where its head said so. */
  readonly expectedBytes: number | undefined
  /**
   * The next octets; 'End'; or null when none are here: then `wake` is called when there are. Throws what ended the body early.
   *
   * @param borrowed whether the octets are used up before any other code runs, so that they need not be copied
   */
  readBody(borrowed: boolean): Uint8Array | 'End' | null
  /** As `readBody`, but copies octets to the beginning of `memory`, small pieces joined; what is larger has memory of its own. */
  readBodyInto(memory: Uint8Array): Uint8Array | 'End' | null
  /** Borrowed octets in memory of their own. */
  owned(octets: Uint8Array): Uint8Array
  /** The trailer section, after 'End'. */
  readonly bodyTrailers: Headers
}

type Result = IteratorResult<Uint8Array, undefined>

interface Waiter<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

// Gathers the whole content.
interface Collector extends Waiter<Uint8Array> {
  whole: ReceiveBuffer | undefined
}

// Room is made at once for so many times what has come: who says that much will come, and does not send it, takes no memory.
const MOST_EXPECTED = 16

// As much as a socket gives at a time. 2 MiB are kept at most.
const LENT_BYTES = 65_536
const MAX_FREE = 32
const freeMemory: Uint8Array[] = []

const END: Result = { done: true, value: undefined }
const NOTHING = new Uint8Array(0)
const utf8 = new TextDecoder()

/** A body that is read from the connection. */
export class StreamedBody implements RequestBody, AsyncIterator<Uint8Array, undefined> {
  readonly #source: BodySource
  #used = false
  #ended = false
  #failure: Error | undefined
  #waiter: Waiter<Result> | undefined
  #collector: Collector | undefined
  // Whether octets are lent, and where those lie that were lent last.
  #lends = false
  #lent: Uint8Array | undefined
  #trailerWaiters: Waiter<Headers>[] = []

  constructor(source: BodySource) {
    this.#source = source
  }

  /** Whether the handler waits for octets. */
  get waiting(): boolean {
    return this.#waiter !== undefined || this.#collector !== undefined
  }

  /** Whether the handler has read it to its end. */
  get ended(): boolean {
    return this.#ended
  }

  bytes(): Promise<Uint8Array> {
    const whole = this.#takeWhole()
    return whole instanceof Promise ? quiet(whole) : Promise.resolve(this.#source.owned(whole))
  }

  text(): Promise<string> {
    const whole = this.#takeWhole()
    return whole instanceof Promise
      ? quiet(whole.then((octets) => utf8.decode(octets)))
      : Promise.resolve(utf8.decode(whole))
  }

  borrowed(): AsyncIterable<Uint8Array> {
    return {
      [Symbol.asyncIterator]: () => {
        this.#use()
        this.#lends = true
        return this
      },
    }
  }

  trailers(): Promise<Headers> {
    if (this.#ended) return Promise.resolve(this.#source.bodyTrailers)
    if (this.#failure !== undefined) return quiet(Promise.reject(this.#failure))
    if (!this.#used) return quiet(this.#dropRest())
    return quiet(
      new Promise<Headers>((resolve, reject) => {
        this.#trailerWaiters.push({ resolve, reject })
      }),
    )
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    this.#use()
    return this
  }

  /** As AsyncIterator. */
  next(): Promise<Result> {
    if (this.#waiter !== undefined) {
      return quiet(
        Promise.reject(
          new UsageError('ERR_BODY_READ', 'Body: one read at a time, await the one before'),
        ),
      )
    }
    try {
      const result = this.#takeNow(this.#lends)
      if (result !== null) return Promise.resolve(result)
    } catch (error) {
      return quiet(Promise.reject(asError(error)))
    }
    return quiet(
      new Promise<Result>((resolve, reject) => {
        this.#waiter = { resolve, reject }
      }),
    )
  }

  /** As AsyncIterator: the handler wants no more. */
  return(): Promise<Result> {
    return Promise.resolve(END)
  }

  /** Octets may be there for a handler that waits. */
  wake(): void {
    const waiter = this.#waiter
    try {
      if (this.#collector !== undefined) this.#collectMore(this.#collector)
      if (waiter === undefined) return
      const result = this.#takeNow(this.#lends)
      if (result === null) return
      this.#waiter = undefined
      waiter.resolve(result)
    } catch {
      // Whoever waits was told.
    }
  }

  /** The rest of the body will not come. Whoever waits or reads from now on is told why. */
  fail(error: Error): void {
    if (this.#ended || this.#failure !== undefined) return
    this.#failure = error
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter?.reject(error)
    this.#collector?.reject(error)
    this.#collector = undefined
    for (const { reject } of this.#trailerWaiters.splice(0)) reject(error)
  }

  // What can be read now, or null.
  #take(borrowed: boolean): Result | null {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#ended) return END
    const piece = this.#lends ? this.#lend() : this.#source.readBody(borrowed)
    if (piece === null) return null
    if (piece !== 'End') return { done: false, value: piece }
    this.#ended = true
    // Who asks for more than there is has done with what he had.
    if (this.#lent?.length === LENT_BYTES && freeMemory.length < MAX_FREE) {
      freeMemory.push(this.#lent)
    }
    this.#lent = undefined
    for (const { resolve } of this.#trailerWaiters.splice(0)) resolve(this.#source.bodyTrailers)
    return END
  }

  #lend(): Uint8Array | 'End' | null {
    // Memory that was transferred all the same has no octets any more.
    if (this.#lent?.length !== LENT_BYTES) this.#lent = freeMemory.pop()
    const memory = (this.#lent ??= new Uint8Array(LENT_BYTES))
    return this.#source.readBodyInto(memory)
  }

  // As #take, and whatever ends the body early ends it for all who wait.
  #takeNow(borrowed: boolean): Result | null {
    try {
      return this.#take(borrowed)
    } catch (error) {
      const failure = asError(error)
      this.fail(failure)
      throw failure
    }
  }

  // The whole content, or a promise of it. Most bodies have come by now, and in one piece: those are borrowed.
  #takeWhole(): Uint8Array | Promise<Uint8Array> {
    try {
      this.#use()
      const first = this.#takeNow(true)
      if (first === null) return this.#collect([])
      if (first.done === true) return NOTHING
      const second = this.#takeNow(true)
      if (second === null) return this.#collect([first.value])
      return second.done === true ? first.value : this.#collect([first.value, second.value])
    } catch (error) {
      return Promise.reject(asError(error))
    }
  }

  // The whole content, of which these pieces have been taken.
  #collect(taken: readonly Uint8Array[]): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const collector: Collector = { whole: undefined, resolve, reject }
      for (const octets of taken) this.#gather(collector, octets)
      this.#collector = collector
      this.#collectMore(collector)
    })
  }

  // Octets are copied together as they come: thousands of small views would take many times the room of what they show.
  #collectMore(collector: Collector): void {
    for (;;) {
      const piece = this.#takeNow(true)
      if (piece === null) return
      if (piece.done === true) break
      this.#gather(collector, piece.value)
    }
    this.#collector = undefined
    const { whole, resolve } = collector
    resolve(whole === undefined ? new Uint8Array(0) : whole.octets.subarray(0, whole.end))
  }

  #gather(collector: Collector, octets: Uint8Array): void {
    const { expectedBytes = octets.length } = this.#source
    collector.whole ??= new ReceiveBuffer(Math.min(expectedBytes, MOST_EXPECTED * octets.length))
    collector.whole.append(octets)
  }

  async #dropRest(): Promise<Headers> {
    this.#use()
    let piece: Result
    do piece = await this.next()
    while (piece.done !== true)
    return this.#source.bodyTrailers
  }

  #use(): void {
    if (this.#used) {
      throw new UsageError('ERR_BODY_READ', 'Body: it is read already, and can be read only once')
    }
    this.#used = true
  }
}
