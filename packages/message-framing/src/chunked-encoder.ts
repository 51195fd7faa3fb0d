// chunked-body    = *chunk last-chunk trailer-section CRLF            (RFC 9112 §7.1)
// chunk           = chunk-size CRLF chunk-data CRLF                   chunk extensions are never sent
// last-chunk      = "0" CRLF
// trailer-section = *( field-line CRLF )                              (§7.1.2)
//
// Framing comes in two forms: as text, one octet a character, for a writer that joins it to a head, and as octets.
import { latin1Write, UsageError } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import { checkedHeaders, checkedOctets } from './argument-checks.ts'
import { isTrailerField } from './trailer-fields.ts'

/** The codes of `UsageError` that this package throws. */
export type EncoderUsageCode =
  'ERR_BODY_TYPE' | 'ERR_ENCODER_STATE' | 'ERR_HEADERS_TYPE' | 'ERR_TRAILER_FIELD'

/** What stands behind the data of each chunk. */
export const CHUNK_END = '\r\n'

/** The last chunk and an empty trailer section. */
export const LAST_CHUNK = '0\r\n\r\n'

/** The line in front of the data of a chunk of `size` octets; 0 would be the last chunk, so it must be above. */
export function chunkSizeLine(size: number): string {
  return `${size.toString(16)}\r\n`
}

/**
 * The last chunk and a trailer section.
 *
 * @throws UsageError ERR_TRAILER_FIELD when a field may not stand in a trailer section (RFC 9110 §6.5.1)
 */
export function lastChunk(trailers: Headers): string {
  let text = '0\r\n'
  for (let line = 0; line < trailers.size; line++) {
    const name = trailers.spellingAt(line)
    if (!isTrailerField(trailers.nameAt(line))) {
      throw new UsageError(
        'ERR_TRAILER_FIELD',
        `Trailer section: expected fields that may come behind the content (RFC 9110 §6.5.1), got ${name}`,
      )
    }
    text += `${name}: ${trailers.valueAt(line)}\r\n`
  }
  return `${text}\r\n`
}

/** Puts content into chunks. One encoder serves one body. */
export class ChunkedEncoder {
  #ended = false

  /**
   * One chunk that holds a copy of all of `content`; no octets when there is no content, for an empty chunk would end the body.
   *
   * @throws UsageError ERR_ENCODER_STATE behind `end`; ERR_BODY_TYPE
   */
  encode(content: Uint8Array): Uint8Array {
    this.#expectOpen('encode')
    if (checkedOctets(content).length === 0) return new Uint8Array(0)
    const sizeLine = chunkSizeLine(content.length)
    const chunk = new Uint8Array(sizeLine.length + content.length + CHUNK_END.length)
    latin1Write(sizeLine, chunk, 0)
    chunk.set(content, sizeLine.length)
    latin1Write(CHUNK_END, chunk, sizeLine.length + content.length)
    return chunk
  }

  /**
   * The last chunk and the trailer section: nothing comes behind them.
   *
   * @throws UsageError ERR_TRAILER_FIELD when a field may not stand in a trailer section, ERR_ENCODER_STATE at the second call;
   *   ERR_HEADERS_TYPE
   */
  end(trailers?: Headers): Uint8Array {
    this.#expectOpen('end')
    const text = trailers === undefined ? LAST_CHUNK : lastChunk(checkedHeaders(trailers))
    this.#ended = true
    const octets = new Uint8Array(text.length)
    latin1Write(text, octets, 0)
    return octets
  }

  #expectOpen(call: string): void {
    if (!this.#ended) return
    throw new UsageError(
      'ERR_ENCODER_STATE',
      `Chunked body: expected nothing behind end, got ${call}`,
    )
  }
}
