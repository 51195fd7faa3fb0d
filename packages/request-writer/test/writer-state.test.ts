import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { REQUEST_WRITER_TRANSITIONS, RequestWriter } from '../src/index.ts'
import type { RequestWriterCall, RequestWriterOptions, RequestWriterState } from '../src/index.ts'
import { RecordingSink } from './support/recording-sink.ts'
import { HOST } from './support/written.ts'
import type { Fields } from './support/written.ts'

const TWO: Fields = [...HOST, ['Content-Length', '2']]
const CHUNKED: Fields = [...HOST, ['Transfer-Encoding', 'chunked']]
const TRAILER: Fields = [...CHUNKED, ['Trailer', 'X-Sum']]

const CALLS: {
  readonly [Call in RequestWriterCall]: (writer: RequestWriter, fields: Fields) => void
} = {
  writeRequestLine: (writer) => writer.writeRequestLine('GET', '/'),
  request: (writer) => writer.request('GET', '/', new Headers(HOST)),
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
  readonly state: RequestWriterState
  readonly options?: RequestWriterOptions
  readonly reach: (writer: RequestWriter) => void
  /** What writeHeaders is called with (default: Content-Length: 2). */
  readonly fields?: Fields
  /** What an ERR_WRITER_STATE names. */
  readonly due: string
  /** The state behind a call, or the code it is refused with; ERR_WRITER_STATE when it is not listed. */
  readonly cells: { readonly [Call in RequestWriterCall]?: RequestWriterState | `ERR_${string}` }
}

function begin(fields: Fields) {
  return (writer: RequestWriter): void => {
    writer.writeRequestLine('POST', '/')
    writer.writeHeaders(new Headers(fields))
  }
}

const LINE = (writer: RequestWriter): void => writer.writeRequestLine('GET', '/')
const IN_CHUNKS = 'writeChunkedBody or writeChunkedBodyDone or writeTrailers'

const SITUATIONS: readonly Situation[] = [
  {
    title: 'AwaitingRequestLine',
    state: 'AwaitingRequestLine',
    reach: () => {},
    due: 'writeRequestLine or request',
    cells: {
      writeRequestLine: 'AwaitingHeaders',
      request: 'Done',
      reset: 'AwaitingRequestLine',
    },
  },
  {
    title: 'AwaitingHeaders',
    state: 'AwaitingHeaders',
    reach: LINE,
    due: 'writeHeaders',
    cells: { writeHeaders: 'AwaitingBody', reset: 'AwaitingRequestLine' },
  },
  {
    title: 'AwaitingHeaders of chunks',
    state: 'AwaitingHeaders',
    reach: LINE,
    fields: CHUNKED,
    due: 'writeHeaders',
    cells: { writeHeaders: 'InChunkedBody', reset: 'AwaitingRequestLine' },
  },
  {
    title: 'AwaitingHeaders of no body',
    state: 'AwaitingHeaders',
    reach: LINE,
    fields: HOST,
    due: 'writeHeaders',
    cells: { writeHeaders: 'Done', reset: 'AwaitingRequestLine' },
  },
  {
    title: 'AwaitingBody, head held back',
    state: 'AwaitingBody',
    reach: begin(TWO),
    due: 'writeBody',
    cells: {
      writeBody: 'AwaitingBody',
      writeNothing: 'AwaitingBody',
      finish: 'ERR_BODY_TOO_SHORT',
      reset: 'AwaitingRequestLine',
    },
  },
  {
    title: 'AwaitingBody of one octet more',
    state: 'AwaitingBody',
    reach: (writer) => {
      begin(TWO)(writer)
      writer.writeBody('a')
    },
    due: 'writeBody',
    cells: { writeBody: 'Done', writeNothing: 'AwaitingBody', finish: 'ERR_BODY_TOO_SHORT' },
  },
  {
    title: 'InChunkedBody, head held back',
    state: 'InChunkedBody',
    reach: begin(CHUNKED),
    due: IN_CHUNKS,
    cells: {
      writeChunkedBody: 'InChunkedBody',
      writeChunkedBodyDone: 'Done',
      writeTrailers: 'Done',
      writeNothing: 'InChunkedBody',
      reset: 'AwaitingRequestLine',
    },
  },
  {
    title: 'InChunkedBody before trailers',
    state: 'InChunkedBody',
    reach: (writer) => {
      begin(TRAILER)(writer)
      writer.writeChunkedBody('a')
    },
    due: IN_CHUNKS,
    cells: {
      writeChunkedBody: 'InChunkedBody',
      writeChunkedBodyDone: 'AwaitingTrailers',
      writeTrailers: 'Done',
      writeNothing: 'InChunkedBody',
    },
  },
  {
    title: 'AwaitingTrailers',
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
      reset: 'AwaitingRequestLine',
    },
  },
  {
    title: 'Done behind a body',
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
      reset: 'AwaitingRequestLine',
    },
  },
  {
    title: 'Done behind the last request of a connection',
    state: 'Done',
    options: { persistent: false },
    reach: (writer) => writer.request('GET', '/', new Headers(HOST)),
    due: 'no call, for the connection ends',
    cells: {
      writeBody: 'ERR_BODY_FORBIDDEN',
      writeChunkedBody: 'ERR_BODY_FORBIDDEN',
      writeNothing: 'Done',
      finish: 'Done',
    },
  },
  {
    title: 'Done behind chunks',
    state: 'Done',
    reach: (writer) => {
      begin(CHUNKED)(writer)
      writer.writeChunkedBodyDone()
    },
    due: 'reset',
    cells: { writeNothing: 'Done', finish: 'Done', reset: 'AwaitingRequestLine' },
  },
]

function reached(situation: Situation): { sink: RecordingSink; writer: RequestWriter } {
  const sink = new RecordingSink()
  const writer = new RequestWriter(sink, situation.options)
  situation.reach(writer)
  expect(writer.state).toBe(situation.state)
  return { sink, writer }
}

describe('RFC 9112 §2.1: a request is written in the order of its parts', () => {
  describe.each(SITUATIONS)('in $title', (situation) => {
    const calls = Object.keys(CALLS) as RequestWriterCall[]
    const legal = calls.filter((call) => situation.cells[call]?.startsWith('ERR_') === false)

    test.each(legal)('%s is legal, and leads on as the table says (RFC 9112 §2.1)', (call) => {
      const { writer } = reached(situation)
      CALLS[call](writer, situation.fields ?? TWO)
      expect(writer.state).toBe(situation.cells[call])
      expect(REQUEST_WRITER_TRANSITIONS[situation.state][call]?.to).toContain(writer.state)
    })

    test.each(calls.filter((call) => !legal.includes(call)))(
      '%s is refused and changes nothing (RFC 9112 §2.1)',
      (call) => {
        const { sink, writer } = reached(situation)
        const { method, headSent, persistent, writtenBytes } = writer
        const { text } = sink
        const shown = call === 'writeNothing' ? 'writeBody' : call
        const order = `Call order in ${situation.state}: expected ${situation.due}, got ${shown}`
        const code = situation.cells[call] ?? 'ERR_WRITER_STATE'
        const expected = { code, ...(code === 'ERR_WRITER_STATE' && { message: order }) }
        expect(() => CALLS[call](writer, situation.fields ?? TWO)).toThrow(
          expect.objectContaining(expected),
        )
        const { state } = situation
        expect(writer).toMatchObject({ state, method, headSent, persistent, writtenBytes })
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
    const listed = Object.entries(REQUEST_WRITER_TRANSITIONS).flatMap(([state, row]) =>
      Object.entries(row).flatMap(([call, cell]) =>
        cell.to.map((next) => `${state} ${call} ${next}`),
      ),
    )
    expect(listed.filter((transition) => !met.has(transition))).toEqual([])
  })
})
