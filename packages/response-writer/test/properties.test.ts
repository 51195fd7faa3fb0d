import type { Socket } from 'node:net'
import { Headers } from '@rawhttp/headers'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reasonPhrase, ResponseWriter, WRITER_TRANSITIONS } from '../src/index.ts'
import type { WriterCall, WriterOptions } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { Loopback } from './support/http-client.ts'
import { RecordingSink, TextSink } from './support/recording-sink.ts'

type Field = readonly [name: string, value: string]

const options: fc.Arbitrary<WriterOptions> = fc.record({
  requestMethod: fc.constantFrom('GET', 'HEAD', 'CONNECT'),
  httpVersion: fc.constantFrom('1.0', '1.1'),
  persistent: fc.boolean(),
  date: fc.constant(null),
})
const framingFields = fc.constantFrom<readonly Field[]>(
  [],
  [['Content-Length', '0']],
  [['Content-Length', '3']],
  [['Transfer-Encoding', 'chunked']],
  [
    ['Transfer-Encoding', 'chunked'],
    ['Trailer', 'X-Sum'],
  ],
  [['Trailer', 'X-Sum']],
  [['Connection', 'close']],
  [['Keep-Alive', 'max=9']],
  [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'x'],
  ],
  [['Content-Length', 'x']],
)
const statusCodes = fc.constantFrom(200, 204, 205, 304, 404, 101, 100, 600)

interface Step {
  readonly call: WriterCall
  readonly run: (writer: ResponseWriter) => void
}
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    call: fc.constant<WriterCall>('writeStatusLine'),
    run: statusCodes.map((code) => (writer: ResponseWriter) => writer.writeStatusLine(code)),
  }),
  fc.record({
    call: fc.constant<WriterCall>('writeInformational'),
    run: statusCodes.map((code) => (writer: ResponseWriter) => writer.writeInformational(code)),
  }),
  fc.record({
    call: fc.constant<WriterCall>('respond'),
    run: fc
      .tuple(statusCodes, fc.constantFrom('', 'abc'), framingFields)
      .map(([code, body, fields]) => {
        return (writer: ResponseWriter) => writer.respond(code, body, new Headers(fields))
      }),
  }),
  fc.record({
    call: fc.constant<WriterCall>('writeHeaders'),
    run: framingFields.map((fields) => (writer: ResponseWriter) => {
      writer.writeHeaders(new Headers(fields))
    }),
  }),
  ...(['a', 'abc', 'abcd'] as const).flatMap((body) => [
    fc.constant<Step>({ call: 'writeBody', run: (writer) => void writer.writeBody(body) }),
    fc.constant<Step>({
      call: 'writeChunkedBody',
      run: (writer) => void writer.writeChunkedBody(body),
    }),
  ]),
  fc.constantFrom<Step>(
    { call: 'writeNothing', run: (writer) => void writer.writeBody('') },
    { call: 'writeNothing', run: (writer) => void writer.writeChunkedBody('') },
    { call: 'writeChunkedBodyDone', run: (writer) => writer.writeChunkedBodyDone() },
    { call: 'writeTrailers', run: (writer) => writer.writeTrailers(new Headers([['X-Sum', '1']])) },
    { call: 'writeTrailers', run: (writer) => writer.writeTrailers(new Headers([['Host', 'a']])) },
    { call: 'finish', run: (writer) => writer.finish() },
    { call: 'reset', run: (writer) => writer.reset({ date: null }) },
  ),
)

function visible(writer: ResponseWriter): object {
  const { state, statusCode, persistent, headSent, writtenBytes } = writer
  return { state, statusCode, persistent, headSent, writtenBytes }
}

describe('RFC 9112 §2.1: whatever is called', () => {
  test('every transition is in the table, and a refused call changes nothing (RFC 9112 §2.1)', () => {
    fc.assert(
      fc.property(options, fc.array(step, { maxLength: 12 }), (given, steps) => {
        const sink = new RecordingSink()
        const writer = new ResponseWriter(sink, given)
        for (const { call, run } of steps) {
          const before = visible(writer)
          const { state } = writer
          const { text } = sink
          const refused = usageCode(() => run(writer)) !== undefined
          const next = refused ? [state] : WRITER_TRANSITIONS[state][call]?.to
          expect(next).toContain(writer.state)
          expect(refused ? visible(writer) : before).toEqual(before)
          expect(refused ? sink.text : text).toBe(text)
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('a sink of strings is given the octets of a sink of octets (RFC 9112 §2.1)', () => {
    fc.assert(
      fc.property(options, fc.array(step, { maxLength: 12 }), (given, steps) => {
        const texts = [new RecordingSink(), new TextSink()].map((sink) => {
          const writer = new ResponseWriter(sink, given)
          for (const { run } of steps) usageCode(() => run(writer))
          writer.flushHead()
          return sink.text
        })
        expect(texts[1]).toBe(texts[0])
      }),
      { numRuns: 1000 },
    )
  })
})

const WITHOUT_CONTENT = [204, 205, 304]
const text = fc
  .stringMatching(/^[!-~\x80-\xff]([\t -~\x80-\xff]{0,20}[!-~\x80-\xff])?$/)
  .filter((value) => value === value.trim())
const fields = (prefix: string) =>
  fc.array(
    fc.tuple(
      fc.stringMatching(/^[A-Za-z0-9]{1,8}$/).map((end) => prefix + end),
      text,
    ),
    {
      maxLength: 5,
    },
  )

const responses = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'OPTIONS'),
  httpVersion: fc.constantFrom('1.0' as const, '1.1' as const),
  persistent: fc.boolean(),
  interim: fc.array(fc.constantFrom(102, 103), { maxLength: 2 }),
  statusCode: fc.constantFrom(200, 201, 299, 404, 418, 500, 599, ...WITHOUT_CONTENT),
  phrase: fc.option(text, { nil: undefined }),
  fields: fields('X-'),
  trailers: fc.option(fields('x-T'), { nil: undefined }),
  way: fc.constantFrom('respond', 'length', 'chunked', 'unsaid'),
  pieces: fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.uint8Array({ maxLength: 30 }),
      fc.constantFrom('', 'a'.repeat(2048), 'ü'.repeat(1500), 'z'.repeat(5000)),
      fc.constantFrom(new Uint8Array(2048).fill(97), new Uint8Array(70_000).fill(98)),
    ),
    { maxLength: 4 },
  ),
})
type Plan = typeof responses extends fc.Arbitrary<infer T> ? T : never

function contentOf(plan: Plan): Buffer {
  if (WITHOUT_CONTENT.includes(plan.statusCode)) return Buffer.alloc(0)
  return Buffer.concat(plan.pieces.map((piece) => Buffer.from(piece)))
}

function write(writer: ResponseWriter, plan: Plan): void {
  const content = contentOf(plan)
  const headers = new Headers(plan.fields)
  for (const statusCode of plan.interim) writer.writeInformational(statusCode)
  if (plan.way === 'respond') {
    writer.respond(plan.statusCode, content, headers)
    return
  }
  writer.writeStatusLine(plan.statusCode, plan.phrase)
  if (plan.way === 'length') headers.set('Content-Length', String(content.length))
  if (plan.way === 'chunked' && !WITHOUT_CONTENT.includes(plan.statusCode)) {
    headers.set('Transfer-Encoding', 'chunked')
  }
  if (plan.trailers !== undefined) headers.set('Trailer', 'x-T')
  writer.writeHeaders(headers)
  if (writer.state === 'Done') return
  if (plan.way === 'length') {
    for (const piece of plan.pieces) writer.writeBody(piece)
    return
  }
  for (const piece of plan.pieces) writer.writeChunkedBody(piece)
  writer.writeChunkedBodyDone()
  if (plan.trailers !== undefined) writer.writeTrailers(new Headers(plan.trailers))
}

describe('RFC 9112 §6: what is written, another implementation reads back', () => {
  const loopback = new Loopback()
  beforeAll(() => loopback.start())
  afterAll(() => loopback.stop())

  test('node:http finds the same response, one after another on one connection (RFC 9112 §6, §9.3)', async () => {
    // One writer a connection, as a server has it.
    const writers = new WeakMap<Socket, ResponseWriter>()
    await fc.assert(
      fc.asyncProperty(responses, async (plan) => {
        let persistent: boolean | undefined
        const received = await loopback.exchange(plan.method, (socket) => {
          const given = { ...plan, requestMethod: plan.method }
          const writer = writers.get(socket) ?? new ResponseWriter(socket)
          writers.set(socket, writer)
          writer.reset(given)
          write(writer, plan)
          writer.finish()
          persistent = writer.persistent
          if (!persistent) socket.end()
        })

        const content = contentOf(plan)
        const closeDelimited =
          plan.httpVersion === '1.0' &&
          (plan.way === 'chunked' || plan.way === 'unsaid') &&
          !WITHOUT_CONTENT.includes(plan.statusCode)
        const chunked = received.fields.some(([name]) => name === 'Transfer-Encoding')
        expect(received.statusCode).toBe(plan.statusCode)
        expect(received.statusMessage).toBe(
          (plan.way === 'respond' ? undefined : plan.phrase) ?? reasonPhrase(plan.statusCode),
        )
        expect(received.interim).toEqual(plan.httpVersion === '1.0' ? [] : plan.interim)
        expect(received.fields.filter(([name]) => name.startsWith('X-'))).toEqual(plan.fields)
        expect(received.fields.filter(([name]) => name === 'Date')).toHaveLength(1)
        expect(received.body.equals(plan.method === 'HEAD' ? Buffer.alloc(0) : content)).toBe(true)
        expect(received.trailers).toEqual(
          chunked && plan.method !== 'HEAD' ? (plan.trailers ?? []) : [],
        )
        expect(persistent).toBe(plan.persistent && !closeDelimited)
        expect(received.kept).toBe(persistent)
      }),
      { numRuns: 400 },
    )
  })
})
