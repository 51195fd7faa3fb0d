// A large body on its way to somewhere else: read as fast as that takes it, into memory that is used again when it has left.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Writable } from 'node:stream'
import { Client } from '../src/index.ts'

const SIZE = 20_000_000

const server = createServer((socket) => {
  socket.once('data', () => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n`)
    socket.write(new Uint8Array(SIZE))
  })
})
await once(server.listen(0), 'listening')
const { port }: { port: number } = Object(server.address())

let written = 0
const elsewhere = new Writable({
  write(octets: Uint8Array, _encoding, done) {
    written += octets.length
    setImmediate(done)
  },
})

const client = new Client()
const { body } = await client.request({ origin: `http://localhost:${port}` })
const memories = new Set<ArrayBufferLike>()
await body.forEach((octets) => {
  memories.add(octets.buffer)
  return new Promise((resolve, reject) => {
    elsewhere.write(octets, (error) => (error ? reject(error) : resolve()))
  })
})
console.log(written)
// One that is lent, and copies of the little that came before it was.
console.log(memories.size < 10)
await client.close()
server.close()

// It prints:
// 20000000
// true
