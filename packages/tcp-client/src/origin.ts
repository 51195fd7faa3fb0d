import { Headers } from '@rawhttp/headers'
import type { Target } from './dialer.ts'
import { optionError } from './options.ts'
import type { TlsOptions } from './options.ts'

const DEFAULT_PORTS: { readonly [protocol: string]: number } = { 'http:': 80, 'https:': 443 }

/** Whom requests go to. */
export interface Origin extends Target {
  /** As it was given, for people. */
  readonly name: string
  /** The Host field of requests that do not say (RFC 9110 §7.2), on its own; nobody changes it. */
  readonly hostHeaders: Headers
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
  const { protocol, host, hostname, port } = parsed(name)
  return {
    name,
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port),
    socketPath,
    secure: protocol === 'https:',
    tls,
    hostHeaders: new Headers([['Host', host]]),
  }
}

function parsed(name: string): URL {
  const url = URL.canParse(name) ? new URL(name) : undefined
  const bare = url !== undefined && (name === url.origin || `${url.origin}/` === url.href)
  if (
    url === undefined ||
    !bare ||
    DEFAULT_PORTS[url.protocol] === undefined ||
    /[\s?#@\\]/.test(name)
  ) {
    throw optionError('origin', 'http://host:port or https://host:port', JSON.stringify(name))
  }
  return url
}
