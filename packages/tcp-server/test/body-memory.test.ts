import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import type { Handler, IncomingRequest, ServerOptions } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import { fieldLines } from './support/handlers.ts'
import { dial, dialTls } from './support/raw-client.ts'
import type { RawClient } from './support/raw-client.ts'
import { start } from './support/start.ts'

// Takes the memory away from who lent it, as a byte stream or a worker does, and gives the text that was there.
function transferred(octets: Uint8Array<ArrayBuffer>): string {
  expect(octets.buffer.byteLength).toBeGreaterThanOrEqual(octets.length)
  const taken = structuredClone(octets, { transfer: [octets.buffer] })
  expect(octets.length).toBe(0)
  return Buffer.from(taken).toString('latin1')
}

async function transferEach(body: AsyncIterable<Uint8Array>): Promise<string> {
  let whole = ''
  for await (const octets of body) whole += transferred(octets as Uint8Array<ArrayBuffer>)
  return whole
}

const readers: Record<string, (incoming: IncomingRequest) => Promise<string>> = {
  iteration: ({ body }) => transferEach(body),
  // Against the rule, and harmful to nobody else.
  'borrowed()': ({ body }) => transferEach(body.borrowed()),
  'bytes()': async ({ body }) => transferred((await body.bytes()) as Uint8Array<ArrayBuffer>),
  'text()': ({ body }) => body.text(),
  'a byte stream': async ({ body }) => {
    const iterator = body[Symbol.asyncIterator]()
    const stream = new ReadableStream({
      type: 'bytes',
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
    })
    return text(stream)
  },
}

function answering(read: (incoming: IncomingRequest) => Promise<string>): Handler {
  return async (incoming, writer) => {
    writer.respond(200, `${incoming.requestLine.requestTarget} ${await read(incoming)}`)
  }
}

// The head is made before the body is read, so that pieces are looked at ahead of it, and octets wait.
function answeringLate(read: (incoming: IncomingRequest) => Promise<string>): Handler {
  return async (incoming, writer) => {
    writer.writeStatusLine(200)
    writer.writeHeaders(fieldLines())
    await settle()
    writer.writeChunkedBody(`${incoming.requestLine.requestTarget} ${await read(incoming)}`)
    writer.writeChunkedBodyDone()
  }
}

const LARGE = 'x'.repeat(20_000)
const OCTETS = [
  `${request('POST /length', 'Content-Length: 300')}${'a'.repeat(300)}`,
  `${request('POST /chunked', 'Transfer-Encoding: chunked')}3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Sum: 1\r\n\r\n`,
  request('POST /empty', 'Content-Length: 0'),
  request('GET /none'),
  `${request('POST /large', 'Content-Length: 20000')}${LARGE}`,
  `${request('POST /end', 'Content-Length: 5')}hello`,
].join('')
const ANSWERS = [
  `/length ${'a'.repeat(300)}`,
  '/chunked abcdefg',
  '/empty ',
  '/none ',
  `/large ${LARGE}`,
  '/end hello',
]

// With the size of the pieces; the second ends just behind the first head, so that the body fills its piece.
const deliveries = {
  'all at once': [OCTETS.length],
  'heads and bodies apart': [OCTETS.indexOf('aaa'), 300, 1000, 5000, OCTETS.length],
  'in pieces of 97 octets': Array<number>(Math.ceil(OCTETS.length / 97)).fill(97),
}

function pieces(sizes: readonly number[]): string[] {
  let from = 0
  return sizes.map((size) => OCTETS.slice(from, (from += size)))
}

const cases = Object.entries(readers).flatMap(([way, read]) =>
  Object.entries(deliveries).flatMap(([delivery, sizes]) =>
    [answering, answeringLate].map((handler) => ({
      title: `${way} ${delivery}${handler === answering ? '' : ', asked for late'}`,
      handler: handler(read),
      sizes,
    })),
  ),
)

async function deliver(client: RawClient, sizes: readonly number[]): Promise<void> {
  for (const piece of pieces(sizes)) {
    client.send(piece)
    await settle()
  }
  const responses = await client.respond(ANSWERS.length)
  expect(responses.map(({ body }) => body)).toEqual(ANSWERS)
  client.socket.destroy()
}

const read = (name: string): Buffer =>
  readFileSync(new URL(`fixtures/first.${name}.pem`, import.meta.url))

describe('Octets of a body are the caller’s own: who transfers them harms nobody', () => {
  test.each(cases)('$title, over any stream', async ({ handler, sizes }) => {
    const rig = connect(handler, { limits: { maxBodyBytes: 100_000 } })
    const sent = pieces(sizes).map((piece) => Buffer.from(piece, 'latin1'))
    for (const piece of sent) await rig.send(piece)
    while (rig.responses().length < ANSWERS.length) await settle()
    expect(rig.responses().map(({ body }) => body)).toEqual(ANSWERS)
    expect(rig.errors).toEqual([])
    // What a stream gives is its own, or that of the one who wrote to it.
    expect(sent.map((piece) => piece.toString('latin1'))).toEqual(pieces(sizes))
  })

  test.each(cases)('$title, over a socket', async ({ handler, sizes }) => {
    const { port } = await start(handler, { host: '127.0.0.1' })
    await deliver(await dial(port), sizes)
  })

  test.each(cases)('$title, over TLS', async ({ handler, sizes }) => {
    const options: ServerOptions = {
      host: '127.0.0.1',
      tls: { cert: read('certificate'), key: read('key') },
    }
    const { port } = await start(handler, options)
    await deliver(await dialTls(port), sizes)
  })

  test('gives pieces that fill what came by TLS uncopied, and shows a trace others', async () => {
    const seen: Uint8Array[] = []
    const options: ServerOptions = {
      host: '127.0.0.1',
      tls: { cert: read('certificate'), key: read('key') },
      trace: (event) => {
        if (event.type === 'OctetsIn') seen.push(event.octets)
      },
    }
    const { port } = await start(
      answering(({ body }) => transferEach(body)),
      options,
    )
    await deliver(await dialTls(port), deliveries['heads and bodies apart'])
    expect(Buffer.concat(seen).toString('latin1')).toBe(OCTETS)
  })

  test.each(['', 'first'])('octets that were sent ahead of a hand-over: "%s"', async (ahead) => {
    const taken: string[] = []
    const { port } = await start(
      (incoming, writer) => {
        writer.writeStatusLine(101)
        writer.writeHeaders(fieldLines(['Upgrade', 'chat']))
        const { stream, octets } = incoming.handOver()
        taken.push(transferred(octets as Uint8Array<ArrayBuffer>))
        stream.on('data', (more) => {
          taken.push(transferred(more as Uint8Array<ArrayBuffer>))
          stream.end()
        })
        stream.resume()
      },
      { host: '127.0.0.1' },
    )
    const client = await dial(port)
    client.send(request('GET /', 'Connection: Upgrade', 'Upgrade: chat') + ahead)
    await client.until(() => client.received.includes('\r\n\r\n'))
    client.send('second')
    await client.ended
    expect(taken).toEqual([ahead, 'second'])
    client.socket.destroy()
  })
})
