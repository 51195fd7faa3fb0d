import { EventEmitter } from 'node:events'
import type { ByteStream } from '@rawhttp/tcp-server'

/** A connection without a network, whose peer takes all at once, in a later turn as a socket does. */
export class GateStream extends EventEmitter implements ByteStream {
  readonly writableLength = 0
  /** What was written since this was last emptied, by write; what was corked is one. */
  writes: (Uint8Array | string)[][] = []
  #corked: (Uint8Array | string)[] | undefined

  write(octets: Uint8Array | string, _encoding: 'latin1', written: () => void): boolean {
    if (this.#corked === undefined) this.writes.push([octets])
    else this.#corked.push(octets)
    process.nextTick(written)
    return true
  }

  cork(): void {
    this.#corked ??= []
  }

  uncork(): void {
    if (this.#corked !== undefined && this.#corked.length > 0) this.writes.push(this.#corked)
    this.#corked = undefined
  }

  /** The peer sends octets. */
  receive(octets: Uint8Array): void {
    this.emit('data', octets)
  }

  /** All that was written since the last time, as text. */
  takeText(): string {
    const parts = this.writes.flat()
    this.writes = []
    return parts
      .map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString('latin1')))
      .join('')
  }

  end(): void {}
  pause(): void {}
  resume(): void {}
  destroy(): void {
    process.nextTick(() => this.emit('close'))
  }
}
