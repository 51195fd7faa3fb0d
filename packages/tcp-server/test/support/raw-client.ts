import { connect } from 'node:net'
import type { NetConnectOpts, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import { parseResponses } from './response-reader.ts'
import type { SeenResponse } from './response-reader.ts'

/** How a connection ended for the client. */
export type End = 'end' | 'reset'

/** A client that sends what it is told, and keeps all that comes. */
export class RawClient {
  readonly socket: Socket
  received = ''
  /** Resolves when the server has ended the connection. */
  readonly ended: Promise<End>
  #wake: () => void = () => {}
  #over = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (octets: Buffer) => {
      this.received += octets.toString('latin1')
      this.#wake()
    })
    this.ended = new Promise((resolve) => {
      const settle = (end: End): void => {
        this.#over = true
        resolve(end)
        this.#wake()
      }
      socket.on('error', () => settle('reset'))
      socket.on('end', () => settle('end'))
      socket.on('close', () => settle('reset'))
    })
  }

  send(octets: string | Uint8Array): this {
    this.socket.write(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets)
    return this
  }

  /** Responses that are complete. */
  responses(methods?: readonly string[]): SeenResponse[] {
    return parseResponses(this.received, methods)
  }

  /** Waits for so many complete responses, or for the end. */
  async respond(count = 1): Promise<SeenResponse[]> {
    await this.until(() => this.responses().length >= count)
    return this.responses()
  }

  /** Waits until `holds`, or for the end. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/** Connects. */
export async function dial(target: number | NetConnectOpts): Promise<RawClient> {
  const socket =
    typeof target === 'number'
      ? connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
      : connect({ allowHalfOpen: true, ...target })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return new RawClient(socket)
}

/** Connects by TLS; the certificate is not verified. */
export async function dialTls(port: number, options: ConnectionOptions = {}): Promise<RawClient> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    allowHalfOpen: true,
    ...options,
  } as ConnectionOptions)
  await new Promise((resolve, reject) =>
    socket.once('secureConnect', resolve).once('error', reject),
  )
  return new RawClient(socket)
}
