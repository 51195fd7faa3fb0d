import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { loadSite } from '../../src/site.ts'
import type { Site } from '../../src/site.ts'
import { Tally } from '../../src/tally.ts'
import type { Tour } from '../../src/visit.ts'

/** A tour to a server that listens on `port`, by clients that soon lose patience. */
export function tourTo(port: number, patienceMs: number): Tour {
  return {
    port,
    site: loadSite(),
    tally: new Tally(),
    patienceMs,
    stop: new AbortController().signal,
  }
}

/** As `site`, with deadlines that are over in a moment. */
export function hasty(site: Site): Site {
  const settings = { ...site.settings, headerTimeoutMs: 200, keepAliveTimeoutMs: 200 }
  return { ...site, settings }
}

/** A server of octets for the time of a test: `serve` is given each connection. */
export async function withServer(
  serve: (socket: Socket) => void,
  use: (port: number) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  try {
    await use(typeof address === 'object' && address !== null ? address.port : 0)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
}
