// Answers every connection with the same two octets, complains, and ends with a code of its own.
import { createServer } from 'node:net'

const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

const server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.resume()
  socket.end(RESPONSE)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  console.log(`Listening on http://127.0.0.1:${port}, upstream http://127.0.0.1:1/`)
  console.error('something is wrong')
})
process.on('SIGTERM', () => process.exit(3))
