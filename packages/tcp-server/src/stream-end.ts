import { readSync } from 'node:fs'

const probe = new Uint8Array(1)

// Others say that the descriptor could not be read, which is no news of the peer.
const OF_THE_CONNECTION: ReadonlySet<unknown> = new Set(['ECONNABORTED', 'ECONNRESET', 'ETIMEDOUT'])

/**
 * What the end of a socket hides. When a peer resets the connection right after its last octets, libuv (to Node 22) sees that nothing
 * more can come and reports an orderly end. The system itself still knows: one more read gives the error, once, and after an orderly
 * end nothing. To be asked while 'end' is emitted: afterwards the socket may be closed. The descriptor is kept under names that are not
 * public (docs/adr/007).
 *
 * @param stream of node:net or node:tls; of others nothing is known
 * @returns the error, or undefined after an orderly end, and where it cannot be told: Windows and Deno, which report resets as errors
 */
export function resetAtEnd(stream: object): Error | undefined {
  const descriptor = descriptorOf(stream)
  if (descriptor === undefined) return undefined
  try {
    readSync(descriptor, probe, 0, 1, null)
    return undefined
  } catch (error) {
    const known = error instanceof Error && OF_THE_CONNECTION.has(property(error, 'code'))
    return known ? error : undefined
  }
}

/**
 * The first octet that has come since the event loop looked, so that a connection is not closed with a request unread. It is taken:
 * whoever reads the stream must be given it, ahead of all that the stream gives.
 *
 * @returns undefined where there is none, and where it cannot be told
 */
export function takeWaitingOctet(stream: object): Uint8Array | undefined {
  const descriptor = descriptorOf(stream)
  // TLS has octets of its own, and what node:stream holds comes first.
  const own = property(stream, 'encrypted') !== true && property(stream, 'readableLength') === 0
  if (descriptor === undefined || !own) return undefined
  try {
    return readSync(descriptor, probe, 0, 1, null) === 1 ? new Uint8Array(probe) : undefined
  } catch {
    // Mostly EAGAIN: nothing has come.
    return undefined
  }
}

function descriptorOf(stream: object): number | undefined {
  const descriptor = property(property(stream, '_handle'), 'fd')
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : undefined
}

function property(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined
}
