import { ProtocolError, ReceiveBuffer } from '@rawhttp/headers'
import { REQUEST_FAULTS } from './faults.ts'
import type { ParserLimits } from './limits.ts'
import { RequestParser } from './request-parser.ts'
import type { Request } from './request.ts'

/** A source that is asked for its next octets; null at the end. */
export interface ChunkReader {
  read(): Promise<Uint8Array | null>
}

/**
 * Reads one whole request from anything that yields octets. The source is left open, so that the request can be answered; octets
 * behind the request that came with its last piece are dropped.
 *
 * @param reader a ChunkReader, an iterable of octets such as a socket, a stream or an array, or the octets themselves
 * @param limits bounds other than the defaults, see ParserLimits; `maxBodyBytes` bounds the memory that the body takes
 * @throws ProtocolError when the request breaks the protocol or its octets end too early
 * @throws UsageError ERR_OPTION
 */
export async function requestFromReader(
  reader: ChunkReader | Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits?: Partial<ParserLimits>,
): Promise<Request> {
  const parser = new RequestParser(limits)
  const read = pieces(reader instanceof Uint8Array ? [reader] : reader)
  // Copied, not kept in views: a body in tiny chunks would take hundreds of times its room, and a source may use its memory again.
  const body = new ReceiveBuffer()
  for (;;) {
    const octets = await read()
    if (octets === null) parser.end()
    else parser.push(octets)
    if (readEvents(parser, body)) {
      return { ...parser.head, body: body.octets.subarray(0, body.end), trailers: parser.trailers }
    }
    if (octets === null) {
      throw new ProtocolError(REQUEST_FAULTS.ERR_INCOMPLETE_MESSAGE, 'a request', 'nothing', 0)
    }
  }
}

// Whether the request ended. Content is added to `body`.
function readEvents(parser: RequestParser, body: ReceiveBuffer): boolean {
  for (let event = parser.next(); event !== null; event = parser.next()) {
    if (event === 'End') return true
    if (event === 'Body') body.append(parser.bodySource, parser.bodyStart, parser.bodyEnd)
  }
  return false
}

// Iterators are asked by hand: leaving a `for await` would close the source, and with it the socket that the answer needs.
function pieces(
  reader: ChunkReader | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): () => Promise<Uint8Array | null> {
  if (Symbol.asyncIterator in reader) {
    const iterator = reader[Symbol.asyncIterator]()
    return async () => {
      const result = await iterator.next()
      return result.done === true ? null : result.value
    }
  }
  if (Symbol.iterator in reader) {
    const iterator = reader[Symbol.iterator]()
    return () => {
      const result = iterator.next()
      return Promise.resolve(result.done === true ? null : result.value)
    }
  }
  return () => reader.read()
}
