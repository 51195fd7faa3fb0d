import type { ResponseWriter } from '@rawhttp/response-writer'
import { describe, expect, test } from 'vitest'
import { TransportError } from '../src/index.ts'
import type { IncomingRequest } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import { fieldLines } from './support/handlers.ts'

const get = (target: string): string => request(`GET ${target}`)

function begin(writer: ResponseWriter): void {
  writer.writeStatusLine(200)
  writer.writeHeaders(fieldLines())
}

// What a handler sees whose client breaks the connection while it is at work.
async function gone(
  during: (incoming: IncomingRequest, writer: ResponseWriter) => Promise<void>,
): Promise<{ caught: unknown; errors: readonly unknown[]; state: string }> {
  let caught: unknown
  const rig = connect(async (incoming, writer) => {
    try {
      await during(incoming, writer)
    } catch (error) {
      caught = error
      throw error
    }
  })
  await rig.send(request('POST /', 'Content-Length: 10'))
  rig.stream.breakWith(new Error('ECONNRESET'))
  for (let i = 0; i < 3; i++) await settle()
  return { caught, errors: rig.errors.map(({ error }) => error), state: rig.connection.state }
}

describe('a client that goes away', () => {
  test('aborts the signal, made before or after', async () => {
    let early: AbortSignal | undefined
    let late: AbortSignal | undefined
    const { errors } = await gone(async (incoming) => {
      early = incoming.signal
      await settle()
      await settle()
      late = incoming.signal
    })
    expect(early?.aborted).toBe(true)
    expect(early?.reason).toMatchObject({ name: 'TransportError', code: 'ERR_SOCKET' })
    expect(late?.aborted).toBe(true)
    expect(errors).toMatchObject([{ code: 'ERR_SOCKET' }])
  })

  test('tells every function that was given, before or after, and none that was taken back', async () => {
    const reasons: [string, Error][] = []
    const listen = (name: string) => (reason: Error) => void reasons.push([name, reason])
    await gone(async (incoming) => {
      const first = listen('first')
      const takeBack = incoming.whenLost(first)
      incoming.whenLost(first)
      const takeBackLater = incoming.whenLost(listen('taken back'))
      incoming.whenLost(listen('second'))
      // Once for each time that it was given.
      takeBack()
      takeBack()
      takeBackLater()
      const takeBackMeanwhile: (() => void)[] = []
      incoming.whenLost(() => takeBackMeanwhile[0]?.())
      takeBackMeanwhile.push(incoming.whenLost(listen('taken back meanwhile')))
      await settle()
      await settle()
      incoming.whenLost(listen('late'))()
    })
    expect(reasons.map(([name]) => name)).toEqual(['first', 'second', 'late'])
    for (const [, reason] of reasons) expect(reason).toMatchObject({ code: 'ERR_SOCKET' })
  })

  test('makes writes fail with a TransportError that is told once', async () => {
    const { caught, errors, state } = await gone(async (_, writer) => {
      await settle()
      await settle()
      writer.respond(200)
    })
    expect(caught).toBeInstanceOf(TransportError)
    expect(caught).toMatchObject({ code: 'ERR_SOCKET', cause: { message: 'ECONNRESET' } })
    expect(errors).toEqual([caught])
    expect(state).toBe('Closed')
  })

  test('makes the wait for a slow reader fail', async () => {
    let rejected: unknown
    const rig = connect(async (_, writer) => {
      begin(writer)
      writer.writeChunkedBody(new Uint8Array(1_000_000))
      rejected = await writer.drained().catch((error: unknown) => error)
    })
    rig.stream.stalled = true
    await rig.send(get('/'))
    rig.stream.breakWith(new Error('EPIPE'))
    await settle()
    expect(rejected).toMatchObject({ code: 'ERR_SOCKET' })
  })

  test('makes reads of the body fail', async () => {
    const { caught } = await gone(async (incoming) => {
      await incoming.body.bytes()
    })
    expect(caught).toMatchObject({ code: 'ERR_SOCKET' })
  })

  test('is told by a close without an error too', async () => {
    let signal: AbortSignal | undefined
    const rig = connect((incoming) => {
      signal = incoming.signal
      return new Promise(() => {})
    })
    await rig.send(get('/'))
    rig.stream.destroy()
    await settle()
    expect(signal?.reason).toMatchObject({ code: 'ERR_PEER_CLOSED' })
    expect(rig.errors).toMatchObject([{ error: { code: 'ERR_PEER_CLOSED' } }])
  })

  test('leaves promises that nobody awaits without harm', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const rig = connect((incoming, writer) => {
      void incoming.body.bytes()
      void incoming.body.trailers()
      begin(writer)
      writer.writeChunkedBody(new Uint8Array(1_000_000))
      void writer.drained()
      return new Promise(() => {})
    })
    rig.stream.stalled = true
    await rig.send(request('POST /', 'Content-Length: 10'))
    rig.stream.breakWith(new Error('ECONNRESET'))
    await settle()
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })

  test('does not abort the signal of an answered request', async () => {
    const signals: AbortSignal[] = []
    const losses: Error[] = []
    const rig = connect((incoming, writer) => {
      signals.push(incoming.signal)
      incoming.whenLost((reason) => losses.push(reason))
      writer.respond(200)
    })
    await rig.send(get('/a') + request('GET /b', 'Connection: close'))
    rig.stream.breakWith(new Error('ECONNRESET'))
    await settle()
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
    expect(losses).toEqual([])
  })
})
