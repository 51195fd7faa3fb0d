import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CONNECTION_TRANSITIONS } from '../src/index.ts'
import type { Handler } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import { echo, fieldLines } from './support/handlers.ts'

// Handlers by target, so that what the client sends chooses how the server behaves.
const handler: Handler = async (incoming, writer) => {
  switch (incoming.requestLine.requestTarget) {
    case '/throw':
      throw new Error('thrown')
    case '/late':
      writer.writeStatusLine(200)
      writer.writeHeaders(fieldLines())
      writer.writeChunkedBody('part')
      throw new Error('late')
    case '/unread':
      writer.respond(200, 'x'.repeat(3000))
      return
    case '/never':
      await new Promise(() => {})
      return
    case '/upgrade':
      writer.writeStatusLine(101)
      writer.writeHeaders(fieldLines(['Upgrade', 'x']))
      incoming.handOver()
      return
    case '/large':
      writer.respond(200, new Uint8Array(100_000))
      return
    default:
      await echo(incoming, writer)
  }
}

const target = fc.constantFrom('/', '/throw', '/late', '/unread', '/never', '/upgrade', '/large')
const octets = fc.oneof(
  target.map((path) => request(`GET ${path}`)),
  target.map((path) => `${request(`POST ${path}`, 'Content-Length: 5')}hello`),
  target.map((path) => request(`POST ${path}`, 'Content-Length: 5', 'Expect: 100-continue')),
  target.map((path) => `${request(`POST ${path}`, 'Transfer-Encoding: chunked')}3\r\nabc\r\n`),
  target.map((path) => `GET ${path} HTTP/1.0\r\n\r\n`),
  fc.constantFrom('0\r\n\r\n', '\r\n', 'G', 'hello', 'bad\r\n\r\n', 'zz\r\n', 'x'.repeat(500_000)),
)
const step = fc.oneof(
  { weight: 8, arbitrary: octets.map((text) => ({ kind: 'send', text }) as const) },
  { weight: 2, arbitrary: fc.nat(40_000).map((ms) => ({ kind: 'wait', ms }) as const) },
  fc.constantFrom(
    { kind: 'end' } as const,
    { kind: 'break' } as const,
    { kind: 'drain' } as const,
    { kind: 'abort' } as const,
    { kind: 'stall' } as const,
    { kind: 'take' } as const,
    { kind: 'settle' } as const,
  ),
)

describe('RFC 9112 §9 whatever happens to a connection', () => {
  test('every change of state is in the table, and it ends with nothing left behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.boolean(),
        async (steps, persistent) => {
          const rig = connect(handler, { persistent, maxRequestsPerConnection: 5 })
          let peerEnded = false
          for (const action of steps) {
            if (rig.stream.destroyed) break
            switch (action.kind) {
              case 'send':
                if (!peerEnded) rig.stream.receive(action.text)
                break
              case 'wait':
                rig.clock.advance(action.ms)
                break
              case 'end':
                if (!peerEnded) rig.stream.receiveEnd()
                peerEnded = true
                break
              case 'break':
                rig.stream.breakWith(new Error('ECONNRESET'))
                break
              case 'drain':
                rig.connection.drain()
                break
              case 'abort':
                rig.connection.abort()
                break
              case 'stall':
                rig.stream.stalled = true
                break
              case 'take':
                rig.stream.stalled = false
                rig.stream.take()
                break
              case 'settle':
                await settle()
            }
          }
          await settle()
          rig.connection.abort()
          await settle()

          for (const event of rig.events) {
            if (event.type !== 'StateChanged') continue
            expect(CONNECTION_TRANSITIONS[event.from][event.event]).toBe(event.to)
          }
          const names = new Set(rig.errors.map(({ error }) => error.name))
          for (const name of names) {
            expect(['ProtocolError', 'TransportError', 'UsageError', 'Error']).toContain(name)
          }
          for (const { error } of rig.errors) {
            expect(error.message).not.toMatch(/cannot occur|undefined|not a function/)
          }
          expect(rig.stream.destroyed).toBe(true)
          expect(rig.clock.running).toBe(0)
          expect(rig.events.filter(({ type }) => type === 'Closed')).toHaveLength(1)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('requests are answered the same however they are delivered', async () => {
    const wire = [
      request('GET /'),
      `${request('POST /', 'Content-Length: 5')}hello`,
      `${request('POST /unread', 'Content-Length: 5')}hello`,
      `${request('PUT /', 'Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n`,
      request('GET /throw'),
      request('GET /', 'Connection: close'),
    ].join('')
    const whole = connect(handler)
    await whole.send(wire)
    for (let i = 0; i < 5; i++) await settle()
    const expected = whole.responses().map(({ statusCode, body }) => [statusCode, body])
    expect(expected).toHaveLength(6)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(wire.length), { maxLength: 8 }), async (cuts) => {
        const rig = connect(handler)
        const places = [0, ...cuts.toSorted((a, b) => a - b), wire.length]
        for (let i = 1; i < places.length; i++) {
          const piece = wire.slice(places[i - 1], places[i])
          if (piece !== '') rig.stream.receive(piece)
          if (i % 3 === 0) await settle()
        }
        for (let i = 0; i < 5; i++) await settle()
        expect(rig.responses().map(({ statusCode, body }) => [statusCode, body])).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })
})
