// Octets between two streams that have left HTTP, both ways, until both have ended or one has broken.
import { resetAtEnd } from '@rawhttp/tcp-client'
import type { ByteStream } from '@rawhttp/tcp-server'

/** One end of a tunnel, and the octets that were read from it already. */
export interface TunnelEnd {
  readonly stream: ByteStream
  readonly octets: Uint8Array
}

/**
 * Joins two ends. Neither is read faster than the other takes, each is ended when the other has, and both break together: what was
 * reset on one side must not look whole on the other.
 */
export function joinEnds(one: TunnelEnd, other: TunnelEnd): void {
  pour(one, other.stream)
  pour(other, one.stream)
}

function pour({ stream, octets }: TunnelEnd, into: ByteStream): void {
  let ended = false
  const onTaken = (error?: Error | null): void => {
    if (error) stream.destroy()
    else if (into.writableLength === 0) stream.resume()
  }
  const pass = (piece: Uint8Array): void => {
    if (!into.write(piece, 'latin1', onTaken)) stream.pause()
  }
  stream.on('end', () => {
    ended = resetAtEnd(stream) === undefined
    if (ended) into.end()
    else stream.destroy()
  })
  // Behind an orderly end octets may still be on their way to the other side.
  stream.on('close', () => {
    if (!ended) breakOff(into)
  })
  // What is to be done about an error is done when the stream closes behind it.
  stream.on('error', () => undefined)
  stream.on('data', pass)
  stream.resume()
  if (octets.length > 0) pass(octets)
}

function breakOff(stream: ByteStream): void {
  try {
    stream.resetAndDestroy?.()
  } catch {
    // TLS and unix sockets have no reset: those end without close_notify, or as they do.
  }
  stream.destroy()
}
