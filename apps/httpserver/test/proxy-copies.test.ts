import { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { chain, get } from './support/chain.ts'
import { exchange } from './support/raw-client.ts'

const CONTENT_BYTES = 4_194_304

/** The memory of every large piece of octets that was written to a socket, and how many octets. */
async function written(action: () => Promise<void>): Promise<Map<ArrayBufferLike, number>> {
  const bytesOf = new Map<ArrayBufferLike, number>()
  const write = vi.spyOn(Socket.prototype, 'write')
  await action()
  for (const [piece] of write.mock.calls) {
    if (typeof piece === 'string') continue
    const before = bytesOf.get(piece.buffer) ?? 0
    bytesOf.set(piece.buffer, before + piece.byteLength)
  }
  write.mockRestore()
  return bytesOf
}

test('a body is written from where it was read, but for what came with its head', async () => {
  const content = Buffer.alloc(CONTENT_BYTES, 0x78)
  const { port } = await chain((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${CONTENT_BYTES}\r\n\r\n`)
    socket.write(content)
  })
  const bytesOf = await written(async () => {
    const response = await exchange(port, get('/httpbin/large'))
    expect(response.length).toBeGreaterThan(CONTENT_BYTES)
  })
  bytesOf.delete(content.buffer)
  const total = [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0)
  expect(total).toBeGreaterThan(CONTENT_BYTES - 65_536)
  // A piece that was copied has memory of its own; one that was not lies where the socket reads to, again and again.
  const once = [...bytesOf].filter(([memory, bytes]) => bytes <= memory.byteLength)
  const copied = once.reduce((sum, [, bytes]) => sum + bytes, 0)
  expect(copied).toBeLessThanOrEqual(2 * 65_536)
})
