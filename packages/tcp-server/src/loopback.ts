// A client that means localhost may come to either loopback address, and has to find the same server at both.
import { isError } from '@rawhttp/headers'
import { TransportError } from './errors.ts'

/** Something that was opened at an address. */
export interface Opened {
  readonly port: number
  close(): void
}

const FIRST = '127.0.0.1'
const SECOND = '::1'
// There is no such address here: fine, the other one is.
const NO_ADDRESS: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])
// A port that was free at the one address can be taken at the other.
const PORT_TRIES = 8

/**
 * Opens the same port at both loopback addresses; at the one when the machine has no IPv6.
 *
 * @param port 0: any that is free at both
 * @param open opens one; rejects with a TransportError that has the system's error as its cause
 */
export async function openLoopback<T extends Opened>(
  port: number,
  open: (host: string, port: number) => Promise<T>,
): Promise<T[]> {
  for (let tries = PORT_TRIES; ; tries--) {
    const first = await open(FIRST, port)
    try {
      return [first, await open(SECOND, first.port)]
    } catch (error) {
      const code = systemCode(error)
      if (NO_ADDRESS.has(code)) return [first]
      first.close()
      if (port !== 0 || code !== 'EADDRINUSE' || tries === 1) throw error
    }
  }
}

function systemCode(error: unknown): string {
  const cause = error instanceof TransportError ? error.cause : undefined
  return isError(cause) && 'code' in cause ? String(cause.code) : ''
}
