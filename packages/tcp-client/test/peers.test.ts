// The peers that everybody has: node:http as the server, and undici as the other client. What undici takes and the client refuses
// is named in the table.
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Headers } from '@rawhttp/headers'
import { afterEach, describe, expect, test } from 'vitest'
import { Pool, request as askUndici } from 'undici'
import { Client } from '../src/index.ts'
import { RawServer } from './support/raw-server.ts'
import { codeOf, response, turn } from './support/rig.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

async function serveNode(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  undo.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function newClient(): Client {
  const client = new Client()
  undo.push(() => {
    client.abort()
    return client.close()
  })
  return client
}

const digest = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex')

describe('node:http as the peer', () => {
  const SIZES = [0, 1, 2048, 2049, 65_536, 1_000_003]
  test.each(SIZES)(
    'reads %i octets of a body as they were, and so are they read back',
    async (size) => {
      const origin = await serveNode((incoming, outgoing) => {
        outgoing.writeHead(200, { 'X-Method': incoming.method, Trailer: 'X-Sum' })
        const sum = createHash('sha256')
        incoming.on('data', (octets: Buffer) => {
          sum.update(octets)
          outgoing.write(octets)
        })
        incoming.on('end', () => {
          outgoing.addTrailers({
            'X-Sum': sum.digest('hex'),
            'X-Got': incoming.trailers['x-a'] ?? '',
          })
          outgoing.end()
        })
      })
      const client = newClient()
      const octets = new Uint8Array(randomBytes(size))
      const halves = [octets.subarray(0, size / 2), octets.subarray(size / 2)]
      async function* later() {
        for (const half of halves) {
          await turn()
          yield half
        }
      }
      const trailer = new Headers([['Trailer', 'X-A']])
      const ways = [
        { body: octets },
        { body: halves },
        { body: later() },
        { body: later(), headers: new Headers([['Content-Length', String(size)]]) },
        { body: halves, headers: trailer, trailers: () => new Headers([['X-A', 'b']]) },
      ]
      for (const way of ways) {
        const { statusLine, headers, body } = await client.request({
          origin,
          method: 'PUT',
          ...way,
        })
        expect([statusLine.statusCode, headers.get('x-method')]).toEqual([200, 'PUT'])
        expect(digest(await body.bytes())).toBe(digest(octets))
        const trailers = await body.trailers()
        expect(trailers.get('x-sum')).toBe(digest(octets))
        expect(trailers.get('x-got')).toBe('trailers' in way ? 'b' : '')
      }
      expect(client.connectionCount).toBe(1)
    },
  )

  test('answers ten thousand requests on one connection, and nothing piles up', async () => {
    const origin = await serveNode((_incoming, outgoing) => outgoing.end('ok'))
    const client = newClient()
    const warnings: Error[] = []
    const note = (warning: Error): void => {
      warnings.push(warning)
    }
    process.on('warning', note)
    const { signal } = new AbortController()
    for (let i = 0; i < 10_000; i++) {
      const { body } = await client.request({ origin, signal })
      if ((await body.text()) !== 'ok') throw new Error(`request ${i}`)
    }
    process.off('warning', note)
    expect(warnings).toEqual([])
    expect(client.connectionCount).toBe(1)
  })

  test('answers many at once, and each gets its own answer', async () => {
    const origin = await serveNode((incoming, outgoing) => {
      setImmediate(() => outgoing.end(incoming.url))
    })
    const client = newClient()
    const targets = Array.from({ length: 500 }, (_, number) => `/${number}`)
    const answers = await Promise.all(
      targets.map(async (requestTarget) => {
        const { body } = await client.request({ origin, requestTarget })
        return body.text()
      }),
    )
    expect(answers).toEqual(targets)
  })

  test('is reached by the names and paths that a system has', async () => {
    const origin = await serveNode((_incoming, outgoing) => outgoing.end('ok'))
    const client = newClient()
    const { body } = await client.request({ origin: origin.replace('127.0.0.1', 'localhost') })
    expect(await body.text()).toBe('ok')
    const gone = await new RawServer(() => {}).listen()
    const closedOrigin = gone.origin
    await gone.close()
    expect(await codeOf(client.request({ origin: closedOrigin }))).toBe('ERR_CONNECT')
    const socketPath = join(await mkdtemp(join(tmpdir(), 'client-')), 'socket')
    const local = await new RawServer((connection) => {
      connection.socket.on('data', () => connection.send(response('local')))
    }).listen({ path: socketPath })
    undo.push(() => local.close())
    const received = await client.request({ origin: 'http://some.name', socketPath })
    expect(await received.body.text()).toBe('local')
    expect(local.connections[0]?.received).toContain('Host: some.name\r\n')
  })
})

interface Seen {
  readonly statusCode: number
  readonly headers: IncomingHttpHeaders | Record<string, unknown>
  readonly body: string
  readonly trailers: Record<string, unknown>
}

async function ours(origin: string, method: string): Promise<Seen | 'refused'> {
  try {
    const { statusLine, headers, body } = await newClient().request({ origin, method })
    const text = await body.text()
    const trailers = await body.trailers()
    return {
      statusCode: statusLine.statusCode,
      headers: Object.fromEntries(headers),
      body: text,
      trailers: Object.fromEntries(trailers),
    }
  } catch {
    return 'refused'
  }
}

async function theirs(origin: string, method: 'GET' | 'HEAD'): Promise<Seen | 'refused'> {
  const pool = new Pool(origin)
  undo.push(() => pool.destroy())
  try {
    const { statusCode, headers, body, trailers } = await askUndici(origin, {
      method,
      dispatcher: pool,
    })
    return { statusCode, headers, body: await body.text(), trailers }
  } catch {
    return 'refused'
  }
}

const SAME: readonly (readonly [string, 'GET' | 'HEAD', string])[] = [
  ['a length', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'],
  ['no length', 'GET', 'HTTP/1.1 200 OK\r\n\r\nabc'],
  ['HTTP/1.0', 'GET', 'HTTP/1.0 200 OK\r\n\r\nabc'],
  ['chunks', 'GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
  [
    'a chunk extension',
    'GET',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n',
  ],
  [
    'trailers',
    'GET',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n',
  ],
  ['no reason phrase', 'GET', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n'],
  ['204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['304', 'GET', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
  ['HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n'],
  [
    'an interim response',
    'GET',
    'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  ],
  ['an unknown status', 'GET', 'HTTP/1.1 299 Other\r\nContent-Length: 3\r\n\r\nabc'],
  [
    'a field value with octets above 0x7F',
    'GET',
    'HTTP/1.1 200 OK\r\nA: \xe9\r\nContent-Length: 0\r\n\r\n',
  ],
  ['an empty field value', 'GET', 'HTTP/1.1 200 OK\r\nA:\r\nContent-Length: 0\r\n\r\n'],
  ['a cut body', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
  ['a cut chunk', 'GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc'],
  ['no last chunk', 'GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
  ['a cut head', 'GET', 'HTTP/1.1 200 OK\r\nA: b'],
  ['nothing', 'GET', ''],
  ['garbage', 'GET', 'garbage\r\n\r\n'],
  ['two lengths', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc'],
  ['a negative length', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc'],
  [
    'a chunk size that is none',
    'GET',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n',
  ],
  [
    'length and chunks',
    'GET',
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ],
  ['a space in a field name', 'GET', 'HTTP/1.1 200 OK\r\nA b: c\r\nContent-Length: 0\r\n\r\n'],
]

// RFC 9112 §2.3, §2.2: read strictly these are no responses.
const REFUSED: readonly (readonly [string, string])[] = [
  ['HTTP/2.0', 'HTTP/2.0 200 OK\r\nContent-Length: 3\r\n\r\nabc'],
  [
    'a bare LF in a chunk',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n',
  ],
]

async function once(text: string): Promise<string> {
  const server = await new RawServer((connection) => {
    connection.socket.once('data', () => connection.send(text).socket.end())
  }).listen()
  undo.push(() => server.close())
  return server.origin
}

describe('undici as the other client', () => {
  test.each(SAME)('sees the same in %s', async (_what, method, text) => {
    const origin = await once(text)
    expect(await ours(origin, method)).toEqual(await theirs(origin, method))
  })

  test.each(REFUSED)(
    'reads %s, which is refused here (RFC 9112 §2.2, §2.3)',
    async (_what, text) => {
      const origin = await once(text)
      expect(await ours(origin, 'GET')).toBe('refused')
    },
  )
})
