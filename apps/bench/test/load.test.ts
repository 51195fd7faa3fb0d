import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Generator } from '../src/load/generator.ts'
import { Latencies } from '../src/load/latencies.ts'
import type { Load } from '../src/load/load.ts'
import { within } from '../src/load/patience.ts'
import { requestOctets } from '../src/load/request-octets.ts'
import { CountingReader, ParsingReader } from '../src/load/response-reader.ts'

const LOAD: Load = {
  port: 8080,
  secure: false,
  request: { method: 'GET', target: '/hello' },
  statusCode: 200,
  responseBytes: 5,
  connections: 2,
  pipelined: 1,
  oneShot: false,
}

const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'

const octets = (text: string): Uint8Array => Buffer.from(text, 'latin1')

describe('the octets of a load', () => {
  test('are a request', () => {
    expect(requestOctets(LOAD).toString()).toBe(
      'GET /hello HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n',
    )
  })

  test('have the field lines, the content and what a one-shot client says', () => {
    const request = { method: 'POST', target: '/', fields: ['A: b'], contentBytes: 3 }
    expect(requestOctets({ ...LOAD, request, oneShot: true }).toString()).toBe(
      'POST / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nA: b\r\nContent-Length: 3\r\nConnection: close\r\n\r\nxxx',
    )
  })

  test('are as many requests as are written at once', () => {
    const single = requestOctets(LOAD).toString()
    expect(requestOctets({ ...LOAD, pipelined: 3 }).toString()).toBe(single.repeat(3))
  })
})

describe.each([
  { title: 'counting', make: () => new CountingReader(200, RESPONSE.length), text: RESPONSE },
  { title: 'parsing', make: () => new ParsingReader(LOAD), text: RESPONSE },
  { title: 'parsing chunks', make: () => new ParsingReader(LOAD), text: CHUNKED },
])('$title responses', ({ make, text }) => {
  test('finds as many in any pieces', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        (count, sizes) => {
          const reader = make()
          const stream = text.repeat(count)
          let found = 0
          for (let i = 0, k = 0; i < stream.length; k++) {
            const end = i + (sizes[k % sizes.length] ?? 1)
            found += reader.push(octets(stream.slice(i, end)))
            i = end
          }
          expect(found).toBe(count)
        },
      ),
    )
  })

  test('refuses another status code', () => {
    const reader = make()
    expect(reader.push(octets(text))).toBe(1)
    expect(() => reader.push(octets(text.replace('200', '500')))).toThrow(/200/)
  })
})

describe('parsing responses', () => {
  test('refuses another length of content', () => {
    const reader = new ParsingReader({ ...LOAD, responseBytes: 4 })
    expect(() => reader.push(octets(RESPONSE))).toThrow(
      'expected 200 with 4 octets, got 200 with 5',
    )
  })

  test.each([
    { title: 'nothing came', texts: [], bytes: undefined },
    { title: 'all have the same', texts: [RESPONSE, RESPONSE], bytes: RESPONSE.length },
    { title: 'one is chunked', texts: [RESPONSE, CHUNKED], bytes: 0 },
    { title: 'they differ', texts: [RESPONSE, RESPONSE.replace('OK', 'Fine')], bytes: 0 },
    {
      title: 'they differ and then do not',
      texts: [RESPONSE, RESPONSE.replace('OK', 'Fine'), RESPONSE],
      bytes: 0,
    },
  ])('learns how long a response is when $title: $bytes', ({ texts, bytes }) => {
    const reader = new ParsingReader(LOAD)
    for (const text of texts) reader.push(octets(text))
    expect(reader.responseBytes).toBe(bytes)
  })
})

describe('latencies', () => {
  test('have percentiles of those that were added', () => {
    const latencies = new Latencies()
    expect(latencies.percentile(0.5)).toBeNaN()
    for (let i = 0; i <= 100; i++) latencies.add(100 - i)
    expect(latencies.percentile(0.5)).toBe(50)
    expect(latencies.percentile(0.99)).toBe(99)
  })

  test('are bounded, and the newest stay', () => {
    const latencies = new Latencies()
    for (let i = 0; i < 300_000; i++) latencies.add(i < 30_000 ? 1e9 : 1)
    expect(latencies.percentile(1)).toBe(1)
  })
})

describe('patience', () => {
  test('has an end', async () => {
    await expect(within(1, 'a response', new Promise(() => {}))).rejects.toThrow(
      'a response took more than 1 ms',
    )
  })

  test('gives what comes in time, and the error that comes in its place', async () => {
    expect(await within(10_000, 'it', Promise.resolve(3))).toBe(3)
    await expect(within(10_000, 'it', Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function openGenerator(load: Load): Promise<Generator> {
  const generator = new Generator(load)
  onTestFinished(() => {
    generator.close()
  })
  await generator.open()
  return generator
}

const PROBES = 2

describe('the generator', () => {
  const hello: RequestListener = (request, response) => {
    request.resume()
    request.once('end', () => response.end('hello'))
  }

  test.each([
    { title: 'over connections that stay', more: {}, connections: 2 },
    { title: 'with requests written at once', more: { pipelined: 4 }, connections: 2 },
    { title: 'with a connection for each', more: { oneShot: true }, connections: 12 },
    {
      title: 'with content',
      more: { request: { method: 'POST', target: '/', contentBytes: 100_000 } },
      connections: 2,
    },
  ])('sends as many requests as it may, $title', async ({ more, connections }) => {
    let requests = 0
    const sockets = new Set<unknown>()
    const port = await listen(
      createServer((request, response) => {
        requests++
        sockets.add(request.socket)
        hello(request, response)
      }),
    )
    const generator = await openGenerator({ ...LOAD, port, ...more })
    const probes = requests
    const probeSockets = sockets.size
    const result = await generator.run({ durationMs: 10_000, maxRequests: 12 })
    expect(result.requests).toBe(12)
    expect(requests - probes).toBe(12)
    expect(sockets.size - probeSockets).toBe(connections)
    expect(result.elapsedMs).toBeGreaterThan(0)
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms)
  })

  test('is over after the time it was given', async () => {
    const port = await listen(createServer(hello))
    const generator = await openGenerator({ ...LOAD, port })
    const { requests, elapsedMs } = await generator.run({ durationMs: 50 })
    expect(elapsedMs).toBeGreaterThanOrEqual(50)
    expect(requests).toBeGreaterThan(0)
  })

  test('keeps to a rate, and counts from when a request was due', async () => {
    // The server answers none before the third has come, so the first waits for it.
    const waiting: (() => void)[] = []
    let requests = 0
    const port = await listen(
      createServer((_request, response) => {
        requests++
        waiting.push(() => response.end('hello'))
        if (requests > PROBES + 2 || requests <= PROBES) {
          for (const answer of waiting.splice(0)) answer()
        }
      }),
    )
    const generator = await openGenerator({ ...LOAD, port, connections: 3 })
    const result = await generator.run({
      durationMs: 10_000,
      maxRequests: 3,
      requestsPerSecond: 20,
    })
    expect(result.requests).toBe(3)
    // Due at 0, 50 and 100 ms.
    expect(result.elapsedMs).toBeGreaterThanOrEqual(100)
    expect(result.p99Ms).toBeGreaterThanOrEqual(95)
  })

  test.each([
    { title: 'says something else', answer: 'HTTP/1.1 500 Oh\r\nContent-Length: 5\r\n\r\nhello' },
    { title: 'has other content', answer: 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhell' },
    { title: 'speaks no HTTP', answer: 'SSH-2.0-something\r\n' },
    { title: 'closes', answer: '' },
  ])('measures no server that $title', async ({ answer }) => {
    const port = await listen(
      createSocketServer((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => socket.end(answer))
      }),
    )
    await expect(new Generator({ ...LOAD, port }).open()).rejects.toThrow()
  })

  test.each([
    { title: 'changes its mind', answer: RESPONSE.replace('200', '500') },
    { title: 'answers twice', answer: RESPONSE + RESPONSE },
    { title: 'closes a connection', answer: '' },
  ])('fails a run when a server $title', async ({ answer }) => {
    let requests = 0
    const port = await listen(
      createSocketServer((socket) => {
        socket.on('error', () => {})
        socket.on('data', () => {
          requests++
          if (requests <= PROBES) socket.write(RESPONSE)
          else if (answer === '') socket.end()
          else socket.write(answer)
        })
      }),
    )
    const generator = await openGenerator({ ...LOAD, port, connections: 1 })
    await expect(generator.run({ durationMs: 10_000 })).rejects.toThrow()
    // Nothing is measured over what is left of it.
    await expect(generator.run({ durationMs: 10_000 })).rejects.toThrow()
  })
})
