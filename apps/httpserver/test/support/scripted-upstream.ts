import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'

/** An upstream that does what a test says, octet by octet. */
export interface ScriptedUpstream {
  readonly url: URL
  /** The octets of every request so far, one string a connection. */
  readonly requests: readonly string[]
  /** Resolves when the number of connections that are closed has reached `count`. */
  closedConnections(count: number): Promise<void>
  stop(): void
}

/**
 * @param script called when the head of a request is there, once a connection
 */
export async function startScriptedUpstream(
  script: (socket: Socket, head: string) => void,
): Promise<ScriptedUpstream> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const closed = new Set<Socket>()
  const server = createServer((socket) => {
    const number = requests.push('') - 1
    let scripted = false
    sockets.add(socket)
    socket.setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      closed.add(socket)
      server.emit('connection closed')
    })
    socket.on('data', (octets: string) => {
      const request = (requests[number] ?? '') + octets
      requests[number] = request
      const end = request.indexOf('\r\n\r\n')
      if (scripted || end === -1) return
      scripted = true
      script(socket, request.slice(0, end))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    requests,
    closedConnections: async (count) => {
      while (closed.size < count) await once(server, 'connection closed')
    },
    stop: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
