import { Headers } from '@rawhttp/headers'
import { ResponseWriter } from '@rawhttp/response-writer'
import { FIELDS, HELLO, JSON_TEXT, LARGE, NullSocket, PIECE, PIECES } from './writer.ts'
import type { ResponseSource } from './writer.ts'

export const version = 'workspace'

/** Ours as the server uses it: one writer for all responses of a connection. */
export function createWriter(copy?: Buffer[]): ResponseSource {
  const socket = new NullSocket(copy)
  const writer = new ResponseWriter({
    write: (octets) => socket.write(octets),
    writeLatin1: (text) => socket.write(text, 'latin1'),
  })
  return {
    get writtenBytes() {
      return socket.writtenBytes
    },
    hello() {
      writer.respond(200, HELLO, new Headers([['Content-Type', 'text/plain; charset=utf-8']]))
      writer.reset()
    },
    fields() {
      writer.respond(200, JSON_TEXT, new Headers(FIELDS))
      writer.reset()
    },
    large() {
      writer.respond(200, LARGE, new Headers([['Content-Type', 'application/octet-stream']]))
      writer.reset()
    },
    chunked() {
      writer.writeStatusLine(200)
      writer.writeHeaders(
        new Headers([
          ['Content-Type', 'application/octet-stream'],
          ['Trailer', 'X-Sum'],
        ]),
      )
      for (let i = 0; i < PIECES; i++) writer.writeChunkedBody(PIECE)
      writer.writeChunkedBodyDone()
      writer.writeTrailers(new Headers([['X-Sum', '0123456789abcdef']]))
      writer.reset()
    },
  }
}
