export { asError } from '@rawhttp/headers'

/** Why there is nobody to answer. */
export type TransportErrorCode =
  | 'ERR_PEER_CLOSED'
  | 'ERR_SOCKET'
  | 'ERR_WRITE_TIMEOUT'
  | 'ERR_HANDSHAKE'
  | 'ERR_LISTEN'
  | 'ERR_ACCEPT'
  | 'ERR_STOPPED'

/** The way to the peer is gone or never was: no response can tell of it. What the system said is in `cause`. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  /** Stable name of the fault: `ERR_…`. */
  readonly code: TransportErrorCode

  constructor(code: TransportErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
