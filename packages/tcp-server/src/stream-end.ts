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
  const descriptor = property(property(stream, '_handle'), 'fd')
  if (typeof descriptor !== 'number' || descriptor < 0) return undefined
  try {
    readSync(descriptor, probe, 0, 1, null)
    return undefined
  } catch (error) {
    const known = error instanceof Error && OF_THE_CONNECTION.has(property(error, 'code'))
    return known ? error : undefined
  }
}

function property(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined
}
