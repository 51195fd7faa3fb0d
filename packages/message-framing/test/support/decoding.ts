import { ProtocolError } from '@rawhttp/headers'
import type { BodyDecoder, ChunkedDecoder } from '../../src/index.ts'
import { cut, latin1, latin1Text } from './octets.ts'

/** What a decoder found in octets. */
export interface Decoding {
  readonly content: string
  readonly complete: boolean
  /** What stands behind the body. */
  readonly rest: string
  readonly trailers: readonly (readonly [string, string])[]
  readonly discarded: readonly (readonly [string, string])[]
  readonly error:
    | { readonly code: string; readonly offset: number | undefined; readonly message: string }
    | undefined
}

/** Gives the pieces to the decoder, one after the other, and each as often as it takes. */
export function decodeAll(
  decoder: BodyDecoder & Partial<Pick<ChunkedDecoder, 'trailers' | 'discardedTrailers'>>,
  pieces: readonly Uint8Array[],
): Decoding {
  let content = ''
  let rest = ''
  let error: Decoding['error']
  try {
    for (const piece of pieces) {
      let position = 0
      while (position < piece.length && !decoder.complete) {
        position = decoder.decode(piece, position, piece.length)
        content += latin1Text(piece, decoder.contentStart, decoder.contentEnd)
      }
      rest += latin1Text(piece, position)
    }
  } catch (thrown) {
    if (!(thrown instanceof ProtocolError)) throw thrown
    const { code, offset, message } = thrown
    error = { code, offset, message }
  }
  const trailers = [...(decoder.trailers?.lines() ?? [])]
  const discarded = [...(decoder.discardedTrailers?.lines() ?? [])]
  return { content, complete: decoder.complete, rest, trailers, discarded, error }
}

/** Every way to cut a text in two, and octet by octet. */
export function* deliveriesOf(text: string): Generator<Uint8Array[]> {
  const octets = latin1(text)
  yield Array.from(octets, (_, i) => octets.subarray(i, i + 1))
  for (let i = 1; i < octets.length; i++) yield cut(octets, [i])
}
