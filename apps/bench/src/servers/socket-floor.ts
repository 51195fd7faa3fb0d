// No server at all: the same octets to whatever comes. What node:net costs is below what any HTTP server on it can do.
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { announce, HELLO, TEXT } from './site.ts'

const RESPONSE =
  `HTTP/1.1 200 OK\r\nContent-Type: ${TEXT}\r\nContent-Length: ${HELLO.length}\r\n` +
  `Date: ${new Date().toUTCString()}\r\n\r\n${HELLO}`

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.on('data', () => socket.write(RESPONSE, 'latin1'))
})
server.listen(0, '127.0.0.1', () => {
  announce((server.address() as AddressInfo).port, process.version)
})
