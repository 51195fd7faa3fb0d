import { getSystemErrorMap } from 'node:util'
import type { Failure } from './address-race.ts'
import type { ClientSettings, ExchangeSettings } from './options.ts'

export { asError } from '@rawhttp/headers'

/** Why there is no response, or no more of it. */
export type TransportErrorCode =
  /** The address could not be found or reached. */
  | 'ERR_CONNECT'
  | 'ERR_CONNECT_TIMEOUT'
  /** The handshake failed, or the certificate is not to be trusted. */
  | 'ERR_TLS'
  | 'ERR_TLS_TIMEOUT'
  /** TLS ended without close_notify inside a body that ends with the connection (RFC 9112 §9.8). */
  | 'ERR_TLS_INCOMPLETE_CLOSE'
  /** Nothing of a response came in time. */
  | 'ERR_RESPONSE_TIMEOUT'
  /** The rest of a response did not come in time. */
  | 'ERR_BODY_TIMEOUT'
  /** The request as a whole took too long. */
  | 'ERR_TOTAL_TIMEOUT'
  /** The peer took nothing of the request for too long. */
  | 'ERR_WRITE_TIMEOUT'
  /** The peer closed the connection before it answered. */
  | 'ERR_CONNECTION_CLOSED'
  /** The connection broke. */
  | 'ERR_SOCKET'
  /** No connection became free in time. */
  | 'ERR_QUEUE_TIMEOUT'
  /** Too many requests wait for a connection. */
  | 'ERR_QUEUE_FULL'
  /** The client was closed, or stopped. */
  | 'ERR_CLIENT_CLOSED'
  /** The caller cancelled the body. */
  | 'ERR_CANCELLED'

/** Codes of deadlines. */
export type TimeoutCode = Extract<TransportErrorCode, `${string}_TIMEOUT`>

/** The way to the peer is gone or never was. What the system said is in `cause`. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  /** Stable name of the fault: `ERR_…`. */
  readonly code: TransportErrorCode

  constructor(code: TransportErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** Who a connection is for, and where it goes. */
export interface Way {
  /** The name of the origin. */
  readonly name: string
  /** Address and port, or the path of a unix socket; undefined until there is a connection. */
  readonly place?: string | undefined
  /** What came of each address that was tried, until there is a connection. */
  readonly tried?: readonly Failure[] | undefined
}

/** The error for what a stream reports. */
export function streamError(
  code: 'ERR_TLS' | 'ERR_SOCKET',
  { name, place }: Way,
  cause: Error,
): TransportError {
  const peer = peerOf(name, place)
  const what = code === 'ERR_TLS' ? `No TLS with ${peer}` : `The connection to ${peer} broke`
  return new TransportError(code, `${what}: ${reasonOf(cause)}`, cause)
}

/** The error when the peer ended the connection, and a response with it that was not complete. */
export function endError(
  code: 'ERR_TLS' | 'ERR_TLS_INCOMPLETE_CLOSE' | 'ERR_CONNECTION_CLOSED',
  { name, place }: Way,
): TransportError {
  const peer = peerOf(name, place)
  const messages = {
    ERR_TLS: `No TLS with ${peer}: the peer closed the connection`,
    ERR_TLS_INCOMPLETE_CLOSE: `The connection to ${peer} ended without close_notify: the body may be cut`,
    ERR_CONNECTION_CLOSED: `The peer closed the connection to ${peer} before it answered`,
  }
  return new TransportError(code, messages[code])
}

/** The error when no address could be connected to. */
export function connectError(name: string, failures: readonly Failure[]): TransportError {
  const message = `Cannot connect to ${name}: ${outcome(name, failures)}`
  const [first, ...others] = failures.map(({ error }) => error)
  const cause = others.length === 0 ? first : new AggregateError([first, ...others], message)
  return new TransportError('ERR_CONNECT', message, cause)
}

// As node:net, node:dns and node:tls make them.
type SystemError = Error & {
  readonly errno?: unknown
  readonly code?: unknown
  readonly reason?: unknown
}

/** What `error` says: in words where the system has some, and its code once. */
function reasonOf(error: Error): string {
  const { errno, code, reason }: SystemError = error
  const [, words] = (typeof errno === 'number' && getSystemErrorMap().get(errno)) || []
  const said = words ?? (typeof reason === 'string' ? reason : error.message)
  return typeof code === 'string' && !said.includes(code) ? `${said} (${code})` : said
}

function outcome(name: string, failures: readonly Failure[]): string {
  return failures
    .map(({ place, error }) =>
      place === undefined || saysAll(name, place) ? reasonOf(error) : `${place} ${reasonOf(error)}`,
    )
    .join('; ')
}

function peerOf(name: string, place: string | undefined): string {
  return place === undefined || saysAll(name, place) ? name : `${name} at ${place}`
}

function saysAll(name: string, place: string): boolean {
  return name.endsWith(`//${place}`)
}

/** The error when a deadline has passed. */
export function timeoutError(
  code: TimeoutCode,
  client: ClientSettings,
  exchange: ExchangeSettings,
  way: Way,
): TransportError {
  return new TransportError(code, missing(code, client, exchange, way))
}

function missing(
  code: TimeoutCode,
  client: ClientSettings,
  exchange: ExchangeSettings,
  { name, place, tried = [] }: Way,
): string {
  switch (code) {
    case 'ERR_CONNECT_TIMEOUT': {
      const tries = tried.length === 0 ? '' : `: ${outcome(name, tried)}`
      return `No connection to ${name} within ${client.connectTimeoutMs} ms${tries}`
    }
    case 'ERR_TLS_TIMEOUT':
      return `No TLS with ${peerOf(name, place)} within ${client.handshakeTimeoutMs} ms`
    case 'ERR_RESPONSE_TIMEOUT':
      return `No response within ${exchange.responseTimeoutMs} ms`
    case 'ERR_BODY_TIMEOUT':
      return `No more of the response within ${exchange.bodyTimeoutMs} ms`
    case 'ERR_TOTAL_TIMEOUT':
      return `No end of the response within ${exchange.totalTimeoutMs} ms`
    case 'ERR_WRITE_TIMEOUT':
      return `The peer took nothing for ${client.writeTimeoutMs} ms`
    case 'ERR_QUEUE_TIMEOUT':
      return `No connection became free within ${client.queueTimeoutMs} ms`
  }
}
