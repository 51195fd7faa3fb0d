// Ends at its tenth connection.
import { createServer } from 'node:net'

let count = 0
const server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.end()
  count++
  if (count === 10) process.exit(5)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  console.log(`Listening on http://127.0.0.1:${port}, upstream http://127.0.0.1:1/`)
})
