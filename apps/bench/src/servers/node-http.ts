import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { announce, BINARY, HELLO, LARGE, PIECE, PIECES, readRange, TEXT, told } from './site.ts'

const { tls, file } = told()

function handler(request: IncomingMessage, response: ServerResponse): void {
  switch (request.url) {
    case '/hello':
      response.writeHead(200, { 'Content-Type': TEXT, 'Content-Length': HELLO.length })
      response.end(HELLO)
      return
    case '/echo':
      echo(request, response)
      return
    case '/large':
      response.writeHead(200, { 'Content-Type': BINARY, 'Content-Length': LARGE.length })
      response.end(LARGE)
      return
    case '/stream':
      response.writeHead(200, { 'Content-Type': BINARY })
      for (let i = 0; i < PIECES; i++) response.write(PIECE)
      response.end()
      return
    case '/file':
      sendFile(request, response)
      return
    default:
      response.writeHead(404).end()
  }
}

function echo(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = []
  request.on('data', (octets: Buffer) => pieces.push(octets))
  request.on('end', () => {
    const body = Buffer.concat(pieces)
    response.writeHead(200, { 'Content-Type': BINARY, 'Content-Length': body.length })
    response.end(body)
  })
}

function sendFile(request: IncomingMessage, response: ServerResponse): void {
  const { size } = statSync(file)
  const range = readRange(request.headers.range)
  const { start, end } = range ?? { start: 0, end: size - 1 }
  response.writeHead(range === undefined ? 200 : 206, {
    'Content-Type': BINARY,
    'Content-Length': end - start + 1,
    'Accept-Ranges': 'bytes',
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
  })
  createReadStream(file, { start, end }).pipe(response)
}

const server = tls === undefined ? createServer(handler) : createSecureServer(tls, handler)
server.listen(0, '127.0.0.1', () => {
  announce((server.address() as AddressInfo).port, process.version)
})
