import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { resetAtEnd } from '../src/stream-end.ts'
import { request, settle } from './support/connect.ts'
import { dial, dialTls, RawClient } from './support/raw-client.ts'
import { start } from './support/start.ts'

const COUNT = 30

const file = (name: string): Buffer =>
  readFileSync(new URL(`fixtures/first.${name}.pem`, import.meta.url))

describe('the end of a connection whose request is handled', () => {
  test.each([
    ['by TCP', false],
    ['by TLS', true],
  ])('is a loss when it is a reset right behind the request, %s', async (_, secure) => {
    const tls = secure ? { tls: { cert: file('certificate'), key: file('key') } } : {}
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
    const tls = secure ? { tls: { cert: file('certificate'), key: file('key') } } : {}
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

test('of a stream without a descriptor, or with one that cannot be read, nothing is known', () => {
  expect(resetAtEnd(new PassThrough())).toBeUndefined()
  expect(resetAtEnd({ _handle: { fd: -1 } })).toBeUndefined()
  expect(resetAtEnd({ _handle: { fd: 1_000_000 } })).toBeUndefined()
})
