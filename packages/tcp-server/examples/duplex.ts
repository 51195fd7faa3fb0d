// Serves HTTP over any duplex of octets, here over the standard input and output of the process: no socket is needed.
import { Duplex } from 'node:stream'
import { handleConnection } from '@rawhttp/tcp-server'
import type { Connection } from '@rawhttp/tcp-server'

/** Serves one connection whose octets come from `input` and go to `output`. */
export function serveOver(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Connection {
  const stream = Duplex.from({ readable: input, writable: output })
  return handleConnection(stream, (request, writer) => {
    writer.respond(200, `You asked for ${request.requestLine.requestTarget}\n`)
  })
}
