// Node's own server as the peer: what it sends over a loopback connection is read as it was meant.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ResponseParser } from '../src/index.ts'
import { latin1Text } from './support/octets.ts'

const listener: RequestListener = (request, response) => {
  switch (request.url) {
    case '/length':
      response.setHeader('Set-Cookie', ['a=1', 'b=2']).setHeader('Content-Length', 5).end('hello')
      return
    case '/chunked':
      response.setHeader('Trailer', 'X-Sum')
      response.write('hel')
      response.addTrailers({ 'X-Sum': '10' })
      response.end('lo')
      return
    case '/pieces':
      response.write('hel')
      response.end('lo')
      return
    case '/none':
      response.writeHead(204).end()
      return
    case '/same':
      response.writeHead(304, { ETag: '"x"' }).end()
      return
    case '/hints':
      response.writeProcessing()
      response.writeEarlyHints({ link: '</a.css>; rel=preload' })
      response.end('late')
      return
    case '/cut':
      response.setHeader('Content-Length', 100)
      response.write('part', () => response.destroy())
      return
    default:
      response.writeHead(404, 'Nicht gef\xfcnden').end('no')
  }
}

let server: Server
const sockets = new Set<Socket>()

beforeAll(async () => {
  server = createServer(listener)
  server.on('connect', (_request, socket) => {
    socket.write('HTTP/1.1 200 Connected\r\n\r\nwelcome')
    socket.pipe(socket)
  })
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n')
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  server.close()
  await once(server, 'close')
})

/** A client's socket, asked for its next octets; null at the end. */
class Client {
  readonly #socket: Socket
  readonly #pieces: AsyncIterator<unknown>

  constructor(socket: Socket) {
    this.#socket = socket
    this.#pieces = socket[Symbol.asyncIterator]()
  }

  static async open(): Promise<Client> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    sockets.add(socket)
    await once(socket, 'connect')
    return new Client(socket)
  }

  write(text: string): void {
    this.#socket.write(text)
  }

  async read(): Promise<Uint8Array | null> {
    const { value, done } = await this.#pieces.next().catch(() => ({ value: null, done: true }))
    return done !== true && value instanceof Uint8Array ? value : null
  }
}

/** Reads one whole response, and hands over what is to be known of it. */
async function readResponse(client: Client, parser: ResponseParser): Promise<object> {
  const interim: number[] = []
  let body = ''
  let ended = false
  for (;;) {
    const event = parser.next()
    if (event === 'Interim') interim.push(parser.interimHead.statusLine.statusCode)
    if (event === 'Body') body += latin1Text(parser.bodyOctets)
    if (event === 'End') {
      const { statusLine, framing } = parser.head
      return { ...statusLine, framing: framing.kind, interim, body }
    }
    if (event !== null) continue
    if (ended) throw new Error('the connection ended before a response began')
    const octets = await client.read()
    ended = octets === null
    if (octets === null) parser.end()
    else parser.push(octets)
  }
}

describe('responses of node:http', () => {
  test('are read one after another on one connection (RFC 9112 §9.3)', async () => {
    const client = await Client.open()
    const parser = new ResponseParser('GET')
    const rows = [
      ['GET', '/length', { statusCode: 200, framing: 'length', body: 'hello' }],
      ['HEAD', '/length', { statusCode: 200, framing: 'none', body: '' }],
      ['GET', '/chunked', { framing: 'chunked', body: 'hello' }],
      ['GET', '/none', { statusCode: 204, framing: 'none' }],
      ['GET', '/same', { statusCode: 304, framing: 'none' }],
      ['GET', '/hints', { statusCode: 200, interim: [102, 103], body: 'late' }],
      ['POST', '/', { statusCode: 404, reasonPhrase: 'Nicht gef\xfcnden', body: 'no' }],
    ] as const
    for (const [i, [method, target, expected]] of rows.entries()) {
      if (i > 0) parser.startNextMessage(method)
      client.write(`${method} ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`)
      expect(await readResponse(client, parser)).toMatchObject(expected)
      expect(parser.head.persistent).toBe(true)
      if (target === '/chunked') expect(parser.trailers.get('x-sum')).toBe('10')
      if (target === '/length') {
        expect(parser.head.headers.getAll('set-cookie')).toEqual(['a=1', 'b=2'])
      }
    }
  })

  test('are read in order when they were pipelined (RFC 9112 §9.3.2)', async () => {
    const client = await Client.open()
    const methods = ['GET', 'HEAD', 'GET', 'HEAD', 'GET']
    client.write(methods.map((method) => `${method} /length HTTP/1.1\r\nHost: a\r\n\r\n`).join(''))
    const parser = new ResponseParser(methods[0])
    for (const [i, method] of methods.entries()) {
      if (i > 0) parser.startNextMessage(method)
      expect(await readResponse(client, parser)).toMatchObject({
        body: method === 'HEAD' ? '' : 'hello',
      })
    }
  })

  test('end with the connection for HTTP/1.0 (RFC 9112 §6.3)', async () => {
    const client = await Client.open()
    client.write('GET /pieces HTTP/1.0\r\n\r\n')
    const parser = new ResponseParser('GET')
    expect(await readResponse(client, parser)).toMatchObject({
      framing: 'close-delimited',
      body: 'hello',
    })
    expect(parser.head.persistent).toBe(false)
  })

  test('are known to be cut when they are (RFC 9112 §8)', async () => {
    const client = await Client.open()
    client.write('GET /cut HTTP/1.1\r\nHost: a\r\n\r\n')
    await expect(readResponse(client, new ResponseParser('GET'))).rejects.toMatchObject({
      code: 'ERR_INCOMPLETE_MESSAGE',
    })
  })

  test('give the connection over to another protocol (RFC 9110 §7.8)', async () => {
    for (const [method, head] of [
      ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
      ['GET', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n'],
    ]) {
      const client = await Client.open()
      client.write(head)
      const parser = new ResponseParser(method)
      await readResponse(client, parser)
      expect(parser.state).toBe('Switched')
      client.write('ping')
      const wanted = method === 'CONNECT' ? 'welcomeping' : 'ping'
      let heard = latin1Text(parser.takeRemaining())
      while (heard.length < wanted.length) {
        const octets = await client.read()
        if (octets === null) break
        heard += latin1Text(octets)
      }
      expect(heard).toBe(wanted)
    }
  })
})
