import { isUint8Array, ProtocolError, ReceiveBuffer, UsageError } from '@rawhttp/headers'
import { REQUEST_FAULTS } from './faults.ts'
import type { ParserLimits } from './limits.ts'
import { RequestParser } from './request-parser.ts'
import type { Request, RequestHead } from './request.ts'

/** A source that is asked for its next octets; null at the end. */
export interface ChunkReader {
  read(): Promise<Uint8Array | null>
}

/** Limits other than the defaults, and what is done when the client waits for 100 (Continue). */
export interface RequestFromReaderOptions extends Partial<ParserLimits> {
  /**
   * Called once when the client holds its content back until it sees 100 (Continue) (RFC 9110 §10.1.1): after the head, before any
   * content is read. Send 100 here; the source is asked for more when this has returned, or when the promise it returns has
   * resolved. Throw, or reject, to refuse the content: nothing more is read then, and `requestFromReader` rejects with the same
   * error. It is also called when content has come already, where 100 may be left out. Default none: such a client waits until it
   * sends its content unasked, if it ever does.
   */
  readonly onContinue?: (head: RequestHead) => void | Promise<void>
}

/**
 * Reads one whole request from anything that yields octets. The source is left open, so that the request can be answered; octets
 * after the request that came with its last piece are dropped.
 *
 * @param reader a ChunkReader, an iterable of octets such as a socket, a stream or an array, or the octets themselves
 * @param options `onContinue`, and bounds other than the defaults, see ParserLimits; `maxBodyBytes` bounds the memory that the body
 *   takes
 * @throws ProtocolError when the request breaks the protocol or its octets end too early
 * @throws UsageError ERR_OPTION
 */
export async function requestFromReader(
  reader: ChunkReader | Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: RequestFromReaderOptions = {},
): Promise<Request> {
  const { onContinue, ...limits } = options
  if (onContinue !== undefined && typeof onContinue !== 'function') throw noFunction(onContinue)
  const parser = new RequestParser(limits)
  const read = pieces(isUint8Array(reader) ? [reader] : reader)
  // Copied, not kept in views: a body in tiny chunks would take hundreds of times its room, and a source may use its memory again.
  const body = new ReceiveBuffer()
  for (;;) {
    const octets = await read()
    if (octets === null) parser.end()
    else parser.push(octets)
    for (let event = parser.next(); event !== null; event = parser.next()) {
      const { head } = parser
      if (event === 'End') {
        return { ...head, body: body.octets.subarray(0, body.end), trailers: parser.trailers }
      }
      if (event === 'Body') body.append(parser.bodySource, parser.bodyStart, parser.bodyEnd)
      else if (head.expectsContinue) await onContinue?.(head)
    }
    if (octets === null) {
      throw new ProtocolError(REQUEST_FAULTS.ERR_INCOMPLETE_MESSAGE, 'a request', 'nothing', 0)
    }
  }
}

function noReader(given: unknown): UsageError {
  const expected = 'octets, an iterable of octets or a ChunkReader'
  return new UsageError('ERR_OPTION', `reader: expected ${expected}, got ${typeof given}`)
}

function noFunction(given: unknown): UsageError {
  return new UsageError('ERR_OPTION', `onContinue: expected a function, got ${typeof given}`)
}

// Iterators are asked by hand: leaving a `for await` would close the source, and with it the socket that the answer needs.
function pieces(
  reader: ChunkReader | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): () => Promise<Uint8Array | null> {
  if (typeof reader !== 'object' || reader === null) throw noReader(reader)
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
  if (typeof reader.read !== 'function') throw noReader(reader)
  return () => reader.read()
}
