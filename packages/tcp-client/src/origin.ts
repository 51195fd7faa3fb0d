import type { Target } from './dialer.ts'
import { optionError } from './options.ts'
import type { TlsOptions } from './tls-options.ts'

const DEFAULT_PORTS: { readonly [protocol: string]: number } = { 'http:': 80, 'https:': 443 }

const ORIGIN = /^https?:\/\/[^\s/?#@\\]+\/?$/i

/** Whom requests go to. */
export interface Origin extends Target {
  /** Scheme, host and port, the same for all spellings of them. */
  readonly name: string
  /** The Host field of requests that do not say (RFC 9110 §7.2). */
  readonly hostField: string
}

/**
 * The origin with that name (RFC 9110 §4.3.1).
 *
 * @throws UsageError ERR_OPTION when it is none, or says more: user information, path or query belong elsewhere
 */
export function parseOrigin(
  name: string,
  socketPath: string | undefined,
  tls: TlsOptions | undefined,
): Origin {
  if (socketPath !== undefined) checkSocketPath(socketPath)
  const { origin, protocol, host, hostname, port } = parsed(name)
  return {
    name: origin,
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port),
    socketPath,
    secure: protocol === 'https:',
    tls,
    hostField: host,
  }
}

/**
 * The system cuts a longer name without a word, and the socket is then somewhere else (unix(7)). A leading NUL is an abstract name, which
 * needs no octet at its end.
 *
 * @throws UsageError ERR_OPTION
 */
export function checkSocketPath(path: unknown, platform: string = process.platform): void {
  if (typeof path !== 'string' || path === '') {
    throw optionError('socketPath', 'the path of a socket', 'none')
  }
  // A pipe of Windows has another kind of name.
  if (platform === 'win32') return
  const abstract = platform === 'linux' && path.startsWith('\0')
  if (!abstract && path.includes('\0')) {
    throw optionError('socketPath', 'a path', 'one with NUL in it')
  }
  const limit = (platform === 'linux' ? 107 : 103) + (abstract ? 1 : 0)
  const length = Buffer.byteLength(path)
  if (length > limit) throw optionError('socketPath', `at most ${limit} octets`, length)
}

function parsed(name: string): URL {
  // The parser of URLs forgives much, and what it would forgive is mostly a target that came from somewhere else.
  const url = ORIGIN.test(name) && URL.canParse(name) ? new URL(name) : undefined
  if (url !== undefined) return url
  throw optionError('origin', 'http://host:port or https://host:port', JSON.stringify(name))
}
