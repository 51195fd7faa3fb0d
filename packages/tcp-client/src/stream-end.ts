// How a connection has ended. node:net gives the same 'end' for two ends, and node:tls for three; what tells them apart is found
// here, in fields of the sockets that are not public. Where one is missing nothing is found, and the safe answer is given.
import { readSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { getSystemErrorName } from 'node:util'
import { isError } from '@rawhttp/headers'

const probe = new Uint8Array(1)

/**
 * What the end of a socket hides. When a peer resets the connection right after its last octets, libuv (to Node 22) sees that
 * nothing more can come and reports an orderly end. The system itself still knows: one more read gives the error, once, and after
 * an orderly end nothing, also when a reset followed it. To be asked while 'end' is emitted: afterwards the socket may be closed.
 * Responses are looked at already; it is for streams that were taken over.
 *
 * @param socket of node:net or node:tls
 * @returns the error, or undefined after an orderly end, and where it cannot be told: Windows and Deno, which report resets as errors
 */
export function resetAtEnd(socket: object): Error | undefined {
  // What follows close_notify is of no matter.
  if (transportStillReads(socket)) return undefined
  const descriptor = property(property(socket, '_handle'), 'fd')
  if (typeof descriptor !== 'number' || descriptor < 0) return undefined
  try {
    readSync(descriptor, probe, 0, 1, null)
    return undefined
  } catch (error) {
    return isError(error) && saysReset(error) ? error : undefined
  }
}

/**
 * Watches for the end of TLS.
 *
 * @param socket not yet secured
 * @returns says, once 'end' is emitted, whether the peer announced it (close_notify, RFC 8446 §6.1). False when the transport ended
 *   without that, so that anybody on the way may have cut it (RFC 9112 §9.8), and where it cannot be told: Bun and Deno
 */
export function watchAnnouncedEnd(socket: Pick<Readable, 'push'>): () => boolean {
  let announced: boolean | undefined
  const push = socket.push.bind(socket)
  // Octets and the end come in here from the handle, within the call that read them from the transport.
  socket.push = (octets, encoding) => {
    if (octets === null) announced ??= transportStillReads(socket)
    return push(octets, encoding)
  }
  return () => announced === true
}

// At the end of TLS: when the transport has not ended, it was close_notify. A transport that was told not to read cannot have ended
// either; one that has ended begins to read when it is told to, and one that is reading says so.
function transportStillReads(socket: object): boolean {
  const handle = property(socket, '_handle')
  const transport = property(handle, '_parent')
  const readStart = property(transport, 'readStart')
  if (typeof readStart !== 'function' || 'deno' in process.versions) return false
  if (property(handle, 'reading') === false) return true
  const status: unknown = Reflect.apply(readStart, transport, [])
  return typeof status === 'number' && status < 0 && getSystemErrorName(status) === 'EALREADY'
}

// Others say that the descriptor could not be read, which is no news of the peer.
const OF_THE_CONNECTION = new Set([
  'ECONNABORTED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
])

function saysReset(error: Error): boolean {
  return OF_THE_CONNECTION.has(String(property(error, 'code')))
}

function property(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined
}
