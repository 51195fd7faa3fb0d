// Ours, with every limit, deadline and check at its default.
import { Headers } from '@rawhttp/headers'
import { serve } from '@rawhttp/tcp-server'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import type { ResponseWriter } from '@rawhttp/response-writer'
import { announce, BINARY, HELLO, LARGE, PIECE, PIECES, TEXT, told } from './site.ts'

const text = new Headers([['Content-Type', TEXT]])
const binary = new Headers([['Content-Type', BINARY]])

function handler(request: IncomingRequest, writer: ResponseWriter): void | Promise<void> {
  switch (request.requestLine.requestTarget) {
    case '/hello':
      writer.respond(200, HELLO, text)
      return
    case '/echo':
      return echo(request, writer)
    case '/large':
      writer.respond(200, LARGE, binary)
      return
    case '/stream':
      writer.writeStatusLine(200)
      writer.writeHeaders(binary)
      for (let i = 0; i < PIECES; i++) writer.writeChunkedBody(PIECE)
      writer.writeChunkedBodyDone()
      return
    default:
      writer.respond(404)
  }
}

async function echo(request: IncomingRequest, writer: ResponseWriter): Promise<void> {
  writer.respond(200, await request.body.bytes(), binary)
}

const { tls } = told()
const server = await serve(0, handler, {
  host: '127.0.0.1',
  ...(tls === undefined ? {} : { tls }),
})
announce(server.port, 'workspace')
