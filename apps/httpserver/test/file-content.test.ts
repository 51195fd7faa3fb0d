import { randomBytes } from 'node:crypto'
import { appendFile, open, readFile, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { Headers } from '@rawhttp/headers'
import { ResponseWriter } from '@rawhttp/response-writer'
import type { ByteSink } from '@rawhttp/response-writer'
import { serve } from '@rawhttp/tcp-server'
import type { Server, ServerOptions } from '@rawhttp/tcp-server'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { FileChangedError, writeFileContent } from '../src/file-content.ts'
import { respondWithFile } from '../src/file-response.ts'
import { openFile } from '../src/opened-file.ts'
import { ReadBuffers } from '../src/read-buffers.ts'
import { openFilesIn, temporaryFolder } from './support/files.ts'
import { ask } from './support/http-peer.ts'
import { RawClient } from './support/raw-client.ts'

// More than the system holds for a client that does not read.
const LARGE_BYTES = 32 * 1024 * 1024
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

const folder = await temporaryFolder()

/** A server of one file. */
class FileServer {
  readonly buffers: ReadBuffers
  readonly faults: unknown[] = []
  readonly path: string
  port = 0
  /** Responses that are in the making. */
  active = 0
  #server: Server | undefined
  #waiters: (() => void)[] = []

  constructor(name: string, budgetBytes?: number) {
    this.path = join(folder, name)
    this.buffers = new ReadBuffers(budgetBytes)
  }

  async start(options: ServerOptions = {}): Promise<this> {
    const server = await serve(
      0,
      async (request, writer) => {
        this.active++
        try {
          const opening = openFile(this.path)
          await respondWithFile(request, writer, opening, 'video/mp4', this.buffers)
        } catch (error) {
          this.faults.push(error)
          throw error
        } finally {
          this.active--
          for (const resolve of this.#waiters.splice(0)) resolve()
        }
      },
      { host: '127.0.0.1', ...options },
    )
    this.#server = server
    this.port = server.port
    running.push(this)
    return this
  }

  async idle(): Promise<void> {
    while (this.active > 0) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  stop(): void {
    this.#server?.abort()
  }
}

/** Keeps octets by reference, as an outbox does, and looks at them when whoever wrote them has waited for long. */
class LateSink implements ByteSink {
  #waiting: Uint8Array[] = []
  left = Buffer.alloc(0)

  write(octets: Uint8Array): boolean {
    this.#waiting.push(octets)
    return false
  }

  async drained(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.left = Buffer.concat([this.left, ...this.#waiting.splice(0)])
  }
}

const running: FileServer[] = []

afterEach(() => {
  for (const server of running.splice(0)) server.stop()
})

/** A client that has the head of a response and reads no further. */
async function stalledClient(port: number): Promise<RawClient> {
  const client = new RawClient(port).send(GET)
  await client.until(/\r\n\r\n/)
  client.socket.pause()
  return client
}

async function contentOf(client: RawClient): Promise<string> {
  client.socket.resume()
  await client.until(/\r\n\r\n/)
  const start = client.received.indexOf('\r\n\r\n') + 4
  const length = Number(/Content-Length: (\d+)/.exec(client.received)?.[1])
  await client.receivedAtLeast(start + length)
  return client.received.slice(start)
}

describe('the content of a file', () => {
  test.each([
    0, 1, 2048, 2049, 16_383, 16_384, 16_385, 65_536, 524_287, 524_288, 524_289, 1_048_577,
    5_000_001,
  ])('of %i octets arrives as it is', async (size) => {
    const server = await new FileServer('any').start()
    const octets = randomBytes(size)
    await writeFile(server.path, octets)
    const { body } = await ask(server.port, '/')
    expect(body.equals(octets)).toBe(true)
    await server.idle()
    expect(server.buffers.heldBytes).toBe(0)
    expect(await openFilesIn(folder)).toBe(0)
  })

  test('arrives as it is in ranges of any size too', async () => {
    const server = await new FileServer('ranges').start()
    const octets = randomBytes(3_000_000)
    await writeFile(server.path, octets)
    const headers = { range: 'bytes=1000000-2600000,5-9,-300000' }
    const { body } = await ask(server.port, '/', { headers })
    const parts = [
      octets.subarray(1_000_000, 2_600_001),
      octets.subarray(5, 10),
      octets.subarray(-300_000),
    ]
    let end = 0
    for (const part of parts) {
      const start = body.indexOf(part, end)
      expect(start).toBeGreaterThan(end)
      end = start + part.length
    }
  })

  test('is not overwritten before it has left, however late that is', async () => {
    const path = join(folder, 'late')
    const octets = randomBytes(5_000_000)
    await writeFile(path, octets)
    const file = await open(path)
    const place = fc.nat(octets.length - 1)
    await fc.assert(
      fc.asyncProperty(place, place, fc.constantFrom(0, undefined), async (a, b, budgetBytes) => {
        const range = { first: Math.min(a, b), last: Math.max(a, b) }
        const length = range.last + 1 - range.first
        const buffers = new ReadBuffers(budgetBytes)
        const sink = new LateSink()
        const writer = new ResponseWriter(sink)
        writer.writeStatusLine(200)
        writer.writeHeaders(new Headers([['Content-Length', String(length)]]))
        await writeFileContent(writer, file, range, buffers)
        expect(
          sink.left.subarray(-length).equals(octets.subarray(range.first, range.last + 1)),
        ).toBe(true)
        expect(buffers.heldBytes).toBe(0)
      }),
      { numRuns: 30 },
    )
    await file.close()
  })

  test('goes to many clients at a time, each by its own buffers', async () => {
    const server = await new FileServer('shared').start()
    const octets = randomBytes(4_000_000)
    await writeFile(server.path, octets)
    const responses = await Promise.all(Array.from({ length: 12 }, () => ask(server.port, '/')))
    for (const { body } of responses) expect(body.equals(octets)).toBe(true)
  })

  test('arrives as it is by TLS too, where octets leave otherwise', async () => {
    const fixture = (name: string): Promise<Buffer> =>
      readFile(new URL(`fixtures/localhost-${name}.pem`, import.meta.url))
    const tls = { cert: await fixture('certificate'), key: await fixture('key') }
    const server = await new FileServer('secure').start({ tls })
    const octets = randomBytes(20_000_000)
    await writeFile(server.path, octets)
    const socket = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const received = await buffer(socket)
    expect(received.subarray(received.indexOf('\r\n\r\n') + 4).equals(octets)).toBe(true)
  })

  test('that grows meanwhile ends where it was promised to, and the connection lives on', async () => {
    const server = await new FileServer('growing').start()
    await writeFile(server.path, Buffer.alloc(LARGE_BYTES, 'a'))
    const client = await stalledClient(server.port)
    await appendFile(server.path, Buffer.alloc(100_000, 'b'))
    const content = await contentOf(client)
    expect(content.length).toBe(LARGE_BYTES)
    expect(content.includes('b')).toBe(false)
    client.received = ''
    client.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(new RegExp(`Content-Length: ${LARGE_BYTES + 100_000}\\r\\n`))
    client.socket.destroy()
  })

  test.each([
    ['to something', 1000],
    ['to nothing', 0],
  ])('that shrinks %s meanwhile is cut, not padded (RFC 9112 §8)', async (_title, size) => {
    const server = await new FileServer('shrinking').start()
    await writeFile(server.path, Buffer.alloc(LARGE_BYTES, 'a'))
    const client = await stalledClient(server.port)
    await truncate(server.path, size)
    client.socket.resume()
    const received = await client.untilClosed()
    expect(received.length).toBeLessThan(LARGE_BYTES)
    expect(received.slice(received.indexOf('\r\n\r\n') + 4)).toMatch(/^a*$/)
    expect(server.faults).toEqual([expect.any(FileChangedError)])
    expect(server.faults).toMatchObject([{ code: 'ERR_FILE_CHANGED' }])
    expect(server.buffers.heldBytes).toBe(0)
    expect(await openFilesIn(folder)).toBe(0)
  })

  test('that vanishes meanwhile is sent to its end, as it was', async () => {
    const server = await new FileServer('vanishing').start()
    const octets = randomBytes(LARGE_BYTES)
    await writeFile(server.path, octets)
    const client = await stalledClient(server.port)
    await unlink(server.path)
    expect((await contentOf(client)) === octets.toString('latin1')).toBe(true)
    client.socket.destroy()
  })

  test.each(['reset', 'closed'])('is let go of when the connection is %s', async (how) => {
    const server = await new FileServer('left').start()
    await writeFile(server.path, Buffer.alloc(LARGE_BYTES, 'a'))
    const clients = await Promise.all(Array.from({ length: 10 }, () => stalledClient(server.port)))
    expect(await openFilesIn(folder)).toBe(10)
    for (const { socket } of clients) {
      if (how === 'reset') socket.resetAndDestroy()
      else socket.destroy()
    }
    await server.idle()
    expect(server.faults).toHaveLength(10)
    expect(server.buffers.heldBytes).toBe(0)
    expect(await openFilesIn(folder)).toBe(0)
  })

  test.each([
    ['little', 4 * 1024 * 1024],
    ['hardly any', 0],
  ])(
    'takes %s memory for clients that do not read, and others still get it',
    async (_title, budgetBytes) => {
      const server = await new FileServer('slow', budgetBytes).start()
      await writeFile(server.path, Buffer.alloc(LARGE_BYTES, 'a'))
      const clients = await Promise.all(
        Array.from({ length: 50 }, () => stalledClient(server.port)),
      )
      // Two buffers of 512 KiB for each would be 50 MiB.
      const boundBytes = budgetBytes + clients.length * 16 * 1024
      expect(server.buffers.heldBytes).toBeLessThanOrEqual(boundBytes)
      const { body } = await ask(server.port, '/')
      expect(body).toHaveLength(LARGE_BYTES)
      expect(server.buffers.heldBytes).toBeLessThanOrEqual(boundBytes)
      for (const { socket } of clients) socket.destroy()
      await server.idle()
      expect(server.buffers.heldBytes).toBe(0)
    },
  )
})

describe('a file that cannot be opened', () => {
  async function statusOf(error: unknown): Promise<number> {
    const fail = async (): Promise<never> => {
      throw error
    }
    const server = await serve(
      0,
      async (request, writer) => {
        await respondWithFile(request, writer, fail(), 'a/b', new ReadBuffers())
      },
      { host: '127.0.0.1' },
    )
    const { status } = await ask(server.port, '/')
    server.abort()
    return status
  }

  test.each(['EMFILE', 'ENFILE'])(
    'for %s is there, but not now (RFC 9110 §15.6.4)',
    async (code) => {
      expect(await statusOf(Object.assign(new Error(code), { code }))).toBe(503)
    },
  )

  test('for another fault of this system is one (RFC 9110 §15.6.1)', async () => {
    expect(await statusOf(Object.assign(new Error('EIO'), { code: 'EIO' }))).toBe(500)
    expect(await statusOf(new Error('without a code'))).toBe(500)
    expect(await statusOf('no error')).toBe(500)
  })
})
