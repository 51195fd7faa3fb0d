import { ProtocolError, ReceiveBuffer, UsageError } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import { RESPONSE_PARSER_FAULTS } from '@rawhttp/response-parser'
import { asError, TransportError } from './errors.ts'
import { optionError } from './options.ts'
import { quiet } from './quiet-promise.ts'
import { borrowMemory, giveBackMemory } from './read-memory.ts'
import type { BodyOwner, ResponseBody, Take } from './response-body.ts'

type Result = IteratorResult<Uint8Array, undefined>

interface Waiter<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

const MAX_COLLECTED_BYTES = 10_485_760
// What a piece that waits takes besides its octets: a body that comes in tiny pieces must not take more room than a dense one.
const PIECE_OVERHEAD_BYTES = 128
// Room that collected octets get at first: what the response says, so that each is copied once, as far as it can be believed.
const FIRST_COLLECTED_BYTES = 16_384
const MAX_FIRST_COLLECTED_BYTES = 1_048_576
const END: Result = { done: true, value: undefined }
const utf8 = new TextDecoder()

/** A body that is read from a connection. */
export class StreamedBody implements ResponseBody, AsyncIterator<Uint8Array, undefined> {
  /** Where the connection is to read to while `forEach` takes the body, so that nothing is copied. */
  memory: Uint8Array | undefined
  readonly #owner: BodyOwner
  readonly #readAheadBytes: number
  readonly #mayBorrow: boolean
  readonly #announcedBytes: number
  // Copies of what came and nobody has taken.
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  #used = false
  #trailers: Headers | undefined
  #failure: Error | undefined
  #reader: Waiter<Result> | undefined
  #take: Take | undefined
  #taker: Waiter<void> | undefined
  #taking = false
  // Whether what is being taken lies in `memory`.
  #lends = false
  // Whether what is taken is used up, or copied, before the taker returns.
  #takesAtOnce = false
  // Whether the connection reads no more to `memory`.
  #readEnded = false
  #trailerWaiters: Waiter<Headers>[] = []
  #over = false
  #onOver: (() => void) | undefined

  /**
   * @param mayBorrow whether the connection reads nothing while it is told not to
   * @param announcedBytes its Content-Length, if it has one
   */
  constructor(owner: BodyOwner, readAheadBytes: number, mayBorrow: boolean, announcedBytes = 0) {
    this.#owner = owner
    this.#readAheadBytes = readAheadBytes
    this.#mayBorrow = mayBorrow
    this.#announcedBytes = announcedBytes
  }

  /** Whether it was used up, cancelled or lost, and nobody waits for it: nothing that happens now reaches its reader. */
  get over(): boolean {
    return this.#over
  }

  /** Whether nothing may be read to the memory that the connection was given last: somebody looks at it, or has taken it. */
  get lends(): boolean {
    return (this.#taking && this.#lends) || this.memory?.length === 0
  }

  /** Calls back once, when it is over. */
  whenOver(callback: () => void): void {
    this.#onOver = callback
  }

  bytes(maxBytes: number = MAX_COLLECTED_BYTES): Promise<Uint8Array> {
    const whole = this.#wholeAlready(maxBytes)
    return whole === undefined ? quiet(this.#collect(maxBytes)) : Promise.resolve(whole)
  }

  text(maxBytes: number = MAX_COLLECTED_BYTES): Promise<string> {
    const whole = this.#wholeAlready(maxBytes)
    if (whole !== undefined) return Promise.resolve(utf8.decode(whole))
    return quiet(this.#collect(maxBytes).then((octets) => utf8.decode(octets)))
  }

  forEach(take: Take): Promise<void> {
    try {
      if (typeof take !== 'function') throw optionError('take', 'a function', take)
      this.#use()
    } catch (error) {
      return quiet(Promise.reject(asError(error)))
    }
    if (this.#mayBorrow && !this.#readEnded) this.memory = borrowMemory()
    return this.#takeAll(take)
  }

  trailers(): Promise<Headers> {
    if (this.#trailers !== undefined) return Promise.resolve(this.#trailers)
    if (this.#failure !== undefined) return quiet(Promise.reject(this.#failure))
    if (!this.#used) {
      this.#used = true
      this.#takesAtOnce = true
      void this.#takeAll(drop)
    }
    return quiet(
      new Promise<Headers>((resolve, reject) => {
        this.#trailerWaiters.push({ resolve, reject })
      }),
    )
  }

  cancel(): void {
    this.#used = true
    this.#cancelFor(new TransportError('ERR_CANCELLED', 'The body was cancelled'))
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    this.#use()
    return this
  }

  /** As AsyncIterator. */
  next(): Promise<Result> {
    const piece = this.#shift()
    if (piece !== undefined) return Promise.resolve({ done: false, value: piece })
    if (this.#failure !== undefined) return quiet(Promise.reject(this.#failure))
    if (this.#trailers !== undefined) return Promise.resolve(END)
    if (this.#reader !== undefined) {
      const hint = 'one read at a time, await the one before'
      return quiet(Promise.reject(new UsageError('ERR_BODY_READ', `Body: ${hint}`)))
    }
    return quiet(
      new Promise<Result>((resolve, reject) => {
        this.#reader = { resolve, reject }
      }),
    )
  }

  /** As AsyncIterator: the reader wants no more. */
  return(): Promise<Result> {
    this.cancel()
    return Promise.resolve(END)
  }

  /**
   * Octets have come, in memory that is used again.
   *
   * @returns false: read no more, until `readOn`
   */
  give(octets: Uint8Array): boolean {
    if (this.#failure !== undefined) return true
    if (this.#take !== undefined && !this.#taking && this.#queue.length === 0) {
      const stays = this.#takesAtOnce || octets.buffer === this.memory?.buffer
      return this.#hand(stays ? octets : new Uint8Array(octets))
    }
    const piece = new Uint8Array(octets)
    if (this.#reader !== undefined) {
      const reader = this.#reader
      this.#reader = undefined
      reader.resolve({ done: false, value: piece })
      return true
    }
    this.#queue.push(piece)
    this.#queuedBytes += piece.length + PIECE_OVERHEAD_BYTES
    return this.#queuedBytes < this.#readAheadBytes && !this.#taking
  }

  /** All octets have come; the connection reads for others now. */
  end(trailers: Headers): void {
    this.#letGo()
    if (this.#failure !== undefined) return
    this.#trailers = trailers
    for (const { resolve } of this.#trailerWaiters.splice(0)) resolve(trailers)
    this.#reader?.resolve(END)
    this.#reader = undefined
    this.#pump()
    this.#noteOver()
  }

  /**
   * The rest will not come, and the connection is gone or serves others. Whoever waits or reads from now on is told why.
   *
   * @param atOnce whether what came and nobody has taken is dropped too, even when all has come
   */
  lose(error: Error, atOnce: boolean): void {
    this.#letGo()
    if (this.#over) return
    if (atOnce) this.#trailers = undefined
    else if (this.#trailers !== undefined || this.#failure !== undefined) return
    this.#fail(error, atOnce)
  }

  #use(): void {
    if (this.#used) {
      throw new UsageError('ERR_BODY_READ', 'Body: it is read already, and can be read only once')
    }
    this.#used = true
  }

  // A small body mostly has come in one piece with its head.
  #wholeAlready(maxBytes: number): Uint8Array | undefined {
    if (this.#used || this.#trailers === undefined || this.#queue.length > 1) return undefined
    const whole = this.#queue[0] ?? new Uint8Array(0)
    if (whole.length > maxBytes || this.#failure !== undefined) return undefined
    this.#used = true
    this.#clear()
    this.#noteOver()
    return whole
  }

  async #collect(maxBytes: number): Promise<Uint8Array> {
    this.#use()
    this.#takesAtOnce = true
    const room = Math.min(this.#announcedBytes, maxBytes, MAX_FIRST_COLLECTED_BYTES)
    const whole = new ReceiveBuffer(Math.max(room, FIRST_COLLECTED_BYTES))
    await this.#takeAll((octets) => {
      if (whole.end + octets.length > maxBytes) {
        const fault = RESPONSE_PARSER_FAULTS.ERR_BODY_TOO_LARGE
        throw new ProtocolError(fault, `at most ${maxBytes} octets`, 'more', whole.end)
      }
      whole.append(octets)
    })
    return whole.octets.subarray(0, whole.end)
  }

  #takeAll(take: Take): Promise<void> {
    return quiet(
      new Promise<void>((resolve, reject) => {
        this.#take = take
        this.#taker = { resolve, reject }
        this.#pump()
      }),
    )
  }

  // Hands over what waits; behind it the end, or what came in its place.
  #pump(): void {
    while (this.#take !== undefined && !this.#taking) {
      const piece = this.#shift()
      if (piece === undefined) {
        if (this.#failure !== undefined) this.#settle()?.reject(this.#failure)
        else if (this.#trailers !== undefined) this.#settle()?.resolve()
        return
      }
      this.#hand(piece)
    }
  }

  // Whether it was taken at once.
  #hand(octets: Uint8Array): boolean {
    const taken = this.#taken(octets)
    this.#checkMemory()
    if (taken === undefined) return true
    this.#taking = true
    this.#lends = octets.buffer === this.memory?.buffer
    taken.then(this.#onTaken, this.#onTakeFailed)
    if (this.#failure === undefined) return false
    // The taker has cancelled the body, and still looks at its octets.
    this.#owner.bodyCancelled(this)
    return true
  }

  // What the taker gives back, when that is something to wait for. Plain JavaScript may give anything, such as what push does.
  #taken(octets: Uint8Array): Promise<unknown> | undefined {
    try {
      const taken: unknown = this.#take?.(octets)
      return typeof taken === 'object' && taken !== null ? Promise.resolve(taken) : undefined
    } catch (error) {
      this.#cancelFor(asError(error))
      return undefined
    }
  }

  // What was transferred cannot be read to any more. Where a read waits already to begin, it would write into what others have now.
  #checkMemory(): void {
    if (this.memory?.length !== 0 || this.#readEnded) return
    const message = 'Body: what forEach lends must not be transferred, transfer a copy'
    this.#cancelFor(new UsageError('ERR_BODY_READ', message))
  }

  readonly #onTaken = (): void => {
    this.#taking = false
    this.#checkMemory()
    this.#giveBack()
    this.#pump()
    if (!this.#taking && !this.#readEnded) this.#owner.readOn()
  }

  readonly #onTakeFailed = (error: unknown): void => {
    this.#taking = false
    this.#giveBack()
    this.#cancelFor(asError(error))
  }

  #settle(): Waiter<void> | undefined {
    const taker = this.#taker
    this.#take = undefined
    this.#taker = undefined
    this.#noteOver()
    return taker
  }

  #cancelFor(error: Error): void {
    const lost = this.#failure
    if (lost === undefined) {
      this.#fail(error, true)
      this.#owner.bodyCancelled(this)
    } else if (!this.#over) {
      this.#fail(lost, true)
    }
  }

  #fail(error: Error, atOnce: boolean): void {
    this.#failure = error
    for (const { reject } of this.#trailerWaiters.splice(0)) reject(error)
    this.#reader?.reject(error)
    this.#reader = undefined
    if (atOnce) {
      this.#clear()
      this.#settle()?.reject(error)
    } else {
      this.#pump()
      this.#noteOver()
    }
  }

  #noteOver(): void {
    const ended = this.#failure !== undefined || this.#trailers !== undefined
    if (this.#over || !ended || this.#queue.length > 0 || this.#take !== undefined) return
    this.#over = true
    this.#onOver?.()
    this.#onOver = undefined
  }

  #letGo(): void {
    this.#readEnded = true
    this.#giveBack()
  }

  // Memory serves others when nobody reads to it and nobody looks at it.
  #giveBack(): void {
    if (this.memory === undefined || this.#taking || !this.#readEnded) return
    giveBackMemory(this.memory)
    this.memory = undefined
  }

  #clear(): void {
    this.#queue = []
    this.#queuedBytes = 0
  }

  #shift(): Uint8Array | undefined {
    const piece = this.#queue.shift()
    if (piece === undefined) return undefined
    const wasFull = this.#queuedBytes >= this.#readAheadBytes
    this.#queuedBytes -= piece.length + PIECE_OVERHEAD_BYTES
    const hasRoom = this.#queuedBytes < this.#readAheadBytes
    if (wasFull && hasRoom && !this.#readEnded) this.#owner.readOn()
    this.#noteOver()
    return piece
  }
}

function drop(): void {
  // Nobody wants it.
}
