// Sends every body back as it comes: neither side is read faster than the other one takes.
import { Headers } from '@rawhttp/headers'
import { serve } from '@rawhttp/tcp-server'
import type { Server } from '@rawhttp/tcp-server'

export const server: Server = await serve(0, async (request, writer) => {
  const contentType = request.headers.get('content-type') ?? 'application/octet-stream'
  writer.writeStatusLine(200)
  writer.writeHeaders(new Headers([['Content-Type', contentType]]))
  for await (const octets of request.body) {
    if (!writer.writeChunkedBody(octets)) await writer.drained()
  }
  writer.writeChunkedBodyDone()
})
