// Sockets that whoever started this program has opened for it, as systemd does: sd_listen_fds(3).

/** A listening socket that came with the process. */
export interface InheritedSocket {
  readonly descriptor: number
  /** Whether HTTPS is to be spoken there: it is named "https". */
  readonly secure: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

// Behind standard input, output and error.
const FIRST_DESCRIPTOR = 3
const MAX_COUNT = 1024

/**
 * The sockets that LISTEN_FDS tells of; none when it is not there, or meant for another process.
 *
 * @param processId whom LISTEN_PID must name, where it is set: the variables are passed on to children that were given no sockets
 * @throws when it tells of no number
 */
export function inheritedSockets(
  environment: Environment,
  processId: number,
): readonly InheritedSocket[] {
  const { LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES = '' } = environment
  if (LISTEN_FDS === undefined) return []
  if (LISTEN_PID !== undefined && LISTEN_PID !== String(processId)) return []
  const count = /^\d{1,4}$/.test(LISTEN_FDS) ? Number(LISTEN_FDS) : Infinity
  if (count > MAX_COUNT) {
    throw new Error(`LISTEN_FDS: expected a number of sockets up to ${MAX_COUNT}`)
  }
  const names = LISTEN_FDNAMES.split(':')
  return Array.from({ length: count }, (_, i) => ({
    descriptor: FIRST_DESCRIPTOR + i,
    secure: names[i] === 'https',
  }))
}
