import { once } from 'node:events'
import http from 'node:http'
import type { IncomingMessage } from 'node:http'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Headers } from '@rawhttp/headers'
import { RequestParser } from '@rawhttp/request-parser'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RequestWriter } from '../src/index.ts'
import { RecordingSink, TextSink } from './support/recording-sink.ts'

type Field = readonly [name: string, value: string]

const text = (characters: string, maxLength: number, minLength = 0): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength, maxLength })

const fields = fc.array(
  fc.tuple(
    text('abYZ09-_', 6, 1).map((name) => `X-${name}`),
    text('az09 "\\,;=\t\x80\xff', 12).map((value) => value.trim()),
  ),
  { maxLength: 4 },
)
const target = fc.oneof(
  text("/az%41?&=!$'()*+,;:@|{}^`[]~._-", 20).map((rest) => `/${rest.replaceAll('%', '%25')}`),
  fc.constantFrom('http://a.test', 'http://a.test/x?y', 'https://a.test:8/'),
)
const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 4 })

const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'M-SEARCH'),
  target,
  fields,
  manner: fc.constantFrom('whole', 'length', 'chunked'),
  pieces,
  trailers: fields,
})
type Given = typeof request extends fc.Arbitrary<infer Value> ? Value : never

/** What a request means, however it is written. */
interface Meaning {
  readonly method: string
  readonly target: string
  readonly fields: readonly Field[]
  readonly content: string
  readonly trailers: readonly Field[]
}

const OWN = /^(?:host|content-length|transfer-encoding|trailer|connection)$/i
const foreign = (lines: Iterable<Field>): Field[] => [...lines].filter(([name]) => !OWN.test(name))

function meaningOf(given: Given): Meaning {
  return {
    method: given.method,
    target: given.target,
    fields: given.fields,
    content: Buffer.concat(given.pieces).toString('latin1'),
    trailers: given.manner === 'chunked' ? given.trailers : [],
  }
}

function write(writer: RequestWriter, { method, target, fields, manner, pieces, trailers }: Given) {
  const host: Field[] = target.startsWith('/') ? [['Host', 'a.test']] : []
  const content = Buffer.concat(pieces)
  if (manner === 'whole') {
    writer.request(method, target, new Headers([...fields, ...host]), content)
    return
  }
  const framing: Field =
    manner === 'length'
      ? ['Content-Length', String(content.length)]
      : ['Transfer-Encoding', 'chunked']
  writer.writeRequestLine(method, target)
  // Whether they are announced is up to the caller.
  const named = trailers.length > 1
  const announced: Field[] = named ? [['Trailer', 'X-Any']] : []
  writer.writeHeaders(new Headers([...fields, framing, ...announced, ...host]))
  for (const piece of pieces) {
    if (manner === 'length') writer.writeBody(piece)
    else writer.writeChunkedBody(piece)
  }
  if (manner === 'length') return
  if (named || trailers.length === 0) writer.writeChunkedBodyDone()
  if (trailers.length > 0) writer.writeTrailers(new Headers(trailers))
}

function readAll(octets: Uint8Array): Meaning[] {
  const meanings: Meaning[] = []
  const parser = new RequestParser()
  parser.push(octets)
  let content = ''
  for (let event = parser.next(); event !== null; event = parser.next()) {
    if (event === 'Body') content += Buffer.from(parser.bodyOctets).toString('latin1')
    if (event !== 'End') continue
    const { requestLine, headers } = parser.head
    meanings.push({
      method: requestLine.method,
      target: requestLine.requestTarget,
      fields: foreign(headers.lines()),
      content,
      trailers: [...parser.trailers.lines()],
    })
    content = ''
    parser.startNextMessage()
  }
  return meanings
}

describe('what is written', () => {
  test('is what @rawhttp/request-parser reads, one request behind the other (RFC 9112 §2.1)', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 4 }), (requests) => {
        const sink = new RecordingSink()
        const writer = new RequestWriter(sink)
        for (const [i, given] of requests.entries()) {
          if (i > 0) writer.reset()
          write(writer, given)
          expect(writer.state).toBe('Done')
        }
        expect(readAll(Buffer.from(sink.text, 'latin1'))).toEqual(requests.map(meaningOf))
      }),
      { numRuns: 1000 },
    )
  })

  test('is the same for a sink of strings as for a sink of octets (RFC 9112 §2.1)', () => {
    fc.assert(
      fc.property(request, (given) => {
        const [octets, strings] = [new RecordingSink(), new TextSink()].map((sink) => {
          write(new RequestWriter(sink), given)
          return sink.text
        })
        expect(strings).toBe(octets)
      }),
    )
  })
})

describe('what the server of node:http reads', () => {
  const server = http.createServer()
  const waiting: ((message: IncomingMessage) => void)[] = []

  beforeAll(async () => {
    server.on('request', (message, response) => {
      message.on('end', () => response.end())
      waiting.shift()?.(message)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test('is what was written (RFC 9112 §2.1)', async () => {
    const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.resume()
    const writer = new RequestWriter(socket)
    let first = true
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        if (!first) writer.reset()
        first = false
        const received = new Promise<IncomingMessage>((resolve) => waiting.push(resolve))
        write(writer, given)
        const message = await received
        const content = (await buffer(message)).toString('latin1')
        const pairs = (raw: readonly string[]): Field[] =>
          raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1]] as const] : []))
        expect({
          method: message.method,
          target: message.url,
          fields: foreign(pairs(message.rawHeaders)),
          content,
          trailers: pairs(message.rawTrailers),
        }).toEqual(meaningOf(given))
      }),
      { numRuns: 200 },
    )
    socket.destroy()
  })

  test('is a request that waits, and its body when 100 has come (RFC 9110 §10.1.1)', async () => {
    const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
    const writer = new RequestWriter(socket)
    const received = new Promise<IncomingMessage>((resolve) => waiting.push(resolve))
    writer.writeRequestLine('PUT', '/large')
    writer.writeHeaders(
      new Headers([
        ['Expect', '100-continue'],
        ['Transfer-Encoding', 'chunked'],
        ['Host', 'a.test'],
      ]),
    )
    const [octets] = (await once(socket, 'data')) as [Buffer]
    expect(octets.toString('latin1')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    writer.writeChunkedBody('hello')
    writer.writeChunkedBodyDone()
    const message = await received
    expect(message.headers.expect).toBe('100-continue')
    expect(String(await buffer(message))).toBe('hello')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    socket.destroy()
  })
})
