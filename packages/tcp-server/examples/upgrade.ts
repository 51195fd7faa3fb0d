// Leaves HTTP for a protocol of its own (RFC 9110 §7.8): every line that comes is sent back in capital letters.
import { Headers } from '@rawhttp/headers'
import { serve } from '@rawhttp/tcp-server'
import type { ByteStream, Server } from '@rawhttp/tcp-server'

export const server: Server = await serve(0, (request, writer) => {
  if (request.headers.get('upgrade') !== 'shout') {
    writer.respond(426, '', new Headers([['Upgrade', 'shout']]))
    return
  }
  writer.writeStatusLine(101)
  writer.writeHeaders(
    new Headers([
      ['Connection', 'Upgrade'],
      ['Upgrade', 'shout'],
    ]),
  )
  const { stream, octets } = request.handOver()
  shout(stream, octets)
  stream.on('data', (more) => shout(stream, more))
  stream.on('end', () => stream.end())
  stream.resume()
})

function shout(stream: ByteStream, octets: Uint8Array): void {
  stream.write(Buffer.from(octets).toString('latin1').toUpperCase(), 'latin1', () => {})
}
