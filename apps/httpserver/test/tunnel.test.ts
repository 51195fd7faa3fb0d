import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { resetAtEnd } from '@rawhttp/tcp-client'
import { Duplex } from 'node:stream'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Tunnels } from '../src/tunnel.ts'

const tunnels = new Tunnels(1, 3_600_000)
const opened: Socket[] = []
afterEach(() => {
  vi.useRealTimers()
  for (const socket of opened.splice(0)) socket.destroy()
})

// A peer, and the end of its connection that is here.
async function connection(): Promise<{ peer: Socket; here: Socket }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const peer = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  const [here] = (await once(server, 'connection')) as [Socket]
  server.close()
  for (const socket of [peer, here]) socket.on('error', () => undefined)
  opened.push(peer, here)
  return { peer, here }
}

async function tunnel(): Promise<{ one: Socket; other: Socket }> {
  const [one, other] = await Promise.all([connection(), connection()])
  const octets = new Uint8Array(0)
  void tunnels.join({ stream: one.here, octets }, { stream: other.here, octets })
  return { one: one.peer, other: other.peer }
}

// What comes to a peer, and how that ends.
async function ending(peer: Socket): Promise<string> {
  let came = ''
  peer.on('data', (octets) => {
    came += String(octets)
  })
  const end = await new Promise<string>((resolve) => {
    peer.once('end', () => {
      resolve(resetAtEnd(peer) === undefined ? 'end' : 'reset')
    })
    peer.once('error', () => {
      resolve('reset')
    })
  })
  return `${came} ${end}`
}

describe('a tunnel', () => {
  test('passes an end on as an end, and goes on the other way', async () => {
    const { one, other } = await tunnel()
    one.end('question')
    expect(await ending(other)).toBe('question end')
    other.end('answer')
    expect(await ending(one)).toBe('answer end')
  })

  test('passes a reset on as a reset, also one that comes with the last octets', async () => {
    for (let round = 0; round < 20; round++) {
      const { one, other } = await tunnel()
      one.write('half')
      one.resetAndDestroy()
      expect(await ending(other)).toMatch(/^(half)? reset$/)
    }
  })

  test('passes a reset on when the other side has ended already', async () => {
    for (let round = 0; round < 20; round++) {
      const { one, other } = await tunnel()
      other.end('question')
      expect(await ending(one)).toBe('question end')
      one.write('half')
      one.resetAndDestroy()
      expect(await ending(other)).toMatch(/^(half)? reset$/)
    }
  })
})

/** One end of a tunnel in memory: what is pushed is read, what is written is kept. */
function end(): Duplex {
  return new Duplex({
    allowHalfOpen: true,
    read: () => undefined,
    write: (_octets, _encoding, done) => done(),
  })
}

async function pass(milliseconds: number): Promise<void> {
  for (let ms = 0; ms < milliseconds; ms += 50) {
    vi.advanceTimersByTime(50)
    await new Promise(setImmediate)
  }
}

function useFakeTime(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
}

test('a tunnel that has been silent for long ends soon when the server closes', async () => {
  useFakeTime()
  const draining = new Tunnels(1, 300_000)
  const [one, other] = [end(), end()]
  const octets = new Uint8Array(0)
  const closed = draining.join({ stream: one, octets }, { stream: other, octets })
  await pass(60_000)
  one.push('x')
  await pass(1000)
  draining.drain()
  await pass(250)
  expect(one.destroyed).toBe(false)
  await pass(1500)
  expect(one.destroyed).toBe(true)
  await closed
})

test('octets of either way keep a tunnel', async () => {
  useFakeTime()
  const silent = new Tunnels(1, 1000)
  const [one, other] = [end(), end()]
  const octets = new Uint8Array(0)
  const closed = silent.join({ stream: one, octets }, { stream: other, octets })
  for (let i = 0; i < 8; i++) {
    ;(i % 2 === 0 ? one : other).push('x')
    await pass(900)
  }
  expect([one.destroyed, other.destroyed, silent.full]).toEqual([false, false, true])
  await pass(1500)
  await closed
  expect([one.destroyed, other.destroyed, silent.full]).toEqual([true, true, false])
  await pass(250)
  expect(vi.getTimerCount()).toBe(0)
})
