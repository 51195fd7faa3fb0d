import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { resetAtEnd, takeWaitingOctet } from '../src/stream-end.ts'
import { HandClock } from './support/hand-clock.ts'
import { echoTarget } from './support/handlers.ts'
import { request, settle } from './support/connect.ts'
import { dial, dialTls, RawClient } from './support/raw-client.ts'
import { start } from './support/start.ts'

const COUNT = 30

const file = (name: string): Buffer =>
  readFileSync(new URL(`fixtures/first.${name}.pem`, import.meta.url))

const CERTIFICATE = { cert: file('certificate'), key: file('key') }

describe('the end of a connection whose request is handled', () => {
  test.each([
    ['by TCP', false],
    ['by TLS', true],
  ])('is a loss when it is a reset right behind the request, %s', async (_, secure) => {
    const tls = secure ? { tls: CERTIFICATE } : {}
    const lost: unknown[] = []
    const errors: unknown[] = []
    const begun: unknown[] = []
    const server = await start(
      async (incoming, writer) => {
        if (incoming.requestLine.requestTarget === '/first') {
          writer.respond(200)
          return
        }
        begun.push(incoming)
        await new Promise((resolve) => {
          incoming.whenLost(resolve)
        })
        lost.push(incoming.signal.reason)
      },
      { host: '127.0.0.1', onError: (error) => errors.push(error), ...tls },
    )
    for (let i = 0; i < COUNT; i++) {
      const { socket: below } = await dial(server.port)
      const socket = secure ? connectTls({ socket: below, rejectUnauthorized: false }) : below
      // Who resets before it could be served is not served at all.
      const client = new RawClient(socket).send(request('GET /first'))
      await client.respond()
      socket.write(request('GET /'), () => below.resetAndDestroy())
    }
    while (begun.length < COUNT || server.connectionCount > 0) await settle()
    expect(lost).toHaveLength(COUNT)
    expect(lost[0]).toMatchObject({ code: 'ERR_SOCKET' })
    for (const error of errors) expect(error).toMatchObject({ code: 'ERR_SOCKET' })
  })

  test.each([
    ['by TCP', false],
    ['by TLS', true],
  ])('is none when it is a FIN: the client wants its answer, %s', async (_, secure) => {
    const tls = secure ? { tls: CERTIFICATE } : {}
    const server = await start(
      async (incoming, writer) => {
        for (let i = 0; i < 5; i++) await settle()
        writer.respond(200, String(incoming.signal.aborted))
      },
      { host: '127.0.0.1', ...tls },
    )
    for (let i = 0; i < COUNT; i++) {
      const client = secure ? await dialTls(server.port) : await dial(server.port)
      client.socket.end(request('GET /'))
      expect(await client.respond()).toMatchObject([{ statusCode: 200, body: 'false' }])
      client.socket.destroy()
    }
  })
})

describe('an idle connection whose time is over', () => {
  test.each([
    ['serves', 'a server', {}, false],
    ['serves', 'a server that drains', {}, true],
    ['does not serve', 'a server by TLS', { tls: CERTIFICATE }, false],
  ])(
    '%s a request that has come since the event loop looked: %s',
    async (does, _, more, drains) => {
      const clock = new HandClock()
      const options = { host: '127.0.0.1', clock, idleTimeoutMs: 1500, ...more }
      const server = await start(echoTarget, options)
      const client = 'tls' in more ? await dialTls(server.port) : await dial(server.port)
      client.send(request('GET /first'))
      await client.respond()
      const closing = drains ? server.close() : undefined
      clock.advance(1500)
      // It is there at once, and is read when the event loop turns.
      client.send(request('GET /late'))
      clock.advance(500)
      const targets = (await client.respond(2)).map(({ body }) => body)
      expect(targets).toEqual(does === 'serves' ? ['/first', '/late'] : ['/first'])
      client.socket.destroy()
      await closing
    },
  )
})

test('of a stream without a descriptor, or with one that cannot be read, nothing is known', () => {
  expect(resetAtEnd(new PassThrough())).toBeUndefined()
  expect(resetAtEnd({ _handle: { fd: -1 } })).toBeUndefined()
  expect(resetAtEnd({ _handle: { fd: 1_000_000 } })).toBeUndefined()
  expect(takeWaitingOctet(new PassThrough())).toBeUndefined()
  expect(takeWaitingOctet({ _handle: { fd: 1_000_000 }, readableLength: 0 })).toBeUndefined()
})
