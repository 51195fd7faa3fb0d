import { describe, expect, test } from 'vitest'
import type { HandedOver, Handler } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import { fieldLines } from './support/handlers.ts'

const UPGRADE = request('GET /chat', 'Connection: Upgrade', 'Upgrade: chat')

describe('RFC 9110 §7.8 another protocol', () => {
  // Devices frame a body of no octets.
  const none = UPGRADE.replace('\r\n\r\n', '\r\nContent-Length: 0\r\n\r\n')
  test.each([UPGRADE, none])(
    'gets the stream and what came behind %j (RFC 9110 §7.8)',
    async (upgrade) => {
      let taken: HandedOver | undefined
      const rig = connect((incoming, writer) => {
        writer.writeStatusLine(101)
        writer.writeHeaders(fieldLines(['Connection', 'Upgrade'], ['Upgrade', 'chat']))
        taken = incoming.handOver()
      })
      await rig.send(`${upgrade}first`)
      expect(rig.connection.state).toBe('HandedOver')
      expect(rig.stream.sent).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/)
      expect(rig.stream.sent).not.toContain('close')
      expect(Buffer.from(taken?.octets ?? []).toString()).toBe('first')
      expect(rig.stream.paused).toBe(true)
      // No sweep will come.
      expect(rig.stream.keepAlive).toEqual([[true, 15_000]])

      const heard: string[] = []
      taken?.stream.on('data', (octets) => heard.push(Buffer.from(octets).toString()))
      taken?.stream.resume()
      await rig.send('second')
      taken?.stream.write('answer', 'latin1', () => {})
      expect(heard).toEqual(['second'])
      expect(rig.stream.sent).toMatch(/answer$/)
      rig.clock.advance(1e9)
      expect(rig.stream.destroyed).toBe(false)
      rig.connection.abort()
      expect(rig.stream.destroyed).toBe(true)
      expect(rig.errors).toEqual([])
    },
  )

  test('keeps the order behind answers that have not left (RFC 9112 §9.3.2)', async () => {
    const rig = connect((incoming, writer) => {
      if (incoming.requestLine.requestTarget === '/large') {
        writer.respond(200, new Uint8Array(65_000))
        return
      }
      writer.writeStatusLine(101)
      writer.writeHeaders(fieldLines(['Upgrade', 'chat']))
      incoming.handOver().stream.write('tunnel', 'latin1', () => {})
    })
    rig.stream.stalled = true
    await rig.send(request('GET /large') + UPGRADE)
    while (rig.stream.waitingWrites > 0) {
      rig.stream.take()
      await settle()
    }
    expect(rig.stream.sent).toMatch(/^HTTP\/1.1 200 [^]*HTTP\/1.1 101 [^]*\r\n\r\ntunnel$/)
  })

  test('works for a tunnel that CONNECT asks for (RFC 9110 §9.3.6)', async () => {
    let octets: Uint8Array | undefined
    const rig = connect((incoming, writer) => {
      writer.writeStatusLine(200)
      writer.writeHeaders(fieldLines())
      octets = incoming.handOver().octets
    })
    await rig.send('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\nhello')
    expect(rig.stream.sent).toMatch(/^HTTP\/1.1 200 /)
    expect(rig.stream.sent).not.toMatch(/content-length|transfer-encoding/i)
    expect(Buffer.from(octets ?? []).toString()).toBe('hello')
  })

  const misuses: readonly { title: string; handler: Handler; octets: string }[] = [
    {
      title: 'before the response',
      handler: (incoming) => {
        incoming.handOver()
      },
      octets: UPGRADE,
    },
    {
      title: 'before the body of the request was read',
      handler: (incoming, writer) => {
        writer.respond(200)
        incoming.handOver()
      },
      octets: request('POST /', 'Content-Length: 3'),
    },
  ]
  test.each(misuses)('is refused $title', async ({ handler, octets }) => {
    const rig = connect(handler)
    await rig.send(octets)
    expect(rig.errors).toMatchObject([{ error: { code: 'ERR_HAND_OVER' } }])
    expect(rig.connection.state).not.toBe('HandedOver')
  })

  test('is given once', async () => {
    const rig = connect((incoming, writer) => {
      writer.writeStatusLine(101)
      writer.writeHeaders(fieldLines(['Upgrade', 'chat']))
      incoming.handOver()
      incoming.handOver()
    })
    await rig.send(UPGRADE)
    expect(rig.errors).toMatchObject([{ error: { code: 'ERR_HAND_OVER' } }])
    expect(rig.connection.state).toBe('HandedOver')
  })

  test('is refused when the connection is lost', async () => {
    let caught: unknown
    const rig = connect(async (incoming, writer) => {
      writer.respond(200)
      await settle()
      try {
        incoming.handOver()
      } catch (error) {
        caught = error
      }
    })
    rig.stream.receive(UPGRADE)
    rig.stream.breakWith(new Error('ECONNRESET'))
    for (let i = 0; i < 3; i++) await settle()
    expect(caught).toMatchObject({ code: 'ERR_SOCKET' })
  })
})
