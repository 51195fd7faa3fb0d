// node packages/request-writer/bench/request.bench.mjs (after `pnpm build`)
// What does a checked request cost beyond the same text joined by hand? The sink looks at the last character, which makes the engine
// put the parts of the string together, as a socket would. Fixed counts, since all of them allocate; the ways take turns, in reversed
// order every other round; medians of CPU time.
import { availableParallelism, cpus, loadavg } from 'node:os'
import { Headers } from '@rawhttp/headers'
import { RequestWriter } from '@rawhttp/request-writer'

const ROUNDS = 15
const REQUESTS = 100_000

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

const BODY = '{"hello":"world"}'
const LARGE_OCTETS = new Uint8Array(65_536).fill(97)
const HOST = ['Host', 'www.example.com']
const CURL = new Headers([HOST, ['User-Agent', 'curl/8.5.0'], ['Accept', '*/*']])
const BROWSER = new Headers([
  HOST,
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0'],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['Accept-Language', 'en-US,en;q=0.5'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Connection', 'keep-alive'],
  ['Referer', 'https://www.example.com/'],
  ['Cookie', 'session=38afes7a8; theme=dark'],
  ['Upgrade-Insecure-Requests', '1'],
])
const TYPE = new Headers([HOST, ['Content-Type', 'application/json']])
const CHUNKS = new Headers([HOST, ['Transfer-Encoding', 'chunked']])
const OPTIONS = {}
const textSink = new TextSink()
const texts = new RequestWriter(textSink)
const octets = new RequestWriter(new OctetSink())

const ways = {
  'text joined by hand': () => {
    consume(
      `GET /path/index.html HTTP/1.1\r\nHost: ${HOST[1]}\r\nUser-Agent: ${CURL.valueAt(1)}\r\nAccept: ${CURL.valueAt(2)}\r\n\r\n`,
    )
  },
  'GET, three fields': () => {
    texts.reset(OPTIONS)
    texts.request('GET', '/path/index.html', CURL)
  },
  'GET, nine fields, Connection': () => {
    texts.reset(OPTIONS)
    texts.request('GET', '/path/index.html', BROWSER)
  },
  'GET, line and headers': () => {
    texts.reset(OPTIONS)
    texts.writeRequestLine('GET', '/path/index.html')
    texts.writeHeaders(CURL)
  },
  'GET, the connection closes': () => {
    const writer = new RequestWriter(textSink, CLOSING)
    writer.request('GET', '/path/index.html', CURL)
  },
  'GET, absolute-form': () => {
    texts.reset(OPTIONS)
    texts.request('GET', 'http://www.example.com/path/index.html', CURL)
  },
  'POST, 17 characters': () => {
    texts.reset(OPTIONS)
    texts.request('POST', '/path/index.html', TYPE, BODY)
  },
  'POST, 64 KiB': () => {
    texts.reset(OPTIONS)
    texts.request('POST', '/path/index.html', TYPE, LARGE_OCTETS)
  },
  'POST, two chunks': () => {
    texts.reset(OPTIONS)
    texts.writeRequestLine('POST', '/path/index.html')
    texts.writeHeaders(CHUNKS)
    texts.writeChunkedBody(BODY)
    texts.writeChunkedBody(BODY)
    texts.writeChunkedBodyDone()
  },
  'GET, sink without strings': () => {
    octets.reset(OPTIONS)
    octets.request('GET', '/path/index.html', CURL)
  },
}
const CLOSING = { persistent: false }
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
  for (let i = 0; i < REQUESTS; i++) way()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / REQUESTS
}

function median(samples) {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)]
}
