// What the proxies pass requests on to: as cheap as it can be, so that the proxy is what is measured.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce, BINARY, HELLO, TEXT } from '../servers/site.ts'

const BIG = Buffer.alloc(10 * 1024 * 1024, 'x')

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    request.resume()
    request.once('end', () => {
      response.writeHead(200, { 'Content-Type': TEXT, 'Content-Length': HELLO.length })
      response.end(HELLO)
    })
  } else if (request.url === '/big') {
    response.writeHead(200, { 'Content-Type': BINARY, 'Content-Length': BIG.length })
    response.end(BIG)
  } else {
    response.writeHead(200, { 'Content-Type': TEXT, 'Content-Length': HELLO.length })
    response.end(HELLO)
  }
})
// It outlives every proxy, so that none meets a connection that has just been closed.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => {
  announce((server.address() as AddressInfo).port, process.version)
})
