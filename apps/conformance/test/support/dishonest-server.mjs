// Listens, answers nothing worth reading, and ends with a code that tells of a fault.
import { createServer } from 'node:http'

const server = createServer((_request, response) => response.end())
server.listen(0, '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${server.address().port}`)
})
process.once('SIGTERM', () => process.exit(3))
