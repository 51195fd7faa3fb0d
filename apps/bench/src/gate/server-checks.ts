// What a server may do for a request: one write, no promise, few objects, no copy.
import { createHook } from 'node:async_hooks'
import { Socket } from 'node:net'
import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { Headers } from '@rawhttp/headers'
import type { Connection, Handler } from '@rawhttp/tcp-server'
import type { Finding } from './check.ts'
import { GateStream } from './gate-stream.ts'

/** How a server takes a connection; `handleConnection` is one. */
export type Serve = (stream: GateStream | Socket, handler: Handler) => Connection

const HELLO = Buffer.from('GET /hello HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n', 'latin1')
const PIPELINED = 16
const MANY = 1000
const BODY_BYTES = 100_000
// Three quarters more than Node 20 to 26 took when this was set: 1,550 to 1,720.
const ALLOCATED_BYTES = 3000
const fields = new Headers([['Content-Type', 'text/plain; charset=utf-8']])

const hello: Handler = (_request, writer) => {
  writer.respond(200, 'Hello, world!', fields)
}

/** All of them. */
export async function checkServer(serve: Serve): Promise<readonly Finding[]> {
  return [
    await writesOf(serve, 'writes for one request', HELLO, 1, hello),
    await writesOf(
      serve,
      `writes for ${PIPELINED} pipelined requests`,
      Buffer.concat(Array.from({ length: PIPELINED }, () => HELLO)),
      PIPELINED,
      hello,
    ),
    await promisesOf(serve),
    await allocationsOf(serve),
    await requestCopiesOf(serve),
    await responseCopiesOf(serve),
  ]
}

async function writesOf(
  serve: Serve,
  name: string,
  octets: Uint8Array,
  responses: number,
  handler: Handler,
): Promise<Finding> {
  const stream = new GateStream()
  const connection = serve(stream, handler)
  stream.receive(octets)
  await setImmediate()
  const counted = stream.writes.length
  const answered = stream.takeText().split('HTTP/1.1 200 OK\r\n').length - 1
  connection.abort()
  // A server that answers less writes less.
  return { name, counted: answered === responses ? counted : NaN, bound: 1, unit: 'writes' }
}

async function promisesOf(serve: Serve): Promise<Finding> {
  const stream = new GateStream()
  const connection = serve(stream, hello)
  await ask(stream, MANY)
  let counted = 0
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') counted++
    },
  })
  hook.enable()
  for (let i = 0; i < MANY; i++) stream.receive(HELLO)
  hook.disable()
  await setImmediate()
  if (answersIn(stream) !== MANY) counted = NaN
  connection.abort()
  return { name: 'promises for synchronous handlers', counted, bound: 0, unit: 'promises' }
}

// Octets that the heap has grown by, over requests during which no garbage was collected.
async function allocationsOf(serve: Serve): Promise<Finding> {
  const stream = new GateStream()
  const connection = serve(stream, hello)
  for (let i = 0; i < 20; i++) await ask(stream, MANY)
  const samples: number[] = []
  for (let i = 0; i < 7; i++) {
    globalThis.gc?.()
    samples.push(await collectionsDuring(() => grownBy(stream)))
  }
  connection.abort()
  // What is compiled meanwhile counts too: the least is what the requests took.
  const counted = Math.round(Math.min(...samples) / MANY)
  return { name: 'allocations for a request', counted, bound: ALLOCATED_BYTES, unit: 'octets' }
}

function grownBy(stream: GateStream): number {
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < MANY; i++) {
    stream.receive(HELLO)
    stream.writes.length = 0
  }
  return process.memoryUsage().heapUsed - before
}

// Infinity when garbage was collected meanwhile, for then nothing is known.
async function collectionsDuring(work: () => number): Promise<number> {
  let collections = 0
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length
  })
  observer.observe({ entryTypes: ['gc'] })
  const result = work()
  await setImmediate()
  await setImmediate()
  observer.disconnect()
  return collections === 0 ? result : Infinity
}

// What shares its memory with a head is copied once, so that it is the handler's own. What fills what a socket gave is not.
async function requestCopiesOf(serve: Serve): Promise<Finding> {
  const stream = new Socket()
  let read = 0
  let copied = 0
  const body = Buffer.alloc(BODY_BYTES, 'x')
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${2 * BODY_BYTES}\r\n\r\n`
  const first = Buffer.concat([Buffer.from(head, 'latin1'), body])
  const connection = serve(stream, async (request, writer) => {
    for await (const octets of request.body) {
      read += octets.length
      if (octets.buffer !== first.buffer && octets.buffer !== body.buffer) copied += octets.length
    }
    writer.respond(200)
  })
  stream.emit('data', first)
  await setImmediate()
  stream.emit('data', body)
  await setImmediate()
  connection.abort()
  const counted = read === 2 * BODY_BYTES ? copied : NaN
  return { name: 'copies of content that is received', counted, bound: BODY_BYTES, unit: 'octets' }
}

async function responseCopiesOf(serve: Serve): Promise<Finding> {
  const stream = new GateStream()
  const body = Buffer.alloc(BODY_BYTES, 'x')
  const connection = serve(stream, (_request, writer) => {
    writer.respond(200, body)
  })
  stream.receive(HELLO)
  await setImmediate()
  const parts = stream.writes.flat()
  connection.abort()
  const sent = parts.reduce((sum, part) => sum + part.length, 0)
  const shared = parts
    .filter((part) => typeof part !== 'string' && part.buffer === body.buffer)
    .reduce((sum, part) => sum + part.length, 0)
  const counted = sent > BODY_BYTES ? BODY_BYTES - shared : NaN
  return { name: 'copies of content that is sent', counted, bound: 0, unit: 'octets' }
}

async function ask(stream: GateStream, times: number): Promise<void> {
  for (let i = 0; i < times; i++) stream.receive(HELLO)
  await setImmediate()
  stream.writes.length = 0
}

function answersIn(stream: GateStream): number {
  return stream.takeText().split('HTTP/1.1 200 OK\r\n').length - 1
}
