// The one place where sockets come from.
import { connect as connectPlain } from 'node:net'
import type { OnReadOpts, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import type { ClientStream, StreamHooks } from './byte-stream.ts'
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
  readonly stream: ClientStream
  /** Stops reading and telling the hooks what comes: the stream belongs to somebody else. Only when it was dialed for that. */
  letGo(): Socket
}

/**
 * Connects.
 *
 * @param forSwitch whether the stream may be let go: then it reads as every socket does, and not to `hooks.readMemory`
 */
export type Dial = (target: Target, hooks: StreamHooks, forSwitch: boolean) => Dialed

// A peer that vanished without a word is noticed.
const KEEP_ALIVE_DELAY_MS = 15_000

/** Connects by TCP or a unix socket, with TLS over it or without. */
export const dial: Dial = (target, hooks, forSwitch) => {
  const socket = target.secure
    ? openTls(target, hooks, forSwitch)
    : connectPlain({ ...place(target), ...reading(hooks, forSwitch) })
  const onData = (octets: Uint8Array): void => {
    if (!hooks.octetsRead(octets)) socket.pause()
  }
  const announced = target.secure ? watchAnnouncedEnd(socket) : yes
  const onEnd = (): void => {
    const reset = target.secure ? undefined : resetAtEnd(socket)
    if (reset === undefined) hooks.peerEnded(announced())
    else hooks.broke(reset)
  }
  // First of all: an error that nobody listens for would end the process.
  socket.on('error', (error) => {
    hooks.broke(error)
  })
  socket.once('connect', () => {
    // Requests leave whole, so waiting for more to send with them only delays them. As options node:tls knows neither.
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_DELAY_MS)
    hooks.connected()
  })
  socket.once('close', () => {
    hooks.closed()
  })
  socket.on('end', onEnd)
  if (forSwitch) socket.on('data', onData)
  return {
    stream: socket,
    letGo: () => socket.pause().off('data', onData).off('end', onEnd),
  }
}

function place({ host, port, socketPath }: Target) {
  // The peer's end of the connection is told, and the response says what it means.
  const allowHalfOpen = true
  return socketPath === undefined
    ? { host, port, allowHalfOpen }
    : { path: socketPath, allowHalfOpen }
}

function reading(hooks: StreamHooks, forSwitch: boolean): { onread?: OnReadOpts } {
  if (forSwitch) return {}
  return {
    onread: {
      buffer: () => hooks.readMemory,
      callback: (count, memory) => hooks.octetsRead(memory.subarray(0, count)),
    },
  }
}

function openTls(target: Target, hooks: StreamHooks, forSwitch: boolean): TLSSocket {
  const options = { ...connectionTls(target.host, target.tls), ...place(target) }
  const socket = connectTls({ ...options, ...reading(hooks, forSwitch) })
  socket.once('secureConnect', () => {
    hooks.secured()
  })
  return socket
}

function yes(): boolean {
  return true
}
