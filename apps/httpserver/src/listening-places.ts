import type { Config } from './config.ts'
import type { InheritedSocket } from './inherited-sockets.ts'

/** Somewhere to listen. */
export interface ListeningPlace {
  /** Not looked at where `path` or `fd` is given. */
  readonly port: number
  readonly options: { readonly host: string } | { readonly path: string } | { readonly fd: number }
  readonly secure: boolean
  /** How people write it, now that the port is known. */
  readonly name: (port: number) => string
}

/** Where `config` says to listen: on the sockets that are there already, else on a unix socket or a port; and on one for HTTPS. */
export function listeningPlaces(
  config: Config,
  inherited: readonly InheritedSocket[],
): readonly ListeningPlace[] {
  const { port, host, unixSocket, tlsPort } = config
  const places = inherited.map(inheritedPlace)
  if (places.length === 0) {
    places.push(unixSocket === undefined ? portPlace(port, host, false) : pathPlace(unixSocket))
  }
  if (tlsPort !== undefined && !places.some(({ secure }) => secure)) {
    places.push(portPlace(tlsPort, host, true))
  }
  return places
}

function inheritedPlace({ descriptor, secure }: InheritedSocket): ListeningPlace {
  const scheme = secure ? 'https' : 'http'
  return {
    port: 0,
    options: { fd: descriptor },
    secure,
    name: (port) =>
      `inherited socket ${descriptor} (${scheme}${port === 0 ? '' : `, port ${port}`})`,
  }
}

function portPlace(port: number, host: string, secure: boolean): ListeningPlace {
  const scheme = secure ? 'https' : 'http'
  return { port, options: { host }, secure, name: (port) => `${scheme}://${host}:${port}` }
}

function pathPlace(path: string): ListeningPlace {
  return { port: 0, options: { path }, secure: false, name: () => `unix:${path}` }
}
