import { Headers } from '@rawhttp/headers'
import { RequestParser } from '@rawhttp/request-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { REQUEST_WRITER_TRANSITIONS, RequestWriter } from '../src/index.ts'
import type { RequestWriterCall } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink } from './support/recording-sink.ts'
import { HOST } from './support/written.ts'

interface Step {
  readonly call: RequestWriterCall
  readonly perform: (writer: RequestWriter) => void
}

const body = fc.oneof(fc.string({ maxLength: 5, minLength: 1 }), fc.constant(new Uint8Array(3000)))
const framing = fc.constantFrom(
  [],
  [['Content-Length', '5'] as const],
  [['Content-Length', '0'] as const],
  [['Transfer-Encoding', 'chunked'] as const],
  [['Transfer-Encoding', 'chunked'] as const, ['Trailer', 'X-Sum'] as const],
  [['Content-Length', '5'] as const, ['Transfer-Encoding', 'chunked'] as const],
)
const more = fc.constantFrom(
  [],
  [],
  [],
  [['Expect', '100-continue'] as const],
  [['Connection', 'close'] as const],
)
const headers = fc
  .tuple(framing, more)
  .map(([framing, more]) => new Headers([...HOST, ...framing, ...more]))
const method = fc.constantFrom('GET', 'POST', 'TRACE')
const persistent = fc.constantFrom(undefined, {}, { persistent: true }, { persistent: false })

const step: fc.Arbitrary<Step> = fc.oneof(
  method.map((method): Step => ({
    call: 'writeRequestLine',
    perform: (writer) => writer.writeRequestLine(method, '/'),
  })),
  fc
    .tuple(method, headers, fc.option(body, { nil: undefined }))
    .map(([method, headers, body]): Step => ({
      call: 'request',
      perform: (writer) => writer.request(method, '/', headers, body),
    })),
  headers.map((headers): Step => ({
    call: 'writeHeaders',
    perform: (writer) => writer.writeHeaders(headers),
  })),
  body.map((body): Step => ({
    call: 'writeBody',
    perform: (writer) => void writer.writeBody(body),
  })),
  body.map((body): Step => ({
    call: 'writeChunkedBody',
    perform: (writer) => void writer.writeChunkedBody(body),
  })),
  fc.constantFrom<Step>(
    { call: 'writeNothing', perform: (writer) => void writer.writeBody('') },
    { call: 'writeNothing', perform: (writer) => void writer.writeChunkedBody('') },
    { call: 'writeChunkedBodyDone', perform: (writer) => writer.writeChunkedBodyDone() },
    {
      call: 'writeTrailers',
      perform: (writer) => writer.writeTrailers(new Headers([['X-Sum', '1']])),
    },
    { call: 'finish', perform: (writer) => writer.finish() },
  ),
  persistent.map((options): Step => ({
    call: 'reset',
    perform: (writer) => writer.reset(options),
  })),
)

/** All that a caller can see of a writer, and what it has sent. */
function seen(writer: RequestWriter, sink: RecordingSink) {
  const { state, method, headSent, persistent, expectsContinue, writtenBytes } = writer
  const { text } = sink
  return { state, method, headSent, persistent, expectsContinue, writtenBytes, text }
}

// Mostly what the table has, so that the walks get far.
const walk = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 4 })), {
  minLength: 10,
  maxLength: 60,
  size: 'max',
})

test('any calls in any order keep to the table, or change nothing (RFC 9112 §2.1)', () => {
  const met = new Set<string>()
  fc.assert(
    fc.property(walk, persistent, (steps, options) => {
      const sink = new RecordingSink()
      const writer = new RequestWriter(sink, options)
      let completed = 0
      for (const [{ call, perform }, patience] of steps) {
        const cell = REQUEST_WRITER_TRANSITIONS[writer.state][call]
        if (cell === undefined && patience > 0) continue
        const before = seen(writer, sink)
        if (usageCode(() => perform(writer)) !== undefined) {
          expect(seen(writer, sink)).toEqual(before)
          continue
        }
        expect(cell?.to).toContain(writer.state)
        met.add(`${before.state} ${call} ${writer.state}`)
        if (writer.state === 'Done' && before.state !== 'Done') completed++
      }
      expect(countRequests(sink.text)).toBe(completed)
    }),
    { numRuns: 500 },
  )
  // Of 23 ways from state to state.
  expect(met.size).toBeGreaterThan(18)
})

/** How many requests a strict parser reads; the last one may be cut. */
function countRequests(text: string): number {
  const parser = new RequestParser()
  parser.push(Buffer.from(text, 'latin1'))
  let count = 0
  for (let event = parser.next(); event !== null; event = parser.next()) {
    if (event !== 'End') continue
    count++
    parser.startNextMessage()
  }
  return count
}
