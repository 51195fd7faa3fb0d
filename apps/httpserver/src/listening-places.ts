import { describeAddress, describeNetworkFailure } from 'command-line'
import { describePlace, flagOf } from './config.ts'
import type { Config, Place } from './config.ts'
import type { InheritedSocket } from './inherited-sockets.ts'

/** Somewhere to listen. */
export interface ListeningPlace {
  /** Not looked at where `path` or `fd` is given. */
  readonly port: number
  readonly options: { readonly host: string } | { readonly path: string } | { readonly fd: number }
  readonly secure: boolean
  /** The property of the config that says it. */
  readonly setting: Place | undefined
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
    places.push(unixSocket === undefined ? portPlace('port', port, host) : pathPlace(unixSocket))
  }
  if (tlsPort !== undefined && !places.some(({ secure }) => secure)) {
    places.push(portPlace('tlsPort', tlsPort, host))
  }
  return places
}

function inheritedPlace({ descriptor, secure }: InheritedSocket): ListeningPlace {
  const scheme = secure ? 'https' : 'http'
  return {
    port: 0,
    options: { fd: descriptor },
    secure,
    setting: undefined,
    name: (port) =>
      `inherited socket ${descriptor} (${scheme}${port === 0 ? '' : `, port ${port}`})`,
  }
}

function portPlace(setting: 'port' | 'tlsPort', port: number, host: string): ListeningPlace {
  const secure = setting === 'tlsPort'
  const scheme = secure ? 'https' : 'http'
  const name = (bound: number): string => `${scheme}://${describeAddress(host, bound)}`
  return { port, options: { host }, secure, setting, name }
}

function pathPlace(path: string): ListeningPlace {
  const name = (): string => `unix:${path}`
  return { port: 0, options: { path }, secure: false, setting: 'unixSocket', name }
}

// The host is right, but its port is taken or kept for others.
const OF_THE_PORT = new Set<unknown>(['EADDRINUSE', 'EACCES'])

/** Why a place cannot be listened on. A variable that it comes from is named: HOST may be some other program's. */
export function listenFailure(config: Config, { setting }: ListeningPlace, error: Error): Error {
  const reason = error.cause instanceof Error ? error.cause : error
  const told = describeNetworkFailure(reason)
  const ofTheHost = setting !== 'unixSocket' && !('code' in reason && OF_THE_PORT.has(reason.code))
  const suspect = ofTheHost ? 'host' : setting
  if (suspect === undefined || setting === undefined || config.variables[suspect] === undefined) {
    return new Error(`Cannot listen: ${told}`, { cause: error })
  }
  const given = describePlace(config, suspect)
  const advice = `unset it or use ${flagOf(suspect)}`
  return new Error(`${given} cannot be listened on: ${told}; ${advice}`, { cause: error })
}
