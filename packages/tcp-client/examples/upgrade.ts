// Leaves HTTP for a protocol of the two's own (RFC 9110 §7.8): every line is sent back in capital letters.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Headers } from '@rawhttp/headers'
import { Client } from '../src/index.ts'

const server = createServer((socket) => {
  socket.once('data', () => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\nYES?',
    )
    socket.on('data', (octets) => socket.end(String(octets).toUpperCase()))
  })
})
await once(server.listen(0), 'listening')
const { port }: { port: number } = Object(server.address())

const client = new Client()
const response = await client.request({
  origin: `http://localhost:${port}`,
  headers: new Headers([
    ['Connection', 'Upgrade'],
    ['Upgrade', 'shout'],
  ]),
})
const { stream, octets } = response.takeOver()
let heard = new TextDecoder().decode(octets)
stream.write(' hello')
for await (const more of stream) heard += String(more)
console.log(response.statusLine.statusCode, heard)
stream.destroy()
server.close()

// It prints:
// 101 YES? HELLO
