/** Reads the octets of one message body, in as many pieces as they come, and says which of them are content. */
export interface BodyDecoder {
  /**
   * Goes on reading at `start`, up to one run of content at the most: call it again while it returns less than `end` and
   * `complete` is false.
   *
   * @returns the index behind the last octet read
   * @throws ProtocolError when the octets break the framing
   */
  decode(octets: Uint8Array, start: number, end: number): number
  /** The content that the last call found: from `contentStart` up to `contentEnd` in its octets; equal when there is none. */
  readonly contentStart: number
  readonly contentEnd: number
  /** The body has been read to its end. */
  readonly complete: boolean
}
