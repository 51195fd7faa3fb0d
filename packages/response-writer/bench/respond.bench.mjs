// node packages/response-writer/bench/respond.bench.mjs (after `pnpm build`)
// What does a checked response cost beyond the same text joined by hand? Each way answers with Content-Type, Content-Length and Date;
// the sink looks at the last character, which makes the engine put the parts of the string together, as a socket would. Fixed
// counts, since all of them allocate; the ways take turns, in reversed order every other round; medians of CPU time.
import { availableParallelism, cpus, loadavg } from 'node:os'
import { Headers } from '@rawhttp/headers'
import { getDefaultHeaders, httpDate, ResponseWriter } from '@rawhttp/response-writer'

const ROUNDS = 15
const RESPONSES = 100_000

let consumed = 0

function consume(text) {
  consumed += text.length + text.charCodeAt(text.length - 1)
}

class TextSink {
  writeLatin1(text) {
    consume(text)
    return true
  }

  write(octets) {
    consumed += octets.length + octets[octets.length - 1]
    return true
  }
}

class OctetSink {
  write(octets) {
    consumed += octets.length + octets[octets.length - 1]
    return true
  }
}

const BODY = 'Hello, world!'
const BODY_OCTETS = new TextEncoder().encode(BODY)
const LARGE_OCTETS = new Uint8Array(65_536).fill(97)
const HEADERS = new Headers([['Content-Type', 'text/plain']])
const EIGHT = new Headers([
  ['Content-Type', 'text/html; charset=utf-8'],
  ['Cache-Control', 'no-cache'],
  ['ETag', '"33a64df5"'],
  ['Vary', 'Accept-Encoding'],
  ['Set-Cookie', 'session=38afes7a8; HttpOnly'],
  ['X-Frame-Options', 'DENY'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Server', 'rawhttp'],
])
const OPTIONS = {}
const textSink = new TextSink()
const texts = new ResponseWriter(textSink)
const octets = new ResponseWriter(new OctetSink())

const ways = {
  'text joined by hand': () => {
    consume(
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${BODY.length}\r\nDate: ${httpDate()}\r\n\r\n${BODY}`,
    )
  },
  respond: () => {
    texts.reset(OPTIONS)
    texts.respond(200, BODY, HEADERS)
  },
  'respond, eight fields': () => {
    texts.reset(OPTIONS)
    texts.respond(200, BODY, EIGHT)
  },
  'respond, body as octets': () => {
    texts.reset(OPTIONS)
    texts.respond(200, BODY_OCTETS, HEADERS)
  },
  'respond, 64 KiB': () => {
    texts.reset(OPTIONS)
    texts.respond(200, LARGE_OCTETS, HEADERS)
  },
  'respond, sink without strings': () => {
    octets.reset(OPTIONS)
    octets.respond(200, BODY, HEADERS)
  },
  'status line, default headers, body': () => {
    // They say close, so the writer has no next response.
    const writer = new ResponseWriter(textSink, OPTIONS)
    writer.writeStatusLine(200)
    writer.writeHeaders(getDefaultHeaders(BODY.length))
    writer.writeBody(BODY)
  },
  'two chunks': () => {
    texts.reset(OPTIONS)
    texts.writeStatusLine(200)
    texts.writeHeaders(HEADERS)
    texts.writeChunkedBody(BODY)
    texts.writeChunkedBody(BODY)
    texts.writeChunkedBodyDone()
  },
}

const times = new Map(Object.keys(ways).map((name) => [name, []]))
for (const way of Object.values(ways)) repeat(way)
const load = loadavg()[0]
for (let round = 0; round < ROUNDS; round++) {
  const order = Object.entries(ways)
  if (round % 2 === 1) order.reverse()
  for (const [name, way] of order) times.get(name).push(repeat(way))
}

console.log(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0].model}, load ${load}`)
const baseline = median(times.get('text joined by hand'))
for (const [name, samples] of times) {
  const time = median(samples)
  console.log(
    `${name.padEnd(36)}${time.toFixed(0).padStart(6)} ns  + ${(time - baseline).toFixed(0)}`,
  )
}
if (consumed === 0) throw new Error('nothing was written')

function repeat(way) {
  const before = process.cpuUsage()
  for (let i = 0; i < RESPONSES; i++) way()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / RESPONSES
}

function median(samples) {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)]
}
