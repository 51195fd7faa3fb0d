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

describe('RFC 9112 §9.6 a listener that finishes', () => {
  // Somebody comes in each turn until nobody is left.
  async function finish(rig: Rig, comers: number): Promise<void> {
    const finished = rig.listener.finish(1000)
    let waiting = comers
    const accept = (): void => {
      if (waiting === 0 || !rig.server.listening) return
      waiting--
      rig.server.emit('connection', {})
      setImmediate(accept)
    }
    accept()
    await finished
    expect(rig.server.listening).toBe(false)
    expect(rig.clock.running).toBe(0)
  }

  test.each([0, 1, 2, 100])('accepts %i who wait, and closes', async (comers) => {
    const rig = await open()
    await finish(rig, comers)
    expect(rig.accepted).toHaveLength(comers)
  })

  test('closes though somebody waits always', async () => {
    const rig = await open()
    await finish(rig, Infinity)
    expect(rig.accepted.length).toBeGreaterThan(4000)
    expect(rig.accepted.length).toBeLessThan(4200)
  })

  test('closes when its time is over', async () => {
    const rig = await open()
    const finished = finish(rig, Infinity)
    rig.clock.advance(1000)
    expect(rig.server.listening).toBe(true)
    rig.clock.advance(100)
    expect(rig.server.listening).toBe(false)
    await finished
    expect(rig.accepted).toHaveLength(1)
  })

  test('is done when it is closed meanwhile', async () => {
    const rig = await open()
    const finished = finish(rig, Infinity)
    rig.listener.close()
    await finished
    expect(rig.accepted).toHaveLength(1)
  })

  test('does not listen again when it has no descriptors', async () => {
    const rig = await open()
    rig.server.emit('error', exhausted)
    await finish(rig, 0)
    rig.clock.advance(5000)
    await tick()
    expect(rig.server.listening).toBe(false)
  })
})
