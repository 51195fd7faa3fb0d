// TLS in front of connections. The socket is looked at before the handshake: who speaks plain HTTP is told so, in plain HTTP.
import type { Server as TlsServer, TLSSocket, TlsOptions } from 'node:tls'
import type { Socket } from 'node:net'
import { nextState } from './connection-state.ts'
import type { ConnectionEvent, ConnectionState } from './connection-state.ts'
import { callOut } from './calling-out.ts'
import type { Deadlines, Swept } from './deadlines.ts'
import { asError, TransportError } from './errors.ts'
import { Roster } from './roster.ts'
import type { Seat } from './roster.ts'

/** What a gate tells. */
export interface GateHooks {
  secured(socket: TLSSocket): void
  /** The first octets are those of a request; they are still to be read. */
  plain(socket: Socket): void
  failed(error: TransportError, remoteAddress: string): void
}

/** Leads sockets through the TLS handshake. */
export class TlsGate {
  readonly hooks: GateHooks
  readonly deadlines: Deadlines
  readonly timeoutMs: number
  /** Those whose first octets have not come. */
  readonly waiting: Roster<Handshake> = new Roster()
  readonly #server: TlsServer

  constructor(options: TlsOptions, timeoutMs: number, deadlines: Deadlines, hooks: GateHooks) {
    this.hooks = hooks
    this.deadlines = deadlines
    this.timeoutMs = timeoutMs
    // Most servers stand behind somebody who speaks TLS, and loading it takes a third of their start.
    const { createServer } = process.getBuiltinModule('node:tls')
    // It never listens: sockets are handed to it, which is a documented use of its 'connection' event.
    this.#server = createServer({ ...contained(options), handshakeTimeout: timeoutMs })
    this.#server.on('secureConnection', (socket: TLSSocket) => {
      hooks.secured(socket)
    })
    this.#server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      hooks.failed(handshakeError(error.message, error), socket.remoteAddress ?? '')
      socket.destroy()
    })
  }

  /** Begins the handshake. */
  admit(socket: Socket): void {
    void new Handshake(socket, this)
  }

  /** Closes the sockets that have not sent anything. */
  drain(): void {
    for (const handshake of this.waiting) handshake.drain()
  }

  /** Lets TLS begin. */
  secure(socket: Socket): void {
    this.#server.emit('connection', socket)
  }

  /** New connections use this certificate; those that are open keep theirs. */
  update(options: TlsOptions): void {
    this.#server.setSecureContext(options)
  }
}

const UPPER_CASE_A = 0x41
const UPPER_CASE_Z = 0x5a

// Waits for the first octets. When they are those of a handshake, node:tls goes on with the same deadline.
class Handshake implements Swept {
  readonly #socket: Socket
  readonly #gate: TlsGate
  #state: ConnectionState = 'Handshaking'
  #since: number | undefined
  readonly #deadlineSeat: Seat<Swept>
  readonly #waitingSeat: Seat<Handshake>

  constructor(socket: Socket, gate: TlsGate) {
    this.#socket = socket
    this.#gate = gate
    socket.on('error', this.#onError)
    socket.on('end', this.#onEnd)
    socket.on('close', this.#onClose)
    socket.once('data', this.#onOctets)
    this.#deadlineSeat = gate.deadlines.add(this)
    this.#waitingSeat = gate.waiting.add(this)
  }

  sweep(now: number): void {
    this.#since ??= now
    if (now - this.#since < this.#gate.timeoutMs) return
    this.#fail('timeout', `No handshake within ${this.#gate.timeoutMs} ms`)
  }

  drain(): void {
    this.#leave('drain')
    this.#socket.destroy()
  }

  readonly #onOctets = (octets: Uint8Array): void => {
    const socket = this.#socket
    socket.pause()
    this.#leave('secured')
    socket.unshift(octets)
    const first = octets[0] ?? 0
    if (first >= UPPER_CASE_A && first <= UPPER_CASE_Z) this.#gate.hooks.plain(socket)
    else this.#gate.secure(socket)
  }

  // Stays: an error that nobody listens for would end the process. Behind the first octets others tell of errors.
  readonly #onError = (error: Error): void => {
    if (this.#state === 'Handshaking') this.#fail('socket error', error.message, error)
  }

  readonly #onEnd = (): void => {
    this.#fail('peer end', 'The peer closed before the handshake')
  }

  readonly #onClose = (): void => {
    if (this.#state === 'Handshaking') this.#leave('abort')
  }

  #fail(event: ConnectionEvent, message: string, cause?: Error): void {
    this.#gate.hooks.failed(handshakeError(message, cause), this.#socket.remoteAddress ?? '')
    this.#leave(event)
    this.#socket.destroy()
  }

  #leave(event: ConnectionEvent): void {
    this.#state = nextState(this.#state, event)
    this.#waitingSeat.leave()
    this.#gate.deadlines.delete(this.#deadlineSeat)
    this.#socket.off('end', this.#onEnd)
    this.#socket.off('close', this.#onClose)
    this.#socket.off('data', this.#onOctets)
  }
}

function handshakeError(message: string, cause?: Error): TransportError {
  return new TransportError('ERR_HANDSHAKE', `TLS handshake failed: ${message}`, cause)
}

// What the caller's callbacks throw, or reject with, ends one handshake and not the process. The protocol is not the caller's to choose.
function contained(options: TlsOptions): TlsOptions {
  const { SNICallback, pskCallback, ALPNCallback: _, ...others } = options
  const secure: TlsOptions = { ...others, ALPNProtocols: ['http/1.1'] }
  if (SNICallback !== undefined) {
    secure.SNICallback = (serverName, done) => {
      callOut(() => SNICallback(serverName, done), done)
    }
  }
  if (pskCallback !== undefined) {
    secure.pskCallback = (socket, identity) => {
      try {
        return pskCallback(socket, identity)
      } catch (error) {
        // Node would go on without a word of why.
        socket.destroy(asError(error))
        return null
      }
    }
  }
  return secure
}
