import { ReceiveBuffer, UsageError } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import { asError } from './errors.ts'
import { quiet } from './quiet-promise.ts'

/**
 * The body of a request as it comes. It is read once, in one of the three ways; what is not asked for is not read from the network,
 * so a slow handler slows its client down and takes no memory. Reading rejects with a ProtocolError when the body breaks the
 * protocol or a limit, and with a TransportError when the client is gone.
 */
export interface RequestBody extends AsyncIterable<Uint8Array> {
  /** The whole content; bounded by `limits.maxBodyBytes`. */
  bytes(): Promise<Uint8Array>
  /** The whole content as UTF-8. */
  text(): Promise<string>
  /** The trailer section, when the body has ended. A body that nobody reads is dropped to get there. */
  trailers(): Promise<Headers>
}

/** Where the octets of a body come from. */
export interface BodySource {
  /** The next octets; 'End'; or null when none are here: then `wake` is called when there are. Throws what ended the body early. */
  readBody(): Uint8Array | 'End' | null
  /** The trailer section, after 'End'. */
  readonly bodyTrailers: Headers
}

type Result = IteratorResult<Uint8Array, undefined>

interface Waiter<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

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
  #trailerWaiters: Waiter<Headers>[] = []

  constructor(source: BodySource) {
    this.#source = source
  }

  /** Whether the handler waits for octets. */
  get waiting(): boolean {
    return this.#waiter !== undefined
  }

  /** Whether the handler has read it to its end. */
  get ended(): boolean {
    return this.#ended
  }

  bytes(): Promise<Uint8Array> {
    try {
      this.#use()
      // Most bodies have come by now, and in one piece. They need no promise for each.
      const first = this.#takeNow()
      if (first?.done === true) return Promise.resolve(NOTHING)
      const second = first === null ? null : this.#takeNow()
      if (first !== null && second?.done === true) return Promise.resolve(first.value)
      return quiet(this.#collect(first, second))
    } catch (error) {
      return quiet(Promise.reject(asError(error)))
    }
  }

  text(): Promise<string> {
    return quiet(this.bytes().then((octets) => utf8.decode(octets)))
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
      const result = this.#takeNow()
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
    if (waiter === undefined) return
    try {
      const result = this.#takeNow()
      if (result === null) return
      this.#waiter = undefined
      waiter.resolve(result)
    } catch {
      // The waiter was told.
    }
  }

  /** The rest of the body will not come. Whoever waits or reads from now on is told why. */
  fail(error: Error): void {
    if (this.#ended || this.#failure !== undefined) return
    this.#failure = error
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter?.reject(error)
    for (const { reject } of this.#trailerWaiters.splice(0)) reject(error)
  }

  // What can be read now, or null.
  #take(): Result | null {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#ended) return END
    const piece = this.#source.readBody()
    if (piece === null) return null
    if (piece !== 'End') return { done: false, value: piece }
    this.#ended = true
    for (const { resolve } of this.#trailerWaiters.splice(0)) resolve(this.#source.bodyTrailers)
    return END
  }

  // As #take, and whatever ends the body early ends it for all who wait.
  #takeNow(): Result | null {
    try {
      return this.#take()
    } catch (error) {
      const failure = asError(error)
      this.fail(failure)
      throw failure
    }
  }

  // The whole content, of which one or two pieces may have been taken.
  async #collect(firstTaken: Result | null, secondTaken: Result | null): Promise<Uint8Array> {
    const first = firstTaken ?? (await this.next())
    if (first.done === true) return NOTHING
    const second = secondTaken ?? (await this.next())
    if (second.done === true) return first.value
    // Copied together as they come: thousands of small views would take many times the room of what they show.
    const whole = new ReceiveBuffer(first.value.length + second.value.length)
    whole.append(first.value)
    whole.append(second.value)
    for (let piece = await this.next(); piece.done !== true; piece = await this.next()) {
      whole.append(piece.value)
    }
    return whole.octets.subarray(0, whole.end)
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
