import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import type { Load } from './load.ts'
import type { ResponseReader } from './response-reader.ts'

/** Whoever has connections. */
export interface LoadOwner {
  /** All requests that were written are answered; the connection can take the next ones. */
  answered(connection: LoadConnection, requests: number): void
  failed(error: Error): void
}

const READ_BYTES = 262_144
// One for all connections: what it holds is counted before the next read.
const room = Buffer.allocUnsafeSlow(READ_BYTES)

/** One client. With `oneShot` it has a connection for each request, made when the one before has ended. */
export class LoadConnection {
  /** When its requests were written, or were due; for whoever measures. */
  sentAt = 0
  readonly #load: Load
  readonly #octets: Buffer
  readonly #owner: LoadOwner
  readonly #makeReader: () => ResponseReader
  #reader: ResponseReader
  #socket: Socket | undefined
  #awaited = 0
  #closing = false

  constructor(load: Load, octets: Buffer, makeReader: () => ResponseReader, owner: LoadOwner) {
    this.#load = load
    this.#octets = octets
    this.#owner = owner
    this.#makeReader = makeReader
    this.#reader = makeReader()
  }

  /** Whether it waits for responses. */
  get busy(): boolean {
    return this.#awaited > 0
  }

  /** Connects, which a one-shot client does for each request. */
  open(): Promise<void> {
    if (this.#load.oneShot) return Promise.resolve()
    return new Promise((resolve) => {
      this.#connect(resolve)
    })
  }

  /** Writes its requests. */
  send(): void {
    this.#awaited = this.#load.pipelined
    if (this.#load.oneShot) {
      this.#reader = this.#makeReader()
      this.#connect(() => this.#socket?.write(this.#octets))
    } else {
      this.#socket?.write(this.#octets)
    }
  }

  close(): void {
    this.#closing = true
    this.#socket?.destroy()
  }

  // A reader that keeps what it is given has fresh memory for each read, all others the same.
  #connect(connected: () => void): void {
    const { port, secure } = this.#load
    const onread = {
      buffer: this.#reader.keepsOctets ? () => Buffer.allocUnsafeSlow(65_536) : room,
      callback: (count: number, octets: Uint8Array) => {
        this.#take(octets.subarray(0, count))
        return true
      },
    }
    const place = { port, host: '127.0.0.1', onread }
    // Nobody who measures verifies a certificate that he has just signed himself.
    const socket = secure
      ? connectSecurely({ ...place, rejectUnauthorized: false }, connected)
      : connect(place, connected)
    socket.setNoDelay(true)
    socket.on('error', (error) => {
      this.#owner.failed(error)
    })
    socket.on('close', () => {
      this.#closed()
    })
    this.#socket = socket
  }

  #take(octets: Uint8Array): void {
    try {
      this.#awaited -= this.#reader.push(octets)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#awaited < 0) this.#fail(new Error('more responses than requests'))
    else if (this.#awaited === 0 && !this.#load.oneShot)
      this.#owner.answered(this, this.#load.pipelined)
  }

  #closed(): void {
    if (this.#closing) return
    if (this.#load.oneShot && this.#awaited === 0) this.#owner.answered(this, 1)
    else this.#fail(new Error('the server closed a connection that it should have kept'))
  }

  #fail(error: unknown): void {
    this.close()
    this.#owner.failed(error instanceof Error ? error : new Error(String(error)))
  }
}
