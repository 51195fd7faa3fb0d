import { EventEmitter } from 'node:events'
import { Socket } from 'node:net'
import type { ByteStream } from '../../src/index.ts'

const OVERWRITTEN = 0xff

// The keys under which node:net keeps the memory that a socket is read into, and the function that is told of it.
const probe = { buffer: new Uint8Array(1), callback: () => true }
const socket = new Socket({ onread: probe } as object)
const keyOf = (value: unknown): symbol =>
  Object.getOwnPropertySymbols(socket).find((key) => Reflect.get(socket, key) === value) ??
  Symbol('none: node:net is not as expected')
const MEMORY = keyOf(probe.buffer)
const RECEIVE = keyOf(probe.callback)

interface PendingWrite {
  readonly text: string
  readonly callback: (error?: Error | null) => void
}

/**
 * A stream without a network: the test is the peer. Like a socket it answers later, never within the call, and it can be read
 * directly: then the memory is overwritten as soon as it has been told of.
 */
export class MemoryStream extends EventEmitter implements ByteStream {
  readonly remoteAddress = '192.0.2.1'
  /** Everything that has left, one octet a character. */
  sent = ''
  /** What has left, by the write it left in; what was corked is one. */
  readonly writes: string[] = []
  /** Whether the peer takes no octets. */
  stalled = false
  ended = false
  destroyed = false
  wasReset = false
  paused = false
  /** What the system was told of peers that vanish. */
  readonly keepAlive: (readonly [enable: boolean, initialDelayMs: number])[] = []
  writableLength = 0
  readonly readableLength = 0
  readonly _handle = {
    useUserBuffer: (memory: Uint8Array): void => {
      this.#memory = memory
    },
  };
  [MEMORY] = null;
  [RECEIVE] = null
  #memory: Uint8Array | undefined
  #corked: PendingWrite[] | undefined
  #pending: PendingWrite[] = []
  #arriving: (Uint8Array | 'end')[] = []
  #finished = false
  #peerEnded = false

  /** The peer sends. */
  receive(octets: string | Uint8Array): void {
    this.#arriving.push(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets)
    this.#deliver()
  }

  /** The peer half-closes. */
  receiveEnd(): void {
    this.#arriving.push('end')
    this.#deliver()
  }

  /** The connection breaks. */
  breakWith(error: Error): void {
    this.emit('error', error)
    this.destroy()
  }

  /** A peer that took nothing takes what waits, or only the first writes of it. */
  take(count = Infinity): void {
    for (const write of this.#pending.splice(0, count)) this.#leave(write)
    if (this.#pending.length === 0) this.#finish()
  }

  /** How many writes wait for the peer. */
  get waitingWrites(): number {
    return this.#pending.length
  }

  write(
    octets: Uint8Array | string,
    _encoding: 'latin1',
    callback: (error?: Error | null) => void,
  ): boolean {
    if (this.ended || this.destroyed) throw new Error('write after the end')
    const text = typeof octets === 'string' ? octets : Buffer.from(octets).toString('latin1')
    this.writableLength += text.length
    const write = { text, callback }
    if (this.#corked !== undefined) this.#corked.push(write)
    else this.#accept([write])
    return this.writableLength < 16_384
  }

  cork(): void {
    this.#corked ??= []
  }

  uncork(): void {
    const writes = this.#corked ?? []
    this.#corked = undefined
    this.#accept(writes)
  }

  end(): void {
    this.ended = true
    this.#finish()
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    process.nextTick(() => {
      this.#deliver()
    })
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    process.nextTick(() => this.emit('close'))
  }

  setKeepAlive(enable: boolean, initialDelayMs: number): void {
    this.keepAlive.push([enable, initialDelayMs])
  }

  destroySoon(): void {
    this.end()
    if (this.#finished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  resetAndDestroy(): void {
    this.wasReset = true
    this.destroy()
  }

  /** As Readable. */
  push(octets: Uint8Array): boolean {
    this.emit('data', octets)
    return true
  }

  #accept(writes: PendingWrite[]): void {
    if (this.stalled) {
      this.#pending.push(...writes)
      return
    }
    this.writes.push(writes.map(({ text }) => text).join(''))
    for (const write of writes) this.#leave(write, false)
  }

  #leave({ text, callback }: PendingWrite, counted = true): void {
    if (counted) this.writes.push(text)
    this.sent += text
    this.writableLength -= text.length
    process.nextTick(callback)
  }

  #finish(): void {
    if (!this.ended || this.#finished || this.#pending.length > 0) return
    this.#finished = true
    process.nextTick(() => {
      this.emit('finish')
      this.#closeWhenBothEnded()
    })
  }

  #deliver(): void {
    while (!this.paused && !this.destroyed) {
      const next = this.#arriving.shift()
      if (next === undefined) return
      if (next === 'end') {
        this.#peerEnded = true
        this.emit('end')
        this.#closeWhenBothEnded()
      } else if (this.#memory === undefined) {
        this.emit('data', next)
      } else {
        this.#read(next, this.#memory)
      }
    }
  }

  #read(octets: Uint8Array, memory: Uint8Array): void {
    const count = Math.min(octets.length, memory.length)
    if (count < octets.length) this.#arriving.unshift(octets.subarray(count))
    memory.set(octets.subarray(0, count))
    const receive: unknown = Reflect.get(this, RECEIVE)
    if (typeof receive === 'function') Reflect.apply(receive, this, [count, memory])
    memory.fill(OVERWRITTEN)
  }

  #closeWhenBothEnded(): void {
    if (this.#finished && this.#peerEnded) this.destroy()
  }
}
