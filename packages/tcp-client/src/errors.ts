import type { ClientSettings, ExchangeSettings } from './options.ts'

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

/** The error for what a stream reports. */
export function streamError(code: TransportErrorCode, what: string, cause: Error): TransportError {
  return new TransportError(code, `${what}: ${cause.message}`, cause)
}

/** The error when a deadline has passed. */
export function timeoutError(
  code: TimeoutCode,
  client: ClientSettings,
  exchange: ExchangeSettings,
): TransportError {
  return new TransportError(code, missing(code, client, exchange))
}

function missing(code: TimeoutCode, client: ClientSettings, exchange: ExchangeSettings): string {
  switch (code) {
    case 'ERR_CONNECT_TIMEOUT':
      return `No connection within ${client.connectTimeoutMs} ms`
    case 'ERR_TLS_TIMEOUT':
      return `No end of the TLS handshake within ${client.handshakeTimeoutMs} ms`
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

/** `value` as an Error, whatever was thrown. */
export function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(`Thrown: ${String(value)}`)
}
