import { describe, expect, test } from 'vitest'
import { Deadlines } from '../src/deadlines.ts'
import { Drain } from '../src/drain.ts'
import { connect, request, settle } from './support/connect.ts'
import { echoTarget, fieldLines, gate } from './support/handlers.ts'
import { HandClock } from './support/hand-clock.ts'

const get = (target: string): string => request(`GET ${target}`)
const option = (rig: ReturnType<typeof connect>): (string | undefined)[] =>
  rig.responses().map((response) => response.fields.get('connection'))

describe('RFC 9112 §9.6 a connection that drains', () => {
  test('serves a request that was on its way, and says close (RFC 9112 §9.6)', async () => {
    const rig = connect(echoTarget)
    await rig.send(get('/a'))
    rig.connection.drain()
    rig.clock.advance(1000)
    await rig.send(get('/late'))
    expect(rig.responses().map(({ body }) => body)).toEqual(['/a', '/late'])
    expect(option(rig)).toEqual(['keep-alive', 'close'])
    expect(rig.connection.state).toBe('Lingering')
  })

  test('closes when it stays idle for a moment', async () => {
    const rig = connect(echoTarget)
    await rig.send(get('/a'))
    rig.connection.drain()
    rig.clock.advance(1400)
    expect(rig.connection.state).toBe('Idle')
    rig.clock.advance(1200)
    expect(rig.connection.state).toBe('Closed')
    await settle()
    expect(rig.stream.destroyed).toBe(true)
  })

  test('closes a connection that has brought nothing yet', () => {
    const rig = connect(echoTarget)
    rig.connection.drain()
    rig.clock.advance(2600)
    expect(rig.connection.state).toBe('Closed')
  })

  test('serves a request that has begun to come', async () => {
    const rig = connect(echoTarget)
    await rig.send('GET /a HTTP/1.1\r\n')
    rig.connection.drain()
    rig.clock.advance(3000)
    await rig.send('Host: a\r\n\r\n')
    expect(option(rig)).toEqual(['close'])
  })

  test('lets a response finish and say close', async () => {
    const { opened, open } = gate()
    const rig = connect(async (_, writer) => {
      await opened
      writer.respond(200)
    })
    await rig.send(get('/'))
    rig.connection.drain()
    rig.connection.drain()
    rig.clock.advance(60_000)
    open()
    await settle()
    expect(option(rig)).toEqual(['close'])
  })

  test('serves the request behind a response that did not say close any more (RFC 9112 §9.6)', async () => {
    const { opened, open } = gate()
    const rig = connect(async (incoming, writer) => {
      if (incoming.requestLine.requestTarget === '/late') {
        writer.respond(200)
        return
      }
      writer.writeStatusLine(200)
      writer.writeHeaders(fieldLines())
      writer.writeChunkedBody('x')
      await opened
      writer.writeChunkedBodyDone()
    })
    await rig.send(get('/'))
    rig.connection.drain()
    open()
    await settle()
    expect(rig.connection.state).toBe('Idle')
    await rig.send(get('/late'))
    expect(option(rig)).toEqual(['keep-alive', 'close'])
  })

  test('serves the request behind a body that nobody read (RFC 9112 §9.6)', async () => {
    const rig = connect(echoTarget)
    await rig.send(`${request('POST /a', 'Content-Length: 4')}ab`)
    expect(rig.connection.state).toBe('Discarding')
    rig.connection.drain()
    await rig.send(`cd${get('/late')}`)
    expect(rig.responses().map(({ body }) => body)).toEqual(['/a', '/late'])
    expect(option(rig)).toEqual(['keep-alive', 'close'])
  })

  test('keeps its deadlines', async () => {
    const rig = connect(echoTarget)
    await rig.send('GET /a HTTP/1.1\r\n')
    rig.connection.drain()
    rig.clock.advance(11_000)
    expect(rig.responses()).toMatchObject([{ statusCode: 408 }])
  })
})

describe('a drain', () => {
  test('ends when nothing is open', async () => {
    const clock = new HandClock()
    const drain = new Drain(1000, new Deadlines(clock, 100), () => {})
    drain.check(2)
    drain.check(1)
    expect(drain.over).toBe(false)
    drain.check(0)
    await drain.done
    expect(drain.over).toBe(true)
    expect(clock.running).toBe(0)
  })

  test('stops what is open when the time is over', () => {
    const clock = new HandClock()
    let stopped = 0
    const drain = new Drain(1000, new Deadlines(clock, 100), () => stopped++)
    clock.advance(1000)
    expect(stopped).toBe(0)
    clock.advance(200)
    expect(stopped).toBeGreaterThan(0)
    expect(drain.over).toBe(false)
  })
})
