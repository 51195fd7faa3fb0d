// multipart/byteranges (RFC 9110 §14.6): what stands round the octets of the ranges. The length is known beforehand, so the response
// needs no chunks.
import { randomBytes } from 'node:crypto'
import type { ByteRange } from './byte-range.ts'

/** The parts of one body, without their octets. */
export interface MultipartRanges {
  /** For the head of the response; it has the boundary. */
  readonly contentType: string
  /** Octets of the whole body. */
  readonly length: number
  /** What stands before the octets of each range. */
  readonly openings: readonly string[]
  /** What stands behind the last of them. */
  readonly ending: string
}

/**
 * @param size length of the representation in octets
 * @param partType media type of the representation
 */
export function multipartRanges(
  ranges: readonly ByteRange[],
  size: number,
  partType: string,
): MultipartRanges {
  // Nobody can have put it into the file.
  const boundary = randomBytes(18).toString('hex')
  const openings = ranges.map(
    (range) =>
      `\r\n--${boundary}\r\nContent-Type: ${partType}\r\nContent-Range: ${contentRange(range, size)}\r\n\r\n`,
  )
  const ending = `\r\n--${boundary}--\r\n`
  let length = ending.length
  for (const opening of openings) length += opening.length
  for (const { first, last } of ranges) length += last + 1 - first
  return { contentType: `multipart/byteranges; boundary=${boundary}`, length, openings, ending }
}

/** The value of Content-Range (RFC 9110 §14.4) for a range of a representation of `size` octets. */
export function contentRange({ first, last }: ByteRange, size: number): string {
  return `bytes ${first}-${last}/${size}`
}
