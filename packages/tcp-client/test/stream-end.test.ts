// Where the end of a connection says that a response is complete, it has to be the end that the peer meant.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import type { SecureVersion, TLSSocket } from 'node:tls'
import { Headers } from '@rawhttp/headers'
import { afterEach, describe, expect, test } from 'vitest'
import { Client } from '../src/index.ts'
import type { RequestOptions, ResponseBody } from '../src/index.ts'
import { resetAtEnd, watchAnnouncedEnd } from '../src/stream-end.ts'
import { codeOf, turn } from './support/rig.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

function pem(name: string): string {
  return readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8')
}
const ca = pem('first.certificate')
const identity = { cert: ca, key: pem('first.key') }

function client(): Client {
  const made = new Client({ tls: { ca } })
  undo.push(() => {
    made.abort()
    return made.close()
  })
  return made
}

// Sockets of the server are half-open, so that only the script ends them.
async function listening(
  script: (socket: Socket) => void,
  place: { port: number; host: string } | { path: string } = { port: 0, host: '127.0.0.1' },
): Promise<number> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    undo.push(() => socket.destroy())
    socket.on('error', () => {})
    script(socket)
  })
  await new Promise<void>((resolve) => {
    server.listen(place, resolve)
  })
  undo.push(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

async function secured(version: SecureVersion, script: (socket: TLSSocket) => void) {
  const options = { ...identity, minVersion: version, maxVersion: version, allowHalfOpen: true }
  const server = createTlsServer(options, (socket) => {
    undo.push(() => socket.destroy())
    socket.on('error', () => {})
    script(socket)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  undo.push(() => new Promise((resolve) => server.close(resolve)))
  return `https://localhost:${(server.address() as AddressInfo).port}`
}

const CLOSE_DELIMITED = 'HTTP/1.1 200 OK\r\n\r\nhello'
const HTTP_1_0 = 'HTTP/1.0 200 OK\r\n\r\nhello'
// A stream that may be handed over reads by events, every other one to memory.
const UPGRADE = new Headers([
  ['Connection', 'upgrade'],
  ['Upgrade', 'x'],
])
const READING: readonly (readonly [string, Partial<RequestOptions>])[] = [
  ['read to memory', {}],
  ['read by events', { headers: UPGRADE }],
]

// What comes of a body: its content, and how it ends.
async function outcome(body: ResponseBody, slow = false): Promise<readonly [string, string]> {
  let content = ''
  const code = await codeOf(
    body.forEach(async (octets) => {
      content += Buffer.from(octets).toString('latin1')
      for (let turns = slow ? 5 : 0; turns > 0; turns--) await turn()
    }),
  )
  return [content, code]
}

describe('a connection that is reset with its last octets', () => {
  describe.each(READING)('%s', (_reading, options) => {
    test.each([CLOSE_DELIMITED, HTTP_1_0])('makes %j an error (RFC 9112 §8)', async (response) => {
      const port = await listening((socket) => {
        socket.once('data', () => {
          socket.write(response)
          socket.resetAndDestroy()
        })
      })
      const origin = `http://127.0.0.1:${port}`
      for (let round = 0; round < 20; round++) {
        const { body } = await client().request({ origin, ...options })
        expect(await outcome(body)).toEqual(['hello', 'ERR_SOCKET'])
      }
    })

    test('leaves a response whole that says its length (RFC 9112 §6.3)', async () => {
      const port = await listening((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')
          socket.resetAndDestroy()
        })
      })
      const { body } = await client().request({ origin: `http://127.0.0.1:${port}`, ...options })
      expect(await outcome(body)).toEqual(['hello', 'fulfilled'])
    })

    test('leaves one whole that ended in order', async () => {
      const port = await listening((socket) => {
        socket.once('data', () => socket.end(CLOSE_DELIMITED))
      })
      const { body } = await client().request({ origin: `http://127.0.0.1:${port}`, ...options })
      expect(await outcome(body)).toEqual(['hello', 'fulfilled'])
    })
  })

  test('is seen when the peer closes with octets unread (RFC 9112 §9.6)', async () => {
    const port = await listening((socket) => {
      socket.once('data', () => {
        socket.write(CLOSE_DELIMITED)
        socket.destroy()
      })
    })
    const request = { origin: `http://127.0.0.1:${port}`, method: 'POST' }
    for (let round = 0; round < 20; round++) {
      const body = new Uint8Array(1_000_000)
      const received = await client().request({ ...request, body })
      expect(await outcome(received.body)).toEqual(['hello', 'ERR_SOCKET'])
    }
  })

  test('is seen on a unix socket too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stream-end-'))
    undo.push(() => {
      rmSync(folder, { recursive: true })
    })
    const socketPath = join(folder, 'socket')
    await listening(
      (socket) => {
        socket.once('data', () => {
          socket.write(CLOSE_DELIMITED)
          socket.destroy()
        })
      },
      { path: socketPath },
    )
    const body = new Uint8Array(1_000_000)
    const request = { origin: 'http://localhost', socketPath, method: 'POST', body }
    const received = await client().request(request)
    expect(await outcome(received.body)).toEqual(['hello', 'ERR_SOCKET'])
  })
})

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('the end of %s', (version) => {
  describe.each(READING)('%s', (_reading, options) => {
    describe.each([false, true])('by a slow reader: %s', (slow) => {
      test.each([CLOSE_DELIMITED, HTTP_1_0])('completes %j with close_notify', async (response) => {
        const origin = await secured(version, (socket) => {
          socket.once('data', () => socket.end(response + 'x'.repeat(100_000)))
        })
        const { body } = await client().request({ origin, ...options })
        expect(await outcome(body, slow)).toEqual([`hello${'x'.repeat(100_000)}`, 'fulfilled'])
      })

      test.each([CLOSE_DELIMITED, HTTP_1_0])(
        'makes %j an error without close_notify (RFC 9112 §9.8)',
        async (response) => {
          const origin = await secured(version, (socket) => {
            socket.once('data', () => {
              socket.write(response, () => socket.destroy())
            })
          })
          const { body } = await client().request({ origin, ...options })
          expect(await outcome(body, slow)).toEqual(['hello', 'ERR_TLS_INCOMPLETE_CLOSE'])
        },
      )
    })

    test.each([
      'Content-Length: 5\r\n\r\nhello',
      'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ])('does not matter to %j', async (rest) => {
      const origin = await secured(version, (socket) => {
        socket.once('data', () => {
          socket.write(`HTTP/1.1 200 OK\r\n${rest}`, () => socket.destroy())
        })
      })
      const { body } = await client().request({ origin, ...options })
      expect(await outcome(body)).toEqual(['hello', 'fulfilled'])
    })
  })
})

describe('a stream that was taken over', () => {
  const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'

  // Says `end` when 300,000 octets are on their way to it, and closes with most of them unread.
  function leave(socket: Socket, end: (octets: string, done: () => void) => unknown): void {
    socket.once('data', () => {
      socket.write(SWITCH)
      socket.once('data', () => {
        socket.pause()
        end('bye', () => socket.destroy())
      })
    })
  }

  async function ending(origin: string): Promise<readonly [string, unknown]> {
    const received = await client().request({ origin, headers: UPGRADE })
    const { stream } = received.takeOver()
    stream.on('error', () => {})
    undo.push(() => stream.destroy())
    let came = ''
    stream.on('data', (octets) => {
      came += String(octets)
    })
    stream.resume()
    stream.write(new Uint8Array(300_000))
    return new Promise((resolve) => {
      stream.once('end', () => {
        resolve([came, resetAtEnd(stream)])
      })
      stream.once('error', (error) => {
        resolve([came, error])
      })
    })
  }

  test('tells a reset from an end', async () => {
    const port = await listening((socket) => {
      leave(socket, (octets, done) => socket.write(octets, done))
    })
    expect(await ending(`http://127.0.0.1:${port}`)).toMatchObject(['bye', { code: 'ECONNRESET' }])
    const orderly = await listening((socket) => {
      leave(socket, (octets, done) => socket.end(octets, done))
    })
    expect(await ending(`http://127.0.0.1:${orderly}`)).toEqual(['bye', undefined])
  })

  test('has ended in order after close_notify, whatever follows', async () => {
    const origin = await secured('TLSv1.3', (socket) => {
      leave(socket, (octets, done) => socket.end(octets, done))
    })
    for (let round = 0; round < 10; round++) {
      expect(await ending(origin)).toEqual(['bye', undefined])
    }
  })
})

describe('where the fields that tell the ends apart are missing', () => {
  test('no reset is seen', () => {
    expect(resetAtEnd({})).toBeUndefined()
    expect(resetAtEnd({ _handle: { fd: -1 } })).toBeUndefined()
    // The descriptor is none: that says nothing of the peer.
    expect(resetAtEnd({ _handle: { fd: 1_000_000 } })).toBeUndefined()
  })

  test.each([{}, { _handle: {} }, { _handle: { _parent: { readStart: () => 0 } } }])(
    'the end of TLS is no announced one: %j',
    (fields) => {
      const stream: Pick<Readable, 'push'> = { ...fields, push: () => true }
      const announced = watchAnnouncedEnd(stream)
      expect(announced()).toBe(false)
      stream.push(null)
      expect(announced()).toBe(false)
    },
  )
})
