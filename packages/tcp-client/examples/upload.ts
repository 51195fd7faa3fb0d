// A body that is made while it is sent, and its sum behind it in a trailer section (RFC 9112 §7.1.2).
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Headers } from '@rawhttp/headers'
import { Client } from '../src/index.ts'

// Somebody to send it to, who shows what comes.
const server = createServer((socket) => {
  let received = ''
  socket.on('data', (octets) => {
    received += String(octets)
    if (!received.endsWith('\r\n\r\n') || !received.includes('\r\n0\r\n')) return
    console.log(received.slice(received.indexOf('\r\n\r\n') + 4).trimEnd())
    socket.write('HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n')
  })
})
await once(server.listen(0), 'listening')
const { port }: { port: number } = Object(server.address())

const sum = createHash('sha256')
async function* verses() {
  for (const verse of ['polly put', 'the kettle on']) {
    sum.update(verse)
    yield await Promise.resolve(verse)
  }
}

const client = new Client()
const { statusLine, body } = await client.request({
  origin: `http://localhost:${port}`,
  method: 'PUT',
  requestTarget: '/song',
  headers: new Headers([['Trailer', 'X-Sum']]),
  body: verses(),
  trailers: () => new Headers([['X-Sum', sum.digest('hex').slice(0, 8)]]),
})
console.log(statusLine.statusCode)
await body.bytes()
await client.close()
server.close()

// It prints:
// 9
// polly put
// d
// the kettle on
// 0
// X-Sum: ebe74914
// 201
