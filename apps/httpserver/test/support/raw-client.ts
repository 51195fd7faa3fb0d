import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** A connection whose octets a test sees: one character an octet. */
export class RawClient {
  readonly socket: Socket
  /** All that has come. */
  received = ''
  /** Whether the server has ended or broken the connection. */
  closed = false
  /** How it broke, when it did. */
  error: Error | undefined

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect(port, host)
    this.socket.setEncoding('latin1')
    this.socket.on('data', (octets: string) => (this.received += octets))
    this.socket.on('error', (error) => (this.error = error))
    this.socket.on('end', () => (this.closed = true))
    this.socket.on('close', () => (this.closed = true))
  }

  send(octets: string): this {
    this.socket.write(octets, 'latin1')
    return this
  }

  /** Resolves when `pattern` is found in what has come; rejects when the connection ends before. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.received)
      if (match !== null) return match
      if (this.closed) throw new Error(`closed before ${String(pattern)}: ${this.received}`)
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close'), this.#end()])
    }
  }

  /** Everything that came, when the connection is over. */
  async untilClosed(): Promise<string> {
    while (!this.closed) await Promise.race([once(this.socket, 'close'), this.#end()])
    return this.received
  }

  #end(): Promise<unknown> {
    return new Promise((resolve) => this.socket.once('end', resolve))
  }
}

/** Sends one request and resolves with all that comes until the server closes: it should say `Connection: close`. */
export async function exchange(port: number, octets: string): Promise<string> {
  const client = new RawClient(port).send(octets)
  const received = await client.untilClosed()
  client.socket.destroy()
  return received
}
