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
  /** Whether node:tls tells which handshake is over. Where it does not, only its own timer ends one that has begun. */
  tells = true
  // Which handshake goes on over a socket.
  readonly #handshakes = new WeakMap<object, Handshake>()
  #options: TlsOptions
  #server: TlsServer

  constructor(options: TlsOptions, timeoutMs: number, deadlines: Deadlines, hooks: GateHooks) {
    this.hooks = hooks
    this.deadlines = deadlines
    this.timeoutMs = timeoutMs
    // A copy: what the caller does with its own later changes nothing.
    this.#options = { ...options }
    this.#server = this.#createServer(this.#options)
  }

  /** Begins the handshake. */
  admit(socket: Socket): void {
    this.#handshakes.set(socket, new Handshake(socket, this))
  }

  /** Closes the sockets that have not sent anything. */
  drain(): void {
    for (const handshake of this.waiting) handshake.drain()
  }

  /** Lets TLS begin. */
  secure(socket: Socket): void {
    // A client that ends before the handshake is over wants no answer: node:tls ends with it, and takes this over from the socket.
    socket.allowHalfOpen = false
    this.#server.emit('connection', socket)
  }

  /** New connections use these options, and what they leave out as before; those that are open keep theirs. */
  update(options: TlsOptions): void {
    const { cert, key, pfx, passphrase, ...kept } = this.#options
    const newIdentity = options.cert ?? options.key ?? options.pfx
    // They belong together.
    const identity = newIdentity === undefined ? { cert, key, pfx, passphrase } : {}
    const merged: TlsOptions = { ...kept, ...identity, ...options }
    this.#server = this.#createServer(merged)
    this.#options = merged
  }

  #createServer(options: TlsOptions): TlsServer {
    // Most servers stand behind somebody who speaks TLS, and loading it takes a third of their start.
    const { createServer } = process.getBuiltinModule('node:tls')
    // It never listens: sockets are handed to it, which is a documented use of its 'connection' event.
    const handshakeTimeout = Math.max(NODE_TIMEOUT_MS, Math.min(2 * this.timeoutMs, MOST_TIMER_MS))
    const server = createServer({ ...contained(options), handshakeTimeout })
    server.on('secureConnection', (socket: TLSSocket) => {
      const handshake = this.#handshakeOf(socket)
      // Before its deadline, or it would be closed by it.
      if (handshake === undefined) this.tells = false
      else handshake.secured()
      // From here on a client that has sent all it has to say still waits for its answer (RFC 9112 §9.6).
      socket.allowHalfOpen = true
      this.hooks.secured(socket)
    })
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      const handshake = this.#handshakeOf(socket)
      if (handshake === undefined) {
        this.hooks.failed(handshakeError(error.message, error), socket.remoteAddress ?? '')
      } else {
        handshake.failed(error)
      }
      socket.destroy()
    })
    return server
  }

  // node:tls keeps the socket below under a name that is not documented.
  #handshakeOf(socket: TLSSocket): Handshake | undefined {
    const below: unknown = Reflect.get(socket, '_parent')
    return typeof below === 'object' && below !== null ? this.#handshakes.get(below) : undefined
  }
}

// The identifiers that are registered for what is spoken here; who offers others only gets the alert no_application_protocol
// (RFC 7301 §3.2).
const PROTOCOLS = ['http/1.1', 'http/1.0']
// As much as OpenSSL takes.
const MOST_KEY_BYTES = 256

// Not to be met: deadlines are ours, in awake time (see deadlines.ts). As node:tls has it by default, or what a timer can wait at most.
const NODE_TIMEOUT_MS = 120_000
const MOST_TIMER_MS = 2_147_483_647

const UPPER_CASE_A = 0x41
const UPPER_CASE_Z = 0x5a

// One handshake. It waits for the first octets; when they are those of TLS, node:tls goes on.
class Handshake implements Swept {
  readonly #socket: Socket
  readonly #gate: TlsGate
  #state: ConnectionState = 'Handshaking'
  #since: number | undefined
  // Whether node:tls has the socket.
  #begun = false
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
    if (now - this.#since < this.#gate.timeoutMs || (this.#begun && !this.#gate.tells)) return
    this.#fail('timeout', `No handshake within ${this.#gate.timeoutMs} ms`)
  }

  drain(): void {
    this.#leave('drain')
    this.#socket.destroy()
  }

  /** As node:tls says, it is over. */
  secured(): void {
    if (this.#state === 'Handshaking') this.#leave('secured')
  }

  /** As node:tls says, it has failed. */
  failed(error: Error): void {
    if (this.#state === 'Handshaking') this.#fail('violation', error.message, error)
  }

  readonly #onOctets = (octets: Uint8Array): void => {
    const socket = this.#socket
    socket.pause()
    socket.unshift(octets)
    const first = octets[0] ?? 0
    if (first >= UPPER_CASE_A && first <= UPPER_CASE_Z) {
      this.#leave('secured')
      this.#gate.hooks.plain(socket)
      return
    }
    this.#begun = true
    this.#stopWaiting()
    this.#gate.secure(socket)
  }

  // Stays: an error that nobody listens for would end the process. Behind the handshake others tell of errors.
  readonly #onError = (error: Error): void => {
    if (this.#state === 'Handshaking') this.#fail('socket error', error.message, error)
  }

  readonly #onEnd = (): void => {
    this.#fail('peer end', 'The peer closed before the handshake')
  }

  readonly #onClose = (): void => {
    if (this.#begun) this.#fail('peer end', 'The peer closed within the handshake')
    else this.#leave('abort')
  }

  #fail(event: ConnectionEvent, message: string, cause?: Error): void {
    this.#gate.hooks.failed(handshakeError(message, cause), this.#socket.remoteAddress ?? '')
    this.#leave(event)
    this.#socket.destroy()
  }

  #leave(event: ConnectionEvent): void {
    this.#state = nextState(this.#state, event)
    this.#gate.deadlines.delete(this.#deadlineSeat)
    this.#socket.off('close', this.#onClose)
    this.#stopWaiting()
  }

  #stopWaiting(): void {
    this.#waitingSeat.leave()
    this.#socket.off('end', this.#onEnd)
    this.#socket.off('data', this.#onOctets)
  }
}

function handshakeError(message: string, cause?: Error): TransportError {
  return new TransportError('ERR_HANDSHAKE', `TLS handshake failed: ${message}`, cause)
}

// What the caller's callbacks throw, or reject with, ends one handshake and not the process. The protocol is not the caller's to choose.
function contained(options: TlsOptions): TlsOptions {
  const { SNICallback, pskCallback, ALPNCallback: _, ...others } = options
  const secure: TlsOptions = { ...others, ALPNProtocols: PROTOCOLS }
  if (SNICallback !== undefined) {
    secure.SNICallback = (serverName, done) => {
      callOut(() => SNICallback(serverName, done), done)
    }
  }
  if (pskCallback !== undefined) {
    secure.pskCallback = (socket, identity) => {
      try {
        const key = pskCallback(socket, identity)
        // At what is no key node:tls throws.
        return ArrayBuffer.isView(key) && key.byteLength <= MOST_KEY_BYTES ? key : null
      } catch (error) {
        // Node would go on without a word of why.
        socket.destroy(asError(error))
        return null
      }
    }
  }
  return secure
}
