import type { Failure } from './address-race.ts'

/** What a connection asks of a stream. Sockets of node:net and node:tls fit. */
export interface ClientStream {
  /** Calls back when the octets have left, or with the error that kept them. A string has one octet a character. */
  write(
    octets: Uint8Array | string,
    encoding: 'latin1',
    callback: (error?: Error | null) => void,
  ): boolean
  /** Octets that were written and have not left. */
  readonly writableLength: number
  /** From here on writes are gathered, until `uncork` lets them go together. */
  cork(): void
  uncork(): void
  /** Reads no more, until `resume`. */
  pause(): unknown
  resume(): unknown
  /** Lets go of both sides at once. */
  destroy(): unknown
  /** Whether it keeps the process alive. */
  ref(): unknown
  unref(): unknown
}

/** What a stream tells its connection. */
export interface StreamHooks {
  /** There will be no transport: what came of each way to it. */
  unreachable(failures: readonly Failure[]): void
  /** The transport is there; over TLS the handshake follows. */
  connected(): void
  /** The handshake is complete, and the peer is who it should be. Only over TLS. */
  secured(): void
  /** Asked before each read: where to read to. */
  readonly readMemory: Uint8Array
  /**
   * Octets were read; the memory is the stream's again when this returns, unless it gives false.
   *
   * @returns false: read no more until `resume`
   */
  octetsRead(octets: Uint8Array): boolean
  /**
   * The peer sends no more.
   *
   * @param announced false: over TLS, and without close_notify, so anybody on the way may have cut what it sent (RFC 9112 §9.8)
   */
  peerEnded(announced: boolean): void
  /** Octets could not be sent, and no more will be. What the peer sent before is still read: `peerEnded` or `broke` follows. */
  writeFailed(error: Error): void
  broke(error: Error): void
  /** It is gone. Called once, last. */
  closed(): void
}
