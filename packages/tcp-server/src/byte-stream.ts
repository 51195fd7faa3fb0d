/**
 * What a connection asks of a stream. A net.Socket, a tls.TLSSocket and any Duplex of octets fit, given that `allowHalfOpen` is
 * true: a client that has sent all it has to say still waits for the answer (RFC 9112 §9.6).
 */
export interface ByteStream {
  on(event: 'data', listener: (octets: Uint8Array) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end' | 'finish' | 'close', listener: () => void): unknown
  off(event: 'data', listener: (octets: Uint8Array) => void): unknown
  off(event: 'end', listener: () => void): unknown
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
  /** Half-closes: no more octets will be written. */
  end(): unknown
  pause(): unknown
  resume(): unknown
  /** Lets go of both sides at once. A stream whose sides have both ended does so by itself (autoDestroy of node:stream). */
  destroy(): unknown
  /** Half-closes, and lets go of both sides when all octets have left. Where it is not there, the peer's end is waited for. */
  destroySoon?(): unknown
  /** Destroys so that the peer can see that it was no orderly end. */
  resetAndDestroy?(): unknown
  /** Lets the system notice a peer that has vanished without a word. */
  setKeepAlive?(enable: boolean, initialDelayMs: number): unknown
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  readonly localPort?: number | undefined
}
