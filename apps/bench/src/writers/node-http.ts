import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { FIELDS, HELLO, JSON_TEXT, LARGE, NullSocket, PIECE, PIECES } from './writer.ts'
import type { ResponseSource } from './writer.ts'

export const version: string = process.version

/** node:http's ServerResponse, made for each response and put on the socket as its server does. */
export function createWriter(copy?: Buffer[]): ResponseSource {
  const socket = new NullSocket(copy)
  const request = new IncomingMessage(new Socket())
  request.method = 'GET'
  request.httpVersionMajor = 1
  request.httpVersionMinor = 1
  const respond = (write: (response: ServerResponse) => void): void => {
    const response = new ServerResponse(request)
    response.shouldKeepAlive = true
    response.assignSocket(socket as unknown as Socket)
    write(response)
    response.detachSocket(socket as unknown as Socket)
  }
  return {
    get writtenBytes() {
      return socket.writtenBytes
    },
    hello() {
      respond((response) => {
        response.writeHead(200, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Length': HELLO.length,
        })
        response.end(HELLO)
      })
    },
    fields() {
      respond((response) => {
        for (const [name, value] of FIELDS) response.setHeader(name, value)
        response.setHeader('Content-Length', JSON_TEXT.length)
        response.end(JSON_TEXT)
      })
    },
    large() {
      respond((response) => {
        response.writeHead(200, {
          'Content-Type': 'application/octet-stream',
          'Content-Length': LARGE.length,
        })
        response.end(LARGE)
      })
    },
    chunked() {
      respond((response) => {
        response.writeHead(200, {
          'Content-Type': 'application/octet-stream',
          Trailer: 'X-Sum',
        })
        for (let i = 0; i < PIECES; i++) response.write(PIECE)
        response.addTrailers({ 'X-Sum': '0123456789abcdef' })
        response.end()
      })
    },
  }
}
