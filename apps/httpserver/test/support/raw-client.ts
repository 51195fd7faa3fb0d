import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** A connection whose octets a test sees: one character an octet. */
export class RawClient {
  readonly socket: Socket
  /** All that has come. */
  received = ''
  /** Whether the server has ended or broken the connection. */
  closed = false
  #waiters: (() => void)[] = []

  /**
   * @param place a port, or the path of a unix socket
   * @param localAddress the address it comes from
   */
  constructor(place: number | string, host = '127.0.0.1', localAddress?: string) {
    const from = localAddress === undefined ? {} : { localAddress }
    const connection =
      typeof place === 'number' ? connect({ port: place, host, ...from }) : connect(place)
    const socket = connection.setEncoding('latin1')
    this.socket = socket
    socket.on('error', () => undefined)
    socket.on('data', (octets: string) => {
      this.received += octets
      this.#wake()
    })
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.closed = true
        this.#wake()
      })
    }
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
      await this.#change()
    }
  }

  /** Resolves when so many octets have come; rejects when the connection ends before. */
  async receivedAtLeast(bytes: number): Promise<void> {
    while (this.received.length < bytes) {
      if (this.closed) throw new Error(`closed after ${this.received.length} of ${bytes} octets`)
      await this.#change()
    }
  }

  /** Everything that came, when the connection is over. */
  async untilClosed(): Promise<string> {
    while (!this.closed) await this.#change()
    return this.received
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve()
  }
}

/** Sends one request and resolves with all that comes until the server closes: it should say `Connection: close`. */
export async function exchange(place: number | string, octets: string): Promise<string> {
  const client = new RawClient(place).send(octets)
  const received = await client.untilClosed()
  client.socket.destroy()
  return received
}
