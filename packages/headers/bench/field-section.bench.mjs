// node packages/headers/bench/field-section.bench.mjs (after `pnpm build`)
// What does it cost to read a field section, whole and in pieces, and to work with the fields? Fixed counts, since all of it
// allocates; the ways take turns, in reversed order every other round; medians of CPU time, in nanoseconds for one section (or one
// call). Heads are varied, so that nothing is found because it was the same the last time.
import { availableParallelism, cpus, loadavg } from 'node:os'
import {
  FieldSectionReader,
  Headers,
  INCOMPLETE,
  latin1Slice,
  parseFieldSection,
  ReceiveBuffer,
} from '../dist/index.js'

const ROUNDS = 15
const SECTIONS = 20_000
const VARIANTS = 16
const LIMITS = { maxSectionBytes: 16384, maxFieldLines: 100 }

const encoder = new TextEncoder()
const variants = (section) =>
  Array.from({ length: VARIANTS }, (_, variant) => encoder.encode(section(variant)))

const minimal = variants((variant) => `Host: localhost:${42069 + variant}\r\n\r\n`)
const browser = variants((variant) =>
  [
    `Host: www${variant}.example.com`,
    'Connection: keep-alive',
    'Cache-Control: max-age=0',
    'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
    'sec-ch-ua-mobile: ?0',
    'sec-ch-ua-platform: "Linux"',
    'Upgrade-Insecure-Requests: 1',
    `User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.${variant}.0 Safari/537.36`,
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Sec-Fetch-Site: none',
    'Sec-Fetch-Mode: navigate',
    'Sec-Fetch-Dest: document',
    'Accept-Encoding: gzip, deflate, br',
    'Accept-Language: en-GB,en-US;q=0.9,en;q=0.8',
    `Cookie: session=0123456789abcdef${variant}; theme=dark; consent=all`,
    '\r\n',
  ].join('\r\n'),
)
const unknown = variants((variant) =>
  Array.from({ length: 15 }, (_, line) => `X-Own-${line}: value ${variant}\r\n`)
    .concat('\r\n')
    .join(''),
)

let consumed = 0

const whole = (sections) => {
  const reader = new FieldSectionReader(LIMITS)
  const buffer = new ReceiveBuffer()
  return (i) => {
    buffer.clear()
    buffer.append(sections[i % VARIANTS])
    reader.begin(0)
    const headers = new Headers()
    headers.take(reader, latin1Slice(buffer.octets, 0, reader.read(buffer, 0)))
    consumed += headers.size
  }
}

const inPieces = (sections, pieceBytes) => {
  const reader = new FieldSectionReader(LIMITS)
  const buffer = new ReceiveBuffer()
  return (i) => {
    const section = sections[i % VARIANTS]
    buffer.clear()
    reader.begin(0)
    let end = INCOMPLETE
    for (let start = 0; end === INCOMPLETE; start += pieceBytes) {
      buffer.append(section, start, Math.min(start + pieceBytes, section.length))
      end = reader.read(buffer, 0)
    }
    const headers = new Headers()
    headers.take(reader, latin1Slice(buffer.octets, 0, end))
    consumed += headers.size
  }
}

const parsed = (sections) => (i) => {
  const section = sections[i % VARIANTS]
  const headers = new Headers()
  parseFieldSection(section, 0, section.length, headers, LIMITS)
  consumed += headers.size
}

const lineByLine = (sections) => (i) => {
  const section = sections[i % VARIANTS]
  const headers = new Headers()
  let position = 0
  for (let done = false; !done;) {
    const line = headers.parse(section, position)
    position += line.consumed
    done = line.done
  }
  consumed += headers.size
}

const fields = new Headers()
parseFieldSection(browser[0], 0, browser[0].length, fields, LIMITS)

const ways = {
  'minimal, reader used again': whole(minimal),
  'minimal, parseFieldSection': parsed(minimal),
  'browser, reader used again': whole(browser),
  'browser, parseFieldSection': parsed(browser),
  'browser, line by line with parse': lineByLine(browser),
  'browser, in pieces of 64 octets': inPieces(browser, 64),
  'browser, in pieces of 7 octets': inPieces(browser, 7),
  '15 names that are not known': whole(unknown),
  "get('cookie'), the last of 15": () => {
    consumed += fields.get('cookie').length
  },
  "get('Cookie'), the last of 15": () => {
    consumed += fields.get('Cookie').length
  },
  "get('x-absent') of 15": () => {
    consumed += fields.get('x-absent') === undefined ? 1 : 0
  },
  'set of 4 known fields': () => {
    const headers = new Headers()
    headers.set('Content-Type', 'text/html; charset=utf-8')
    headers.set('Content-Length', '1234')
    headers.set('Cache-Control', 'no-cache')
    headers.set('Connection', 'close')
    consumed += headers.size
  },
  'append of 4 fields that are not known': () => {
    const headers = new Headers()
    headers.append('X-Frame-Options', 'DENY')
    headers.append('x-request-number', '1234')
    headers.append('X-Own', 'no-cache')
    headers.append('X-Other', 'close')
    consumed += headers.size
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
console.log(`sections: ${minimal[0].length} and ${browser[0].length} octets`)
for (const [name, samples] of times) {
  console.log(`${name.padEnd(40)}${median(samples).toFixed(0).padStart(6)} ns`)
}
if (consumed === 0) throw new Error('nothing was read')

function repeat(way) {
  const before = process.cpuUsage()
  for (let i = 0; i < SECTIONS; i++) way(i)
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / SECTIONS
}

function median(samples) {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)]
}
