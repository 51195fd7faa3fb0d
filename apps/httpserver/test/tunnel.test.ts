import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { resetAtEnd } from '@rawhttp/tcp-client'
import { afterEach, describe, expect, test } from 'vitest'
import { joinEnds } from '../src/tunnel.ts'

const opened: Socket[] = []
afterEach(() => {
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
  joinEnds({ stream: one.here, octets }, { stream: other.here, octets })
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
