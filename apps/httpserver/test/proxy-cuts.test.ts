// A response that breaks off is never signed, and never ended as if it were whole (RFC 9112 §8).
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { resetAtEnd } from '@rawhttp/tcp-client'
import { afterEach, describe, expect, test } from 'vitest'
import { chain, get, running } from './support/chain.ts'
import { killPrograms, Program } from './support/program.ts'
import { RawClient } from './support/raw-client.ts'

afterEach(killPrograms)

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'
const NEITHER = 'HTTP/1.1 200 OK\r\n\r\n'

interface Outcome {
  readonly text: string
  readonly end: 'end' | 'reset'
}

/** What a client gets, and how its connection ends. */
async function outcome(port: number, request: string, afterPart?: () => void): Promise<Outcome> {
  const client = new RawClient(port)
  running.push({ stop: () => client.socket.destroy() })
  const ended = new Promise<Outcome['end']>((resolve) => {
    client.socket.once('end', () =>
      resolve(resetAtEnd(client.socket) === undefined ? 'end' : 'reset'),
    )
    client.socket.once('error', () => resolve('reset'))
  })
  client.send(request)
  if (afterPart !== undefined) {
    await client.until(/part/)
    afterPart()
  }
  return { end: await ended, text: client.received }
}

// The last chunk, a length or a reset: something tells the client, by what it was told (RFC 9112 §8).
function expectCut({ text, end }: Outcome): void {
  expect(text).not.toMatch(/\r\n0\r\n|\r\nX-Content-SHA256: /)
  const framed = /\r\nTransfer-Encoding: chunked\r\n|\r\nContent-Length: 100\r\n/.test(text)
  expect(framed || end === 'reset').toBe(true)
}

const CUTS: readonly (readonly [where: string, octets: string])[] = [
  // Which is complete when the connection ends in order (RFC 9112 §6.3).
  ['without a length', `${NEITHER}part`],
  ['inside a chunk', `${CHUNKED}ff\r\npart`],
  ['behind the octets of a chunk', `${CHUNKED}4\r\npart`],
  ['between chunks', `${CHUNKED}4\r\npart\r\n`],
  ['inside the last chunk', `${CHUNKED}4\r\npart\r\n0\r\n`],
  ['inside the trailer section', `${CHUNKED}4\r\npart\r\n0\r\nX-Sum: 1\r\n`],
  ['before its length', `${LENGTH}part`],
  ['before its content', LENGTH],
]

describe.each([
  [
    'is reset',
    (socket: Socket, octets: string) => socket.write(octets, () => socket.resetAndDestroy()),
  ],
  ['ends', (socket: Socket, octets: string) => socket.end(octets)],
])('an upstream whose connection %s', (how, send) => {
  test.each(how === 'ends' ? CUTS.slice(1) : CUTS)(
    '%s cuts clients of HTTP/1.1 and HTTP/1.0',
    async (_where, octets) => {
      const { port } = await chain((socket) => {
        send(socket, octets)
      })
      expectCut(await outcome(port, get('/httpbin/get')))
      expectCut(await outcome(port, 'GET /httpbin/get HTTP/1.0\r\n\r\n'))
    },
  )
})

describe('an upstream by TLS', () => {
  const CERTIFICATE = new URL('fixtures/localhost-certificate.pem', import.meta.url)

  // Passes octets on to a TLS server until it is told to end without a word of TLS.
  async function relayTo(port: number): Promise<{ port: number; cut: () => void }> {
    const clients: Socket[] = []
    const relay = createServer((client) => {
      const server = connect(port, '127.0.0.1')
      clients.push(client)
      for (const socket of [client, server]) socket.on('error', () => undefined)
      client.pipe(server)
      server.pipe(client, { end: false })
      running.push({ stop: () => [client, server].forEach((socket) => socket.destroy()) })
    })
    return { port: await listen(relay), cut: () => clients.forEach((client) => client.end()) }
  }

  async function listen(server: Server): Promise<number> {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    running.push({ stop: () => server.close() })
    return (server.address() as AddressInfo).port
  }

  async function start(octets: string, end: boolean): Promise<{ port: number; cut: () => void }> {
    const server = createTlsServer(
      {
        cert: readFileSync(CERTIFICATE),
        key: readFileSync(new URL('fixtures/localhost-key.pem', import.meta.url)),
      },
      (socket) => {
        socket.on('error', () => undefined)
        socket.once('data', () => (end ? socket.end(octets) : socket.write(octets)))
      },
    )
    const { port, cut } = await relayTo(await listen(server))
    const program = new Program(['--port', '0', '--upstream', `https://localhost:${port}`], {
      environment: { NODE_EXTRA_CA_CERTS: fileURLToPath(CERTIFICATE) },
    })
    return { port: await program.port(), cut }
  }

  test.each([
    ['without a length', `${NEITHER}part`],
    ['inside a chunk', `${CHUNKED}ff\r\npart`],
    ['before its length', `${LENGTH}part`],
  ])('that ends %s and without close_notify is a cut (RFC 9112 §9.8)', async (_where, octets) => {
    const { port, cut } = await start(octets, false)
    expectCut(await outcome(port, get('/httpbin/get'), cut))
    expectCut(await outcome(port, 'GET /httpbin/get HTTP/1.0\r\n\r\n', cut))
  })

  test('that ends without a length and with close_notify is whole', async () => {
    const { port } = await start(`${NEITHER}whole`, true)
    expect(await outcome(port, get('/httpbin/get'))).toEqual({
      end: 'end',
      text: expect.stringMatching(/\r\n5\r\nwhole\r\n0\r\nX-Content-SHA256: [0-9a-f]{64}\r\n/),
    })
  })
})
