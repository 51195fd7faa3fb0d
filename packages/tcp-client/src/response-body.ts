import type { Headers } from '@rawhttp/headers'

/**
 * The body of a response as it comes. It is read once, in one of the ways below; what nobody asks for is read ahead up to
 * `readAheadBytes` and then left in the network. Reading rejects with a ProtocolError when the body breaks the protocol or is cut,
 * and with a TransportError when the connection is lost: a body that ended well is whole.
 *
 * Octets are *yours*, but for those of `forEach`: you may keep, change or transfer them, and nothing else lies in their memory.
 */
export interface ResponseBody extends AsyncIterable<Uint8Array> {
  /**
   * The whole content, yours.
   *
   * @param maxBytes more than so many octets are an error, ERR_BODY_TOO_LARGE. Default 10485760 (10 MiB)
   */
  bytes(maxBytes?: number): Promise<Uint8Array>
  /** The whole content as UTF-8; otherwise as `bytes`. */
  text(maxBytes?: number): Promise<string>
  /**
   * Hands all content to `take`, piece by piece, without copying it where that can be: the octets are *borrowed until the next read*,
   * which comes when `take` returns, or when the promise that it gives resolves. Until then they stay as they are, whatever happens,
   * and nothing more is handed over. They must not be transferred. When `take` throws, the body is cancelled.
   *
   * @returns resolves when all has been taken
   */
  forEach(take: Take): Promise<void>
  /** The trailer section, when the body has come to its end. A body that nobody reads is dropped to get there. */
  trailers(): Promise<Headers>
  /** Drops the rest. The connection is kept when little is left, and closed otherwise. */
  cancel(): void
}

/** Takes octets. */
export type Take = (octets: Uint8Array) => void | Promise<void>

/** Where the octets of a body come from. */
export interface BodyOwner {
  /** There is room for octets again. */
  readOn(): void
  /** Nobody wants the rest of it. */
  bodyCancelled(body: ResponseBody): void
}
