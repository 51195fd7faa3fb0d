import type { Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { UsageError } from '@rawhttp/headers'
import { HttpConnection } from './connection.ts'
import type { ConnectionOwner } from './connection-owner.ts'
import type { Connection } from './connection-state.ts'
import { Deadlines, systemDeadlines } from './deadlines.ts'
import { Drain } from './drain.ts'
import { respondWithError } from './error-response.ts'
import { serverFault } from './faults.ts'
import type { Handler, Transport } from './incoming-request.ts'
import { TransportError } from './errors.ts'
import { Listener } from './listener.ts'
import type { ListenTarget } from './listener.ts'
import { openLoopback } from './loopback.ts'
import { serverSettings } from './options.ts'
import type { ServerOptions, ServerSettings } from './options.ts'
import { Roster } from './roster.ts'
import { systemSendQueues } from './send-queues.ts'
import type { SendQueues } from './send-queues.ts'
import { TlsGate } from './tls-gate.ts'
import { tellOfError } from './witness.ts'

/** A server that listens, drains or is closed. */
export interface Server {
  /** The port it listens on; 0 for a unix socket. */
  readonly port: number
  readonly state: 'Listening' | 'Draining' | 'Closed'
  /** Connections that are open, those in a TLS handshake included. */
  readonly connectionCount: number
  /**
   * Accepts those who wait and then no more, lets responses in progress finish and say close, and resolves when all connections
   * are closed: after `drainTimeoutMs` at the latest.
   */
  close(): Promise<void>
  /** Closes everything at once. */
  abort(): void
  /**
   * Uses another certificate, and whatever else `options` say, for new connections. What they leave out stays: client certificates
   * that were asked for are asked for still.
   *
   * @throws UsageError ERR_OPTION when the server does not speak TLS; what node:tls finds wrong, and then nothing has changed
   */
  updateTls(options: TlsOptions): void
}

/**
 * Listens, and answers requests with `handler`.
 *
 * @param port 0: any free one, see `server.port`. Not looked at when `path`, `fd` or `handle` is given
 * @throws UsageError ERR_OPTION; TransportError ERR_LISTEN when it cannot listen there, with the system's error as its cause
 */
export async function serve(
  port: number,
  handler: Handler,
  options: ServerOptions = {},
): Promise<Server> {
  const server = new HttpServer(handler, options)
  await server.listen(port, options)
  return server
}

// Clients that found the server full and are being told so. More are closed without a word.
const MAX_TURNED_AWAY = 1024

const NOTHING_SENT = { statusCode: 0, writtenBytes: 0, unsentBytes: 0, waitedMs: 0 } as const

class HttpServer implements Server, ConnectionOwner {
  readonly deadlines: Deadlines
  readonly sendQueues: SendQueues = systemSendQueues
  readonly connections: Roster<Connection> = new Roster()
  readonly #turnedAway = new Roster<Connection>()
  readonly #handler: Handler
  readonly #settings: ServerSettings
  readonly #gate: TlsGate | undefined
  // Sockets below TLS, from accept on.
  readonly #sockets = new Roster<Socket>()
  // Accepted in the last moments of listening.
  readonly #late: Socket[] = []
  #listeners: Listener[] = []
  #transport: Transport = 'tcp'
  #port = 0
  #drain: Drain | undefined

  constructor(handler: Handler, options: ServerOptions) {
    const settings = serverSettings(options)
    this.#handler = handler
    this.#settings = settings
    this.deadlines =
      options.clock === undefined
        ? systemDeadlines(settings.sweepIntervalMs)
        : new Deadlines(options.clock, settings.sweepIntervalMs)
    if (options.tls !== undefined) {
      this.#gate = new TlsGate(options.tls, settings.handshakeTimeoutMs, this.deadlines, {
        secured: (socket) => {
          if (this.#hasLeft(socket)) return
          this.#open(new HttpConnection(socket, true, handler, settings, this))
        },
        plain: (socket) => {
          this.#open(new HttpConnection(socket, false, this.#refusePlain, this.#brief(), this))
        },
        failed: (error, remoteAddress) => {
          this.#report(error, remoteAddress)
        },
      })
    }
  }

  get port(): number {
    return this.#port
  }

  /** As ConnectionOwner. */
  get transport(): Transport {
    return this.#transport
  }

  get state(): 'Listening' | 'Draining' | 'Closed' {
    if (this.#drain === undefined) return 'Listening'
    return this.#drain.over ? 'Closed' : 'Draining'
  }

  get connectionCount(): number {
    const { size } = this.#gate === undefined ? this.connections : this.#sockets
    return size + this.#late.length
  }

  async listen(port: number, options: ServerOptions): Promise<void> {
    const { path, fd, handle, host = 'localhost' } = options
    if (handle !== undefined) this.#listeners = [await this.#listenOn({ handle })]
    else if (fd !== undefined) this.#listeners = [await this.#listenOn({ handle: { fd } })]
    else if (path !== undefined) this.#listeners = [await this.#listenOn({ path })]
    else if (host !== 'localhost') this.#listeners = [await this.#listenOn({ port, host })]
    else {
      this.#listeners = await openLoopback(port, (address, samePort) =>
        this.#listenOn({ port: samePort, host: address }),
      )
    }
    this.#port = this.#listeners[0]?.port ?? 0
  }

  close(): Promise<void> {
    if (this.#drain !== undefined) return this.#drain.done
    const drain = new Drain(this.#settings.drainTimeoutMs, this.deadlines, () => {
      this.abort()
    })
    this.#drain = drain
    for (const connection of this.connections) connection.drain()
    for (const connection of this.#turnedAway) connection.drain()
    void this.#finishListening()
    return drain.done
  }

  abort(): void {
    this.#stopListening()
    if (this.#drain === undefined) void this.close()
    for (const connection of this.connections) connection.abort()
    for (const connection of this.#turnedAway) connection.abort()
    for (const socket of this.#sockets) socket.destroy()
    for (const socket of this.#late.splice(0)) socket.destroy()
  }

  updateTls(options: TlsOptions): void {
    if (this.#gate === undefined) {
      throw new UsageError('ERR_OPTION', 'updateTls: expected a server with TLS, got one without')
    }
    this.#gate.update(options)
  }

  /** As ConnectionOwner. */
  connectionClosed(): void {
    this.#checkDrain()
  }

  #accept(socket: Socket): void {
    if (this.#hasLeft(socket)) return
    if (this.connectionCount >= this.#settings.maxConnections) {
      this.#turnAway(socket)
    } else if (this.#drain !== undefined && this.#listeners.length > 0) {
      this.#holdBack(socket)
    } else if (this.#gate === undefined) {
      this.#open(new HttpConnection(socket, false, this.#handler, this.#settings, this))
    } else {
      const seat = this.#sockets.add(socket)
      socket.once('close', () => {
        seat.leave()
        this.#checkDrain()
      })
      this.#gate.admit(socket)
    }
  }

  // A TCP connection that was reset has no address any more. Its requests are from nobody that could be named, so they are not served.
  #hasLeft(socket: Socket): boolean {
    if (this.#transport !== 'tcp' || socket.remoteAddress !== undefined) return false
    const message = 'The connection was reset before it could be served'
    this.#report(new TransportError('ERR_PEER_CLOSED', message), '')
    socket.on('error', () => {})
    socket.destroy()
    return true
  }

  #open(connection: HttpConnection): void {
    if (this.#drain !== undefined) connection.drain()
  }

  // Behind TLS it would take a handshake to say anything, which is the work there is too much of.
  #turnAway(socket: Socket): void {
    const { whenFull, maxConnections } = this.#settings
    const error = serverFault(
      'ERR_TOO_MANY_CONNECTIONS',
      `at most ${maxConnections} at the same time`,
      'one more',
    )
    const told =
      whenFull !== 'close' && this.#gate === undefined && this.#turnedAway.size < MAX_TURNED_AWAY
    this.#report(error, socket.remoteAddress ?? '', told ? error.status : 0)
    if (!told) {
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    const handler: Handler = (_, writer) => {
      respondWithError(writer, error)
    }
    // What becomes of it has been told.
    const settings = { ...this.#brief(), onError: () => undefined }
    void new HttpConnection(socket, false, handler, settings, {
      transport: this.#transport,
      deadlines: this.deadlines,
      sendQueues: this.sendQueues,
      connections: this.#turnedAway,
      connectionClosed: () => {
        this.#checkDrain()
      },
    })
  }

  #refusePlain: Handler = ({ remoteAddress, secure, requestLine }, writer) => {
    const error = serverFault('ERR_PLAIN_HTTP', 'a TLS handshake', 'a plain HTTP request')
    respondWithError(writer, error)
    const { statusCode, writtenBytes } = writer
    tellOfError(this.#settings.onError, error, {
      ...NOTHING_SENT,
      remoteAddress,
      secure,
      state: 'Handling',
      requestLine,
      statusCode,
      writtenBytes,
    })
  }

  // For connections that are only told why they are not served.
  #brief(): ServerSettings {
    const settings = this.#settings
    return {
      ...settings,
      persistent: false,
      maxDiscardBytes: 0,
      headTimeoutMs: Math.min(settings.headTimeoutMs, settings.lingerTimeoutMs),
    }
  }

  #report(error: Error, remoteAddress: string, statusCode = 0): void {
    const secure = this.#gate !== undefined
    tellOfError(this.#settings.onError, error, {
      ...NOTHING_SENT,
      statusCode,
      remoteAddress,
      secure,
      state: 'Closed',
    })
  }

  #checkDrain(): void {
    if (this.#listeners.length > 0) return
    this.#drain?.check(this.connections.size + this.#turnedAway.size + this.#sockets.size)
  }

  // A client that has its response comes back at once, so that somebody would wait always: whoever is accepted now is served when
  // nobody waits any more.
  async #finishListening(): Promise<void> {
    const limitMs = this.#settings.lateRequestMs / 2
    await Promise.all(this.#listeners.map((listener) => listener.finish(limitMs)))
    this.#listeners = []
    this.#gate?.drain()
    for (const socket of this.#late.splice(0)) {
      if (!socket.destroyed) this.#accept(socket)
    }
    this.#checkDrain()
  }

  #holdBack(socket: Socket): void {
    // An error that nobody listens for would end the process.
    socket.on('error', () => {})
    this.#late.push(socket)
  }

  #stopListening(): void {
    for (const listener of this.#listeners.splice(0)) listener.close()
  }

  async #listenOn(target: ListenTarget): Promise<Listener> {
    const hooks = {
      accepted: (socket: Socket) => {
        this.#accept(socket)
      },
      failed: (error: Error) => {
        this.#report(error, '')
      },
    }
    const listener = new Listener(target, hooks, this.deadlines)
    await listener.listen()
    this.#transport = listener.transport
    return listener
  }
}
