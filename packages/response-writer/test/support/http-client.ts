import http from 'node:http'
import net from 'node:net'
import type { AddressInfo } from 'node:net'

/** What node:http made of a response. */
export interface ReceivedResponse {
  readonly statusCode: number | undefined
  readonly statusMessage: string | undefined
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  readonly trailers: readonly (readonly [name: string, value: string])[]
  readonly interim: readonly number[]
  /** Whether the client kept the connection for the next request. */
  readonly kept: boolean
}

/** A loopback server that answers what it is told, and node:http's client, which keeps its connection where it may. */
export class Loopback {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  readonly #sockets = new Set<net.Socket>()
  readonly #server = net.createServer((socket) => {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // The client may cut a connection that it does not keep.
    socket.on('error', () => socket.destroy())
    let received = ''
    socket.on('data', (octets) => {
      received += octets.toString('latin1')
      if (!received.endsWith('\r\n\r\n')) return
      received = ''
      this.#answer(socket)
    })
  })
  #answer: (socket: net.Socket) => void = () => {}

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Sends a request without a body, has the server answer it, and reads the response. */
  async exchange(method: string, answer: (socket: net.Socket) => void): Promise<ReceivedResponse> {
    this.#answer = answer
    const { port } = this.#server.address() as AddressInfo
    const response = await new Promise<ReceivedResponse>((resolve, reject) => {
      const interim: number[] = []
      const request = http.request({ host: '127.0.0.1', port, method, agent: this.#agent })
      request.on('error', reject)
      request.on('information', ({ statusCode }) => interim.push(statusCode))
      request.on('response', (message) => {
        const pieces: Buffer[] = []
        message.on('error', reject)
        message.on('data', (octets: Buffer) => pieces.push(octets))
        message.on('end', () =>
          resolve({
            statusCode: message.statusCode,
            statusMessage: message.statusMessage,
            fields: pairs(message.rawHeaders),
            body: Buffer.concat(pieces),
            trailers: pairs(message.rawTrailers),
            interim,
            kept: request.shouldKeepAlive,
          }),
        )
      })
      request.end()
    })
    return response
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  const result: [string, string][] = []
  for (let i = 0; i < flat.length; i += 2) result.push([flat[i], flat[i + 1]])
  return result
}
