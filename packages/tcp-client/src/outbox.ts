// What waits to be sent. A request leaves in one write; octets of a streamed body that are written in one turn leave together. The
// stream is given at most 64 KiB at a time: during one large write a socket does not tell how much has left, so a slow peer could
// not be told from a dead one.
import { asError, latin1Slice } from '@rawhttp/headers'
import { transferredError } from '@rawhttp/message-framing'
import type { ByteSink } from '@rawhttp/request-writer'
import type { ClientStream } from './byte-stream.ts'
import { quiet } from './quiet-promise.ts'

type Octets = Uint8Array | string

const BATCH_BYTES = 65_536
/** Up to so many octets are copied when they are written: that costs less than a write of their own. */
export const MAX_COPIED_BYTES = 2048

/** Where octets go. */
interface Sending {
  readonly stream: ClientStream
}

/** The sending side of a connection. */
export class Outbox implements ByteSink {
  readonly #to: Sending
  readonly #onGiven: ((octets: Octets) => void) | undefined
  // Only one body is streamed at a time, and its sender waits before it writes more.
  #queue: Octets[] = []
  #queuedBytes = 0
  #givenBytes = 0
  #scheduled = false
  #failure: Error | undefined
  #waiter: { resolve: () => void; reject: (error: Error) => void } | undefined

  // The same functions for every write and every turn.
  readonly #onTaken = (): void => {
    if (this.#to.stream.writableLength > 0) return
    this.flush()
    if (this.pendingBytes > 0) return
    this.#waiter?.resolve()
    this.#waiter = undefined
  }
  readonly #onTurnEnd = (): void => {
    this.#scheduled = false
    this.flush()
  }

  /**
   * @param to where octets go; it has another stream until it is connected, which nothing is sent to
   * @param onGiven told what is given to the stream
   */
  constructor(to: Sending, onGiven: ((octets: Octets) => void) | undefined) {
    this.#to = to
    this.#onGiven = onGiven
  }

  /** Octets that were written here and have not left. */
  get pendingBytes(): number {
    return this.#queuedBytes + this.#to.stream.writableLength
  }

  /** Octets that have left. */
  get takenBytes(): number {
    return this.#givenBytes - this.#to.stream.writableLength
  }

  /**
   * Sends a whole request.
   *
   * @returns whether the stream has all of it; otherwise `drained` tells
   */
  send(text: string, octets: Uint8Array | undefined): boolean {
    if (octets === undefined && text.length <= BATCH_BYTES && this.pendingBytes === 0) {
      this.#give(text)
      return true
    }
    this.#add(text)
    if (octets !== undefined) this.#add(octets)
    if (octets?.length === 0) this.fail(transferredError())
    else this.flush()
    return this.#queuedBytes === 0 && this.#failure === undefined
  }

  /** As ByteSink: false when `drained` should be awaited. More than `MAX_COPIED_BYTES` are kept by reference until then. */
  write(octets: Uint8Array): boolean {
    return this.#schedule(
      octets.length <= MAX_COPIED_BYTES ? latin1Slice(octets, 0, octets.length) : octets,
    )
  }

  /** As ByteSink. */
  writeLatin1(text: string): boolean {
    return this.#schedule(text)
  }

  /** Resolves when all octets have left: then their memory may be used again. Rejects when they cannot. */
  drained(): Promise<void> {
    if (this.#failure !== undefined) return quiet(Promise.reject(this.#failure))
    this.flush()
    if (this.pendingBytes === 0) return Promise.resolve()
    return quiet(
      new Promise<void>((resolve, reject) => {
        this.#waiter = { resolve, reject }
      }),
    )
  }

  /** Gives the stream what it can take now. */
  flush(): void {
    if (this.#failure !== undefined) return
    try {
      while (this.#queuedBytes > 0 && this.#to.stream.writableLength === 0) this.#giveBatch()
    } catch (error) {
      this.fail(asError(error))
    }
  }

  /** Drops what waits, and whoever writes or waits is told why. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#queue = []
    this.#queuedBytes = 0
    this.#waiter?.reject(error)
    this.#waiter = undefined
  }

  #schedule(octets: Octets): boolean {
    if (this.#failure !== undefined) throw this.#failure
    this.#add(octets)
    if (!this.#scheduled) {
      this.#scheduled = true
      process.nextTick(this.#onTurnEnd)
    }
    return this.pendingBytes < BATCH_BYTES
  }

  #add(octets: Octets): void {
    this.#queue.push(octets)
    this.#queuedBytes += octets.length
  }

  #giveBatch(): void {
    const { stream } = this.#to
    let room = BATCH_BYTES
    stream.cork()
    while (room > 0 && this.#queuedBytes > 0) {
      const piece = this.#takePiece(room)
      room -= piece.length
      this.#give(piece)
    }
    stream.uncork()
  }

  // The first octets that wait, at most `room` of them.
  #takePiece(room: number): Octets {
    const first = this.#queue[0] ?? ''
    // Nothing empty is queued. The head has promised these octets, so nothing true can follow (RFC 9112 §8).
    if (first.length === 0) throw transferredError()
    if (first.length <= room) {
      this.#queue.shift()
      this.#queuedBytes -= first.length
      return first
    }
    this.#queuedBytes -= room
    if (typeof first === 'string') {
      this.#queue[0] = first.slice(room)
      return first.slice(0, room)
    }
    this.#queue[0] = first.subarray(room)
    return first.subarray(0, room)
  }

  #give(octets: Octets): void {
    this.#givenBytes += octets.length
    this.#onGiven?.(octets)
    this.#to.stream.write(octets, 'latin1', this.#onTaken)
  }
}
