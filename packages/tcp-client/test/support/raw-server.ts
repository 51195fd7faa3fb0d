import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** One connection of a client, as the server sees it. */
export class RawConnection {
  readonly socket: Socket
  received = ''
  /** Resolves when the client has ended or broken the connection. */
  readonly closed: Promise<void>
  #wake: (() => void)[] = []
  #over = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (octets: Buffer) => {
      this.received += octets.toString('latin1')
      this.#stir()
    })
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      const over = (): void => {
        this.#over = true
        resolve()
        this.#stir()
      }
      socket.on('end', over)
      socket.on('close', over)
    })
  }

  get over(): boolean {
    return this.#over
  }

  send(text: string): this {
    this.socket.write(text, 'latin1')
    return this
  }

  /** Waits until `holds`, or for the end. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve)
      })
    }
  }

  /** Waits for so many heads in all. */
  requests(count: number): Promise<void> {
    return this.until(() => this.received.split('\r\n\r\n').length > count)
  }

  #stir(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

/** A server that says what it is told, and keeps all that comes. */
export class RawServer {
  readonly connections: RawConnection[] = []
  readonly #server: Server
  #wake: (() => void)[] = []

  constructor(script: (connection: RawConnection) => void) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const connection = new RawConnection(socket)
      this.connections.push(connection)
      script(connection)
      for (const wake of this.#wake.splice(0)) wake()
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  listen(place: { port: number } | { path: string } = { port: 0 }): Promise<this> {
    return new Promise((resolve) => {
      this.#server.listen('port' in place ? { ...place, host: '127.0.0.1' } : place, () =>
        resolve(this),
      )
    })
  }

  /** The connection with that number, from 0 on, when it is there. */
  async connection(number: number): Promise<RawConnection> {
    while (this.connections.length <= number) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve)
      })
    }
    return this.connections[number]
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
