import { EventEmitter } from 'node:events'
import type { Server as NetServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { Deadlines } from '../src/deadlines.ts'
import type { TransportError } from '../src/index.ts'
import { Listener } from '../src/listener.ts'
import { HandClock } from './support/hand-clock.ts'

// A server of node:net whose errors the test chooses.
class FakeServer extends EventEmitter {
  listening = false
  /** Errors of the next attempts to listen. */
  readonly refusals: Error[] = []
  attempts = 0

  listen(_target: unknown, ...rest: unknown[]): this {
    this.attempts++
    const callback = rest.at(-1)
    process.nextTick(() => {
      const refusal = this.refusals.shift()
      if (refusal !== undefined) {
        this.emit('error', refusal)
        return
      }
      this.listening = true
      if (typeof callback === 'function') callback()
    })
    return this
  }

  close(): this {
    this.listening = false
    return this
  }

  address(): null {
    return null
  }
}

interface Rig {
  readonly clock: HandClock
  readonly server: FakeServer
  readonly listener: Listener
  readonly accepted: unknown[]
  readonly errors: TransportError[]
}

async function open(): Promise<Rig> {
  const clock = new HandClock()
  const server = new FakeServer()
  const accepted: unknown[] = []
  const errors: TransportError[] = []
  const listener = new Listener(
    { port: 0 },
    {
      accepted: (socket) => accepted.push(socket),
      failed: (error) => errors.push(error),
    },
    new Deadlines(clock, 50),
    () => server as unknown as NetServer,
  )
  await listener.listen()
  return { clock, server, listener, accepted, errors }
}

const exhausted = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' })
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a listener without descriptors', () => {
  test('stops listening at once, tells why, and listens again after a pause', async () => {
    const { clock, server, errors, accepted } = await open()
    server.emit('error', exhausted)
    // Otherwise the system goes on accepting within the same call, and nobody else has a turn.
    expect(server.listening).toBe(false)
    expect(errors).toMatchObject([{ code: 'ERR_ACCEPT', cause: { code: 'EMFILE' } }])
    clock.advance(100)
    await tick()
    expect(server.listening).toBe(false)
    clock.advance(100)
    await tick()
    expect(server.listening).toBe(true)
    expect(clock.running).toBe(0)
    server.emit('connection', {})
    expect(accepted).toHaveLength(1)
  })

  test('waits longer from time to time, a second at most, until a socket comes', async () => {
    const { clock, server, errors } = await open()
    const pauses: number[] = []
    const fail = async (): Promise<void> => {
      server.emit('error', exhausted)
      const start = clock.now()
      while (!server.listening) {
        clock.advance(50)
        await tick()
      }
      pauses.push(clock.now() - start)
    }
    for (let i = 0; i < 6; i++) await fail()
    server.emit('connection', {})
    await fail()
    expect(pauses).toEqual([150, 250, 450, 850, 1050, 1050, 150])
    expect(errors).toHaveLength(7)
  })

  test('tries again when it cannot listen again', async () => {
    const { clock, server, errors } = await open()
    server.refusals.push(new Error('EADDRINUSE'))
    server.emit('error', exhausted)
    for (let i = 0; i < 20; i++) {
      clock.advance(50)
      await tick()
    }
    expect(server.attempts).toBe(3)
    expect(server.listening).toBe(true)
    expect(errors.map(({ code }) => code)).toEqual(['ERR_ACCEPT', 'ERR_ACCEPT'])
  })

  test('stays closed once it was closed', async () => {
    const { clock, server, listener, errors } = await open()
    server.emit('error', exhausted)
    listener.close()
    expect(clock.running).toBe(0)
    clock.advance(5000)
    await tick()
    expect(server.listening).toBe(false)
    server.emit('error', exhausted)
    expect(errors).toHaveLength(1)
    expect(listener.port).toBe(0)
  })
})
