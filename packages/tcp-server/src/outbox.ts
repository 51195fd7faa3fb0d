// Gathers what is written in one turn of the event loop, so that it leaves in one write: heads, small bodies and the answers to
// pipelined requests as one string, larger octets uncopied behind it. The stream is given one batch of limited size at a time; the
// rest waits here.
import { latin1Slice } from '@rawhttp/headers'
import { transferredError } from '@rawhttp/message-framing'
import type { ByteSink } from '@rawhttp/response-writer'
import type { ByteStream } from './byte-stream.ts'
import { TransportError } from './errors.ts'
import { quiet } from './quiet-promise.ts'

type Octets = Uint8Array | string

/** What an outbox tells its owner. */
export interface OutboxOwner {
  /** Octets have left, and nothing waits any more. */
  outputTaken(): void
  /** Octets are given to the stream. */
  outputGiven(octets: Octets): void
  /** The stream threw, or cannot be given what was written. */
  crashed(error: unknown): void
  /** Asked when a response is about to say whether the connection persists. */
  mayPersist(): boolean
}

/**
 * The largest batch. During one write a socket does not tell how much has left, so where the system does not tell it either, a slow
 * reader can be told from a dead one only between two writes.
 */
export const SMALL_BATCH_BYTES = 65_536
/** The largest batch where the system tells: a file of 100 MiB takes a quarter less time than in small ones. */
export const LARGE_BATCH_BYTES = 524_288
// More than this many octets are cheaper to write on their own than to turn into a string.
const MAX_JOINED_BYTES = 2048
// Entries of the queue that have left are cut off together.
const MAX_SPENT_ENTRIES = 64

// One for all: making an error costs more than closing a connection, and its stack would tell nothing.
const CLOSING = new TransportError('ERR_PEER_CLOSED', 'The connection is closing')

/** The sending side of a connection: the sink of its response writers. */
export class Outbox implements ByteSink {
  readonly #stream: ByteStream
  readonly #owner: OutboxOwner
  readonly #highWaterBytes: number
  readonly #batchBytes: number
  // What waits, in order: #queue from #queueStart on, then #text.
  #queue: Octets[] = []
  #queueStart = 0
  #queuedBytes = 0
  #text = ''
  #givenBytes = 0
  // Whether the stream still had octets when it was given them: mostly the system takes all at once, and nobody waits for that.
  #late = false
  #held = false
  #scheduled = false
  #ending = false
  #failure: Error | undefined
  #waiters: { resolve: () => void; reject: (error: Error) => void }[] = []

  // Made for the first turn that needs it.
  #onTurnEnd: (() => void) | undefined
  // The same function for every write.
  readonly #onTaken = (): void => {
    if (!this.#late) return
    try {
      if (this.#stream.writableLength > 0) return
      this.#late = false
      this.flush()
      if (this.pendingBytes > 0) return
      for (const waiter of this.#waiters.splice(0)) waiter.resolve()
      this.#owner.outputTaken()
    } catch (error) {
      this.#owner.crashed(error)
    }
  }

  /** @param batchBytes octets that the stream is given at most at a time */
  constructor(
    stream: ByteStream,
    owner: OutboxOwner,
    highWaterBytes: number,
    batchBytes: number = SMALL_BATCH_BYTES,
  ) {
    this.#stream = stream
    this.#owner = owner
    this.#highWaterBytes = highWaterBytes
    this.#batchBytes = batchBytes
  }

  /** Octets that were written here and have not left. */
  get pendingBytes(): number {
    const waitingBytes = this.#queuedBytes + this.#text.length
    return this.#late ? waitingBytes + this.#stream.writableLength : waitingBytes
  }

  /** Octets that the stream was given. */
  get givenBytes(): number {
    return this.#givenBytes
  }

  /** Octets that have left. */
  get takenBytes(): number {
    return this.#givenBytes - this.#stream.writableLength
  }

  /** Whether so much waits that no more should be written. */
  get full(): boolean {
    return this.pendingBytes >= this.#highWaterBytes
  }

  /**
   * Adds octets; they are kept by reference until they have left.
   *
   * @returns false: await `drained` before the next ones
   * @throws TransportError when they cannot reach the peer
   */
  write(octets: Uint8Array): boolean {
    if (octets.length <= MAX_JOINED_BYTES) {
      return this.writeLatin1(latin1Slice(octets, 0, octets.length))
    }
    this.#check()
    this.#queueText()
    this.#queue.push(octets)
    this.#queuedBytes += octets.length
    return this.#written()
  }

  /** Adds a string with one octet a character; otherwise as `write`. */
  writeLatin1(text: string): boolean {
    this.#check()
    this.#text += text
    return this.#written()
  }

  /** As OutboxOwner. */
  mayPersist(): boolean {
    return this.#owner.mayPersist()
  }

  /** Resolves when all octets have left: then their memory may be used again. Rejects when they cannot. */
  drained(): Promise<void> {
    if (this.#failure !== undefined) return quiet(Promise.reject(this.#failure))
    this.flush()
    if (this.pendingBytes === 0) return Promise.resolve()
    return quiet(
      new Promise<void>((resolve, reject) => {
        this.#waiters.push({ resolve, reject })
      }),
    )
  }

  /** Until the next `flush` nothing leaves by itself. */
  hold(): void {
    this.#held = true
  }

  /** Gives the stream what it can take now. */
  flush(): void {
    this.#held = false
    if (this.#failure !== undefined || (this.#late && this.#stream.writableLength > 0)) return
    if (this.#queue.length === 0 && this.#text.length <= this.#batchBytes) {
      if (this.#text !== '') {
        const text = this.#text
        this.#text = ''
        this.#give(text)
        if (this.#stream.writableLength > 0) this.#late = true
      }
    } else {
      this.#queueText()
      while (this.#queuedBytes > 0 && this.#stream.writableLength === 0) this.#giveBatch()
    }
    if (this.#ending && this.#queuedBytes === 0) {
      this.#failure = CLOSING
      this.#stream.end()
    }
  }

  /** Ends the stream behind the octets that wait; nothing can be added. */
  end(): void {
    this.#ending = true
    this.flush()
  }

  /** Gives the stream all that waits, whatever it can take, so that somebody else may write to it. Nothing can be added. */
  release(): void {
    this.#queueText()
    while (this.#queuedBytes > 0) this.#giveBatch()
    this.#failure = new TransportError('ERR_STOPPED', 'The connection was handed over')
  }

  /** Drops what waits, and whoever writes or waits is told why. */
  fail(error: Error): void {
    this.#failure = error
    this.#queue = []
    this.#queueStart = 0
    this.#queuedBytes = 0
    this.#text = ''
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#ending) throw CLOSING
  }

  #written(): boolean {
    if (!this.#held && !this.#scheduled) this.#schedule()
    return !this.full
  }

  #schedule(): void {
    this.#scheduled = true
    this.#onTurnEnd ??= () => {
      this.#scheduled = false
      try {
        this.flush()
      } catch (error) {
        this.#owner.crashed(error)
      }
    }
    process.nextTick(this.#onTurnEnd)
  }

  #queueText(): void {
    if (this.#text === '') return
    this.#queue.push(this.#text)
    this.#queuedBytes += this.#text.length
    this.#text = ''
  }

  #giveBatch(): void {
    const first = this.#takePiece(this.#batchBytes)
    const room = this.#batchBytes - first.length
    if (room === 0 || this.#queuedBytes === 0) {
      this.#give(first)
    } else {
      this.#giveTogether(first, room)
    }
    if (this.#stream.writableLength > 0) this.#late = true
  }

  #giveTogether(first: Octets, roomBehind: number): void {
    let room = roomBehind
    const stream = this.#stream
    stream.cork()
    this.#give(first)
    while (room > 0 && this.#queuedBytes > 0) {
      const piece = this.#takePiece(room)
      room -= piece.length
      this.#give(piece)
    }
    stream.uncork()
  }

  // The first octets that wait, at most `room` of them.
  #takePiece(room: number): Octets {
    const first = this.#queue[this.#queueStart] ?? ''
    // Nothing empty is queued. The head has promised these octets, so nothing true can follow (RFC 9112 §8).
    if (first.length === 0) throw transferredError()
    if (first.length > room) {
      this.#queue[this.#queueStart] =
        typeof first === 'string' ? first.slice(room) : first.subarray(room)
      this.#queuedBytes -= room
      return typeof first === 'string' ? first.slice(0, room) : first.subarray(0, room)
    }
    this.#queueStart++
    this.#queuedBytes -= first.length
    if (this.#queueStart === this.#queue.length || this.#queueStart === MAX_SPENT_ENTRIES) {
      this.#queue.splice(0, this.#queueStart)
      this.#queueStart = 0
    } else {
      this.#queue[this.#queueStart - 1] = ''
    }
    return first
  }

  #give(octets: Octets): void {
    this.#givenBytes += octets.length
    this.#owner.outputGiven(octets)
    this.#stream.write(octets, 'latin1', this.#onTaken)
  }
}
