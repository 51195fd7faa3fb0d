import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { ResponseWriter, WRITER_TRANSITIONS } from '../src/index.ts'
import type { WriterCall, WriterOptions, WriterState } from '../src/index.ts'
import { RecordingSink } from './support/recording-sink.ts'

type Fields = readonly (readonly [string, string])[]

const CALLS: { readonly [Call in WriterCall]: (writer: ResponseWriter, fields: Fields) => void } = {
  writeInformational: (writer) => writer.writeInformational(103),
  writeStatusLine: (writer) => writer.writeStatusLine(200),
  respond: (writer) => writer.respond(200, 'hello'),
  writeHeaders: (writer, fields) => writer.writeHeaders(new Headers(fields)),
  writeBody: (writer) => void writer.writeBody('a'),
  writeChunkedBody: (writer) => void writer.writeChunkedBody('a'),
  writeChunkedBodyDone: (writer) => writer.writeChunkedBodyDone(),
  writeTrailers: (writer) => writer.writeTrailers(new Headers([['X-Sum', '1']])),
  writeNothing: (writer) => {
    writer.writeBody('')
    writer.writeChunkedBody(new Uint8Array(0))
  },
  finish: (writer) => writer.finish(),
  reset: (writer) => writer.reset(),
}

interface Situation {
  readonly title: string
  readonly state: WriterState
  readonly options?: WriterOptions
  readonly reach: (writer: ResponseWriter) => void
  /** What writeHeaders is called with (default: Content-Length: 2). */
  readonly fields?: Fields
  /** What an ERR_WRITER_STATE names. */
  readonly due: string
  /** The state behind a call, or the code it is refused with; ERR_WRITER_STATE when it is not listed. */
  readonly cells: { readonly [Call in WriterCall]?: WriterState | `ERR_${string}` }
}

function begin(fields: Fields, statusCode = 200) {
  return (writer: ResponseWriter): void => {
    writer.writeStatusLine(statusCode)
    writer.writeHeaders(new Headers(fields))
  }
}

const TWO: Fields = [['Content-Length', '2']]
const TRAILER: Fields = [['Trailer', 'X-Sum']]

const SITUATIONS: readonly Situation[] = [
  {
    title: 'AwaitingStatusLine',
    state: 'AwaitingStatusLine',
    reach: () => {},
    due: 'writeStatusLine or writeInformational or respond',
    cells: {
      writeInformational: 'AwaitingStatusLine',
      writeStatusLine: 'AwaitingHeaders',
      respond: 'Done',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'AwaitingHeaders',
    state: 'AwaitingHeaders',
    reach: (writer) => writer.writeStatusLine(200),
    due: 'writeHeaders',
    cells: { writeHeaders: 'AwaitingBody', reset: 'AwaitingStatusLine' },
  },
  {
    title: 'AwaitingHeaders without a length',
    state: 'AwaitingHeaders',
    reach: (writer) => writer.writeStatusLine(200),
    fields: [],
    due: 'writeHeaders',
    cells: { writeHeaders: 'InChunkedBody', reset: 'AwaitingStatusLine' },
  },
  {
    title: 'AwaitingHeaders of a status without content',
    state: 'AwaitingHeaders',
    reach: (writer) => writer.writeStatusLine(304),
    due: 'writeHeaders',
    cells: { writeHeaders: 'Done', reset: 'AwaitingStatusLine' },
  },
  {
    title: 'AwaitingBody with its head held back',
    state: 'AwaitingBody',
    reach: begin(TWO),
    due: 'writeBody or finish',
    cells: {
      writeBody: 'AwaitingBody',
      writeNothing: 'AwaitingBody',
      finish: 'ERR_BODY_TOO_SHORT',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'AwaitingBody with octets sent',
    state: 'AwaitingBody',
    reach: (writer) => {
      begin(TWO)(writer)
      writer.writeBody('a')
    },
    due: 'writeBody or finish',
    cells: { writeBody: 'Done', writeNothing: 'AwaitingBody', finish: 'ERR_BODY_TOO_SHORT' },
  },
  {
    title: 'AwaitingBody for HEAD',
    state: 'AwaitingBody',
    options: { requestMethod: 'HEAD' },
    reach: begin(TWO),
    due: 'writeBody or finish',
    cells: {
      writeBody: 'AwaitingBody',
      writeNothing: 'AwaitingBody',
      finish: 'Done',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'AwaitingBody for HEAD with octets counted',
    state: 'AwaitingBody',
    options: { requestMethod: 'HEAD' },
    reach: (writer) => {
      begin(TWO)(writer)
      writer.writeBody('a')
    },
    due: 'writeBody or finish',
    cells: { writeBody: 'Done', writeNothing: 'AwaitingBody', finish: 'ERR_BODY_TOO_SHORT' },
  },
  {
    title: 'AwaitingBody that ends with the connection',
    state: 'AwaitingBody',
    options: { httpVersion: '1.0' },
    reach: begin([]),
    due: 'writeBody or writeChunkedBody or writeChunkedBodyDone or finish',
    cells: {
      writeBody: 'AwaitingBody',
      writeChunkedBody: 'AwaitingBody',
      writeChunkedBodyDone: 'Done',
      writeNothing: 'AwaitingBody',
      finish: 'Done',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'AwaitingBody that ends with the connection, with trailers announced',
    state: 'AwaitingBody',
    options: { httpVersion: '1.0' },
    reach: begin(TRAILER),
    due: 'writeBody or writeChunkedBody or writeChunkedBodyDone or finish',
    cells: {
      writeBody: 'AwaitingBody',
      writeChunkedBody: 'AwaitingBody',
      writeChunkedBodyDone: 'AwaitingTrailers',
      writeNothing: 'AwaitingBody',
      finish: 'Done',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'InChunkedBody with its head held back',
    state: 'InChunkedBody',
    reach: begin([]),
    due: 'writeChunkedBody or writeChunkedBodyDone',
    cells: {
      writeChunkedBody: 'InChunkedBody',
      writeChunkedBodyDone: 'Done',
      writeNothing: 'InChunkedBody',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'InChunkedBody with octets sent and trailers announced',
    state: 'InChunkedBody',
    reach: (writer) => {
      begin(TRAILER)(writer)
      writer.writeChunkedBody('a')
    },
    due: 'writeChunkedBody or writeChunkedBodyDone',
    cells: {
      writeChunkedBody: 'InChunkedBody',
      writeChunkedBodyDone: 'AwaitingTrailers',
      writeNothing: 'InChunkedBody',
    },
  },
  {
    title: 'InChunkedBody for HEAD',
    state: 'InChunkedBody',
    options: { requestMethod: 'HEAD' },
    reach: begin([]),
    due: 'writeChunkedBody or writeChunkedBodyDone or finish',
    cells: {
      writeChunkedBody: 'InChunkedBody',
      writeChunkedBodyDone: 'Done',
      writeNothing: 'InChunkedBody',
      finish: 'Done',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'InChunkedBody for HEAD with octets counted',
    state: 'InChunkedBody',
    options: { requestMethod: 'HEAD' },
    reach: (writer) => {
      begin([])(writer)
      writer.writeChunkedBody('a')
    },
    due: 'writeChunkedBody or writeChunkedBodyDone',
    cells: {
      writeChunkedBody: 'InChunkedBody',
      writeChunkedBodyDone: 'Done',
      writeNothing: 'InChunkedBody',
    },
  },
  {
    title: 'AwaitingTrailers with octets sent',
    state: 'AwaitingTrailers',
    reach: (writer) => {
      begin(TRAILER)(writer)
      writer.writeChunkedBody('a')
      writer.writeChunkedBodyDone()
    },
    due: 'writeTrailers or finish',
    cells: { writeTrailers: 'Done', writeNothing: 'AwaitingTrailers', finish: 'Done' },
  },
  {
    title: 'AwaitingTrailers with its head held back',
    state: 'AwaitingTrailers',
    reach: (writer) => {
      begin(TRAILER)(writer)
      writer.writeChunkedBodyDone()
    },
    due: 'writeTrailers or finish',
    cells: {
      writeTrailers: 'Done',
      writeNothing: 'AwaitingTrailers',
      finish: 'Done',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'Done at the Content-Length',
    state: 'Done',
    reach: (writer) => {
      begin(TWO)(writer)
      writer.writeBody('ab')
    },
    due: 'reset',
    cells: {
      writeBody: 'ERR_BODY_TOO_LONG',
      writeNothing: 'Done',
      finish: 'Done',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'Done behind a response without content',
    state: 'Done',
    reach: begin([], 204),
    due: 'reset',
    cells: {
      writeBody: 'ERR_BODY_FORBIDDEN',
      writeChunkedBody: 'ERR_BODY_FORBIDDEN',
      writeNothing: 'Done',
      finish: 'Done',
      reset: 'AwaitingStatusLine',
    },
  },
  {
    title: 'Done behind the last chunk',
    state: 'Done',
    reach: (writer) => {
      begin([])(writer)
      writer.writeChunkedBodyDone()
    },
    due: 'reset',
    cells: { writeNothing: 'Done', finish: 'Done', reset: 'AwaitingStatusLine' },
  },
  {
    title: 'Done behind the last response of a connection',
    state: 'Done',
    options: { persistent: false },
    reach: (writer) => {
      begin(TWO)(writer)
      writer.writeBody('ab')
    },
    due: 'no call, for the connection ends',
    cells: { writeBody: 'ERR_BODY_TOO_LONG', writeNothing: 'Done', finish: 'Done' },
  },
  {
    title: 'Done behind HEAD without a body',
    state: 'Done',
    options: { requestMethod: 'HEAD' },
    reach: (writer) => {
      begin(TWO)(writer)
      writer.finish()
    },
    due: 'reset',
    cells: { writeNothing: 'Done', finish: 'Done', reset: 'AwaitingStatusLine' },
  },
]

function reached(situation: Situation): { sink: RecordingSink; writer: ResponseWriter } {
  const sink = new RecordingSink()
  const writer = new ResponseWriter(sink, { date: null, ...situation.options })
  situation.reach(writer)
  expect(writer.state).toBe(situation.state)
  return { sink, writer }
}

describe('RFC 9112 §2.1: a message is written in the order of its parts', () => {
  describe.each(SITUATIONS)('in $title', (situation) => {
    const calls = Object.keys(CALLS) as WriterCall[]
    const legal = calls.filter((call) => situation.cells[call]?.startsWith('ERR_') === false)

    test.each(legal)('%s is legal, and leads on as the table says (RFC 9112 §2.1)', (call) => {
      const { writer } = reached(situation)
      CALLS[call](writer, situation.fields ?? TWO)
      expect(writer.state).toBe(situation.cells[call])
      expect(WRITER_TRANSITIONS[situation.state][call]?.to).toContain(writer.state)
    })

    test.each(calls.filter((call) => !legal.includes(call)))(
      '%s is refused and changes nothing (RFC 9112 §2.1)',
      (call) => {
        const { sink, writer } = reached(situation)
        const { statusCode, headSent, persistent } = writer
        const { text } = sink
        const shown = call === 'writeNothing' ? 'writeBody' : call
        const order = `Call order in ${situation.state}: expected ${situation.due}, got ${shown}`
        const code = situation.cells[call] ?? 'ERR_WRITER_STATE'
        const expected = { code, ...(code === 'ERR_WRITER_STATE' && { message: order }) }
        expect(() => CALLS[call](writer, situation.fields ?? TWO)).toThrow(
          expect.objectContaining(expected),
        )
        expect(writer).toMatchObject({ state: situation.state, statusCode, headSent, persistent })
        expect(sink.text).toBe(text)
      },
    )
  })

  test('every cell of the table is met by a situation above (RFC 9112 §2.1)', () => {
    const met = new Set(
      SITUATIONS.flatMap(({ state, cells }) =>
        Object.entries(cells).map(([call, next]) => `${state} ${call} ${next}`),
      ),
    )
    const listed = Object.entries(WRITER_TRANSITIONS).flatMap(([state, row]) =>
      Object.entries(row).flatMap(([call, cell]) =>
        cell.to.map((next) => `${state} ${call} ${next}`),
      ),
    )
    expect(listed.filter((transition) => !met.has(transition))).toEqual([])
  })
})
