// How the programs do it that people write when they learn HTTP: node:net, strings, and one request a connection. No limits, no
// deadlines and no checks: what those cost is seen beside it.
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { announce, HELLO, TEXT } from './site.ts'

const server = createServer((socket) => {
  let received = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (octets) => {
    received = Buffer.concat([received, octets])
    const headEnd = received.indexOf('\r\n\r\n')
    if (headEnd === -1) return
    const [requestLine = '', ...lines] = received.toString('latin1', 0, headEnd).split('\r\n')
    const headers = new Map(lines.map(readFieldLine))
    const content = received.subarray(headEnd + 4)
    if (content.length < Number(headers.get('content-length') ?? 0)) return
    const [method = '', target = ''] = requestLine.split(' ')
    respond(socket, method, target, content)
  })
})

function readFieldLine(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function respond(socket: Socket, method: string, target: string, content: Buffer): void {
  const body = method === 'POST' ? content : target === '/hello' ? HELLO : ''
  socket.write('HTTP/1.1 200 OK\r\n')
  socket.write(
    `Content-Length: ${body.length}\r\nConnection: close\r\nContent-Type: ${TEXT}\r\n\r\n`,
  )
  socket.write(body)
  socket.end()
}

server.listen(0, '127.0.0.1', () => {
  announce((server.address() as AddressInfo).port, process.version)
})
