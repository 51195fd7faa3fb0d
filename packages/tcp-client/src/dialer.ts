// The one place where sockets come from.
import { ADDRCONFIG, lookup } from 'node:dns'
import { connect as connectPlain, isIP, isIPv6 } from 'node:net'
import type { OnReadOpts, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AddressRace } from './address-race.ts'
import type { AttemptHooks, Failure, RaceOwner } from './address-race.ts'
import type { ClientStream, StreamHooks } from './byte-stream.ts'
import type { Clock } from './deadlines.ts'
import { resetAtEnd, watchAnnouncedEnd } from './stream-end.ts'
import { connectionTls } from './tls-options.ts'
import type { TlsOptions } from './tls-options.ts'

/** Where to connect to. */
export interface Target {
  readonly host: string
  readonly port: number
  /** A unix socket in place of host and port. */
  readonly socketPath: string | undefined
  readonly secure: boolean
  readonly tls: TlsOptions | undefined
}

/** A stream that is being connected. */
export interface Dialed {
  /** It can be written to from `connected` on, and destroyed at any time. */
  readonly stream: ClientStream
  /** Where it is connected to, and what came of each way that was tried before. */
  readonly tried?: readonly Failure[]
  readonly place?: string | undefined
  /** Stops reading and telling the hooks what comes: the stream belongs to somebody else. Only when it was dialed for that. */
  letGo(): Socket
}

/**
 * Connects.
 *
 * @param forSwitch whether the stream may be let go: then it reads as every socket does, and not to `hooks.readMemory`
 */
export type Dial = (target: Target, hooks: StreamHooks, forSwitch: boolean, clock: Clock) => Dialed

type Found = (error: Error | null, addresses: readonly string[]) => void

/** What connecting asks of the system; tests bring their own. */
export interface Network {
  /** All addresses of a name, as the system sorts them (RFC 6724). */
  resolve(name: string, found: Found): void
  /** Begins to connect to an address, or to the unix socket of the target. @throws what is wrong with the options */
  open(address: string, target: Target, onread: OnReadOpts | undefined): Socket
}

/** The system as it is. */
export const system: Network = {
  resolve: (name, found) => {
    const hints = process.platform === 'win32' ? 0 : ADDRCONFIG
    lookup(name, { all: true, hints }, (error, addresses) => {
      found(error, error === null ? addresses.map(({ address }) => address) : [])
    })
  },
  open: (address, { socketPath, host, port, secure, tls }, onread) => {
    const way = socketPath === undefined ? { host: address, port } : { path: socketPath }
    // The peer's end of the connection is told, and the response says what it means.
    const options = { ...way, allowHalfOpen: true, ...(onread && { onread }) }
    return secure ? connectTls({ ...connectionTls(host, tls), ...options }) : connectPlain(options)
  },
}

/** Connects by TCP or a unix socket, with TLS over it or without. */
export const dial: Dial = dialBy(system)

/** @param network how it reaches the system */
export function dialBy(network: Network): Dial {
  return (...call) => new Dialing(network, ...call)
}

// A peer that vanished without a word is noticed.
const KEEP_ALIVE_DELAY_MS = 15_000

class Dialing implements Dialed, RaceOwner<Socket> {
  stream: ClientStream
  place: string | undefined
  readonly clock: Clock
  readonly #network: Network
  readonly #target: Target
  readonly #hooks: StreamHooks
  readonly #forSwitch: boolean
  #race: AddressRace<Socket> | undefined
  #socket: Socket | undefined
  // Sockets that are not closed.
  #openCount = 0
  // Whether no more are opened.
  #over = false
  // Whether it is known that all is closed.
  #told = false
  // What a write has failed with, when that ended the connection.
  #reset: Error | undefined

  constructor(
    network: Network,
    target: Target,
    hooks: StreamHooks,
    forSwitch: boolean,
    clock: Clock,
  ) {
    this.#network = network
    this.#target = target
    this.#hooks = hooks
    this.#forSwitch = forSwitch
    this.clock = clock
    this.stream = new Unconnected(this.#cancel)
    const { host, socketPath } = target
    if (socketPath !== undefined || isIP(host) !== 0) this.#connect([host])
    else network.resolve(host, this.#onFound)
  }

  get tried(): readonly Failure[] {
    return this.#race?.tried ?? [{ error: new Error('no address of it yet') }]
  }

  letGo(): Socket {
    const socket = this.#socket
    if (socket === undefined) throw new Error('Dialing: let go before it was connected')
    this.#release()
    return socket.pause().off('data', this.#onData).off('end', this.#onEnd)
  }

  /** As RaceOwner. */
  attempt(address: string, { connected, failed }: AttemptHooks): Socket {
    const socket = this.#network.open(address, this.#target, this.#memory())
    this.#openCount++
    // First of all: an error that nobody listens for would end the process.
    socket.on('error', (error) => {
      if (socket === this.#socket) this.#hooks.broke(error)
      else failed(error)
    })
    socket.once('connect', connected)
    socket.once('close', () => {
      this.#openCount--
      this.#tellWhenClosed()
    })
    return socket
  }

  /** As RaceOwner. */
  placeOf(address: string): string {
    const { socketPath, port } = this.#target
    return socketPath ?? (isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`)
  }

  /** As RaceOwner. */
  won(socket: Socket, address: string): void {
    this.#over = true
    this.#socket = socket
    this.stream = socket
    this.place = this.placeOf(address)
    // Requests leave whole, so waiting for more to send with them only delays them. As options node:tls knows neither.
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_DELAY_MS)
    if (this.#target.secure) {
      this.#announced = watchAnnouncedEnd(socket)
      socket.once('secureConnect', () => {
        this.#hooks.secured()
      })
    }
    this.#release = outliveWrites(socket, this.#onWriteFailed)
    socket.on('end', this.#onEnd)
    if (this.#forSwitch) socket.on('data', this.#onData)
    this.#hooks.connected()
  }

  /** As RaceOwner. */
  lost(failures: readonly Failure[]): void {
    this.#over = true
    this.#hooks.unreachable(failures)
    this.#tellWhenClosed()
  }

  #connect(addresses: readonly string[]): void {
    this.#race = new AddressRace(addresses, this)
  }

  #memory(): OnReadOpts | undefined {
    const hooks = this.#hooks
    if (this.#forSwitch) return undefined
    return {
      buffer: () => hooks.readMemory,
      callback: (count, memory) => hooks.octetsRead(memory.subarray(0, count)),
    }
  }

  #tellWhenClosed(): void {
    if (!this.#over || this.#openCount > 0 || this.#told) return
    this.#told = true
    this.#hooks.closed()
  }

  readonly #onFound: Found = (error, addresses) => {
    if (this.#over) return
    if (error === null && addresses.length > 0) {
      this.#connect(addresses)
    } else {
      this.lost([{ error: error ?? new Error('the name has no address') }])
    }
  }

  // Like a socket it is closed later, never within the call.
  readonly #cancel = (): void => {
    if (this.#over) return
    this.#over = true
    this.#race?.stop()
    process.nextTick(() => {
      this.#tellWhenClosed()
    })
  }

  readonly #onData = (octets: Uint8Array): void => {
    if (!this.#hooks.octetsRead(octets)) this.#socket?.pause()
  }

  readonly #onWriteFailed = (error: Error): void => {
    // The system tells a reset once, and has told it here. EPIPE it says when the peer had ended in order before.
    if (!('code' in error && error.code === 'EPIPE')) this.#reset = error
    this.#hooks.writeFailed(error)
  }

  readonly #onEnd = (): void => {
    const reset = this.#target.secure ? undefined : this.#resetOf(this.#socket)
    if (reset === undefined) this.#hooks.peerEnded(this.#announced())
    else this.#hooks.broke(reset)
  }

  #resetOf(socket: Socket | undefined): Error | undefined {
    return this.#reset ?? (socket && resetAtEnd(socket))
  }

  #announced = (): boolean => true

  #release = (): void => {}
}

type Done = (error?: Error | null) => void

// A socket that cannot be written to is destroyed by node:net, and with it a response that came before. So the first error of writing
// goes to `failed`, and the socket believes that all has left. Returns what makes it an ordinary socket again.
function outliveWrites(socket: Socket, failed: (error: Error) => void): () => void {
  const write = socket._write.bind(socket)
  const writeMany = socket._writev?.bind(socket)
  let broken = false
  let released = false
  // A stream gives the same function with every write.
  let given: Done | undefined
  let told: Done = nothing
  const telling = (done: Done): Done => {
    if (done === given) return told
    given = done
    told = (error) => {
      if (!error || released) {
        done(error)
        return
      }
      if (!broken) failed(error)
      broken = true
      done()
    }
    return told
  }
  socket._write = (octets, encoding, done) => {
    if (broken) done()
    else write(octets, encoding, telling(done))
  }
  if (writeMany !== undefined) {
    socket._writev = (pieces, done) => {
      if (broken) done()
      else writeMany(pieces, telling(done))
    }
  }
  return () => {
    released = true
    Reflect.deleteProperty(socket, '_write')
    Reflect.deleteProperty(socket, '_writev')
  }
}

function nothing(): boolean {
  return false
}

// What stands for the stream until there is one.
class Unconnected implements ClientStream {
  readonly writableLength = 0
  readonly destroy: () => void
  readonly write = nothing
  readonly cork = nothing
  readonly uncork = nothing
  readonly pause = nothing
  readonly resume = nothing
  readonly ref = nothing
  readonly unref = nothing

  constructor(destroy: () => void) {
    this.destroy = destroy
  }
}
