import { PassThrough } from 'node:stream'
import type { Socket } from 'node:net'
import { ClientCore } from '../../src/client.ts'
import type { ClientStream, StreamHooks } from '../../src/byte-stream.ts'
import type { ClientOptions, TraceEvent } from '../../src/index.ts'
import { sharedMemory } from '../../src/read-memory.ts'
import { HandClock } from './hand-clock.ts'

/** A stream without a network: the test is the peer. Like a socket it answers later, never within the call. */
export class MemoryStream implements ClientStream {
  readonly hooks: StreamHooks
  /** Everything that was written, one octet a character, by the write it left in; what was corked is one. */
  readonly writes: string[] = []
  /** Whether the peer takes no octets. */
  stalled = false
  writableLength = 0
  paused = false
  destroyed = false
  referenced = true
  letGo = false
  #corked: string | undefined
  #pending: (() => void)[] = []

  constructor(hooks: StreamHooks) {
    this.hooks = hooks
  }

  get sent(): string {
    return this.writes.join('')
  }

  /** The peer sends: into the memory that the connection names, as sockets do. */
  receive(text: string): boolean {
    const memory = this.hooks.readMemory
    memory.set(Buffer.from(text, 'latin1'))
    const readOn = this.hooks.octetsRead(memory.subarray(0, text.length))
    // As sockets do: it is asked where to read to next, and what all share is read to by others too.
    const next = this.hooks.readMemory
    if (memory === sharedMemory || (readOn && memory === next)) memory.fill(0, 0, text.length)
    if (!readOn) this.paused = true
    return readOn
  }

  /** A peer that took nothing takes the first writes that wait. */
  take(count = Infinity): void {
    for (const taken of this.#pending.splice(0, count)) taken()
  }

  write(
    octets: Uint8Array | string,
    _encoding: 'latin1',
    callback: (error?: Error | null) => void,
  ): boolean {
    const text = typeof octets === 'string' ? octets : Buffer.from(octets).toString('latin1')
    this.writableLength += text.length
    if (this.#corked === undefined) this.writes.push(text)
    else this.#corked += text
    const taken = (): void => {
      this.writableLength -= text.length
      callback()
    }
    if (this.stalled) this.#pending.push(taken)
    else process.nextTick(taken)
    return true
  }

  cork(): void {
    this.#corked = ''
  }

  uncork(): void {
    if (this.#corked !== undefined && this.#corked !== '') this.writes.push(this.#corked)
    this.#corked = undefined
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  ref(): void {
    this.referenced = true
  }

  unref(): void {
    this.referenced = false
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    process.nextTick(() => {
      this.hooks.closed()
    })
  }
}

/** A client over such streams, with a clock that stands still. */
export class MemoryClient {
  readonly clock: HandClock = new HandClock()
  readonly streams: MemoryStream[] = []
  readonly events: TraceEvent[] = []
  readonly core: ClientCore

  constructor(options: ClientOptions = {}) {
    const trace = (event: TraceEvent): void => {
      this.events.push(event)
    }
    this.core = new ClientCore({ clock: this.clock, trace, ...options }, (_target, hooks) => {
      const stream = new MemoryStream(hooks)
      this.streams.push(stream)
      return {
        stream,
        letGo: () => {
          stream.letGo = true
          return new PassThrough() as unknown as Socket
        },
      }
    })
  }

  /** The changes of state so far. */
  get changes(): readonly string[] {
    return this.events.flatMap((event) =>
      event.type === 'StateChanged' ? [`${event.from} - ${event.event} - ${event.to}`] : [],
    )
  }
}
