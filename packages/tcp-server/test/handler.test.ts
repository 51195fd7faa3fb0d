import { UsageError } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import { describe, expect, test } from 'vitest'
import type { Handler } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import { echoTarget, fieldLines, gate } from './support/handlers.ts'

const get = (target: string): string => request(`GET ${target}`)
const boom = new Error('boom at secret.ts:1')

interface Row {
  readonly title: string
  readonly handler: Handler
  /** Status codes of the complete answers to two requests in a row. */
  readonly answers: readonly number[]
  readonly state: string
  /** What onError is told. */
  readonly errors: readonly unknown[]
}

const usage = (code: string): unknown => expect.objectContaining({ name: 'UsageError', code })

function begin(writer: ResponseWriter, ...lines: readonly (readonly [string, string])[]): void {
  writer.writeStatusLine(200)
  writer.writeHeaders(fieldLines(...lines))
}

const MATRIX: readonly Row[] = [
  {
    title: 'serves a synchronous handler',
    handler: echoTarget,
    answers: [200, 200],
    state: 'Idle',
    errors: [],
  },
  {
    title: 'serves an asynchronous handler',
    handler: async (_, writer) => {
      await settle()
      writer.respond(200)
    },
    answers: [200, 200],
    state: 'Idle',
    errors: [],
  },
  {
    title: 'answers 500 when the handler throws',
    handler: () => {
      throw boom
    },
    answers: [500, 500],
    state: 'Idle',
    errors: [boom, boom],
  },
  {
    title: 'answers 500 when the handler rejects',
    handler: () => Promise.reject(boom),
    answers: [500, 500],
    state: 'Idle',
    errors: [boom, boom],
  },
  {
    title: 'answers 500 when the handler throws what is no error',
    handler: () => Promise.reject('text'),
    answers: [500, 500],
    state: 'Idle',
    errors: [
      expect.objectContaining({ message: 'Thrown: text' }),
      expect.objectContaining({ message: 'Thrown: text' }),
    ],
  },
  {
    title: 'answers 500 when the handler writes nothing',
    handler: () => {},
    answers: [500, 500],
    state: 'Idle',
    errors: [usage('ERR_WRITER_STATE'), usage('ERR_WRITER_STATE')],
  },
  {
    title: 'answers 500 when the handler stops behind the status line',
    handler: (_, writer) => {
      writer.writeStatusLine(200)
    },
    answers: [500, 500],
    state: 'Idle',
    errors: [usage('ERR_WRITER_STATE'), usage('ERR_WRITER_STATE')],
  },
  {
    title: 'answers 500 when the handler throws with a head that was not sent',
    handler: (_, writer) => {
      begin(writer, ['Content-Length', '5'])
      throw boom
    },
    answers: [500, 500],
    state: 'Idle',
    errors: [boom, boom],
  },
  {
    title: 'answers 500 when the handler calls the writer out of order',
    handler: (_, writer) => {
      writer.writeBody('too early')
    },
    answers: [500, 500],
    state: 'Idle',
    errors: [usage('ERR_WRITER_STATE'), usage('ERR_WRITER_STATE')],
  },
  {
    title: 'cuts the connection when the handler throws behind a part of its body (RFC 9112 §8)',
    handler: (_, writer) => {
      begin(writer)
      writer.writeChunkedBody('part')
      throw boom
    },
    answers: [],
    state: 'Closed',
    errors: [boom],
  },
  {
    title: 'cuts the connection when the handler writes too little (RFC 9112 §8)',
    handler: (_, writer) => {
      begin(writer, ['Content-Length', '5'])
      writer.writeBody('four')
    },
    answers: [],
    state: 'Closed',
    errors: [usage('ERR_BODY_TOO_SHORT')],
  },
  {
    title: 'cuts the connection when the handler leaves a chunked body open (RFC 9112 §8)',
    handler: (_, writer) => {
      begin(writer)
      writer.writeChunkedBody('part')
    },
    answers: [],
    state: 'Closed',
    errors: [usage('ERR_WRITER_STATE')],
  },
  {
    title: 'cuts the connection when the handler writes more than it said, later',
    handler: (_, writer) => {
      begin(writer, ['Content-Length', '5'])
      writer.writeBody('four')
      writer.writeBody('too many')
    },
    answers: [],
    state: 'Closed',
    errors: [usage('ERR_BODY_TOO_LONG')],
  },
  {
    title: 'sends what was right when the handler writes behind the end',
    handler: (_, writer) => {
      writer.respond(200, 'all')
      writer.writeBody('more')
    },
    answers: [200, 200],
    state: 'Idle',
    errors: [
      expect.objectContaining({ name: 'UsageError' }),
      expect.objectContaining({ name: 'UsageError' }),
    ],
  },
  {
    title: 'sends what was right when the handler throws behind the end',
    handler: (_, writer) => {
      writer.respond(200, 'all')
      throw boom
    },
    answers: [200, 200],
    state: 'Idle',
    errors: [boom, boom],
  },
  {
    title: 'waits for a handler that never ends, and for nothing else',
    handler: () => new Promise(() => {}),
    answers: [],
    state: 'Handling',
    errors: [],
  },
  {
    title: 'ends an empty trailer section that the handler announced and left out',
    handler: (_, writer) => {
      begin(writer, ['Trailer', 'X-Sum'])
      writer.writeChunkedBody('part')
      writer.writeChunkedBodyDone()
    },
    answers: [200, 200],
    state: 'Idle',
    errors: [],
  },
]

describe('RFC 9110 §15.6.1 handlers', () => {
  test.each(MATRIX)('$title', async ({ handler, answers, state, errors }) => {
    const rig = connect(handler)
    await rig.send(get('/a') + get('/b'))
    for (let i = 0; i < 3; i++) await settle()
    expect(rig.responses().map(({ statusCode }) => statusCode)).toEqual(answers)
    expect(rig.connection.state).toBe(state)
    expect(rig.errors.map(({ error }) => error)).toEqual(errors)
    expect(rig.stream.sent).not.toMatch(/boom|secret|more/)
    const politelyEnded = answers.length === 0 && rig.stream.sent.endsWith('0\r\n\r\n')
    expect(politelyEnded).toBe(false)
  })

  test('tells nothing of the reason in a 500', async () => {
    const rig = connect(() => {
      throw boom
    })
    await rig.send(get('/'))
    expect(rig.responses()[0]?.body).toBe('500 Internal Server Error\n')
  })

  test('shows by a reset that a body which ends with the connection was cut (RFC 9112 §8)', async () => {
    const rig = connect((_, writer) => {
      begin(writer)
      writer.writeChunkedBody('part')
      throw boom
    })
    await rig.send('GET / HTTP/1.0\r\n\r\n')
    expect(rig.stream.sent).toContain('part')
    expect(rig.stream.wasReset).toBe(true)
  })

  test('sends the part that was written before it cuts', async () => {
    const rig = connect((_, writer) => {
      begin(writer)
      writer.writeChunkedBody('part')
      throw boom
    })
    await rig.send(get('/'))
    expect(rig.stream.sent).toMatch(/\r\n4\r\npart\r\n$/)
    expect(rig.stream.destroyed).toBe(true)
  })

  test('survives an onError that throws', async () => {
    const rig = connect(
      () => {
        throw boom
      },
      {
        onError: () => {
          throw new Error('again')
        },
      },
    )
    await rig.send(get('/'))
    expect(rig.responses()).toMatchObject([{ statusCode: 500 }])
  })

  test('sends a head at once when the body is long in coming', async () => {
    const { opened, open } = gate()
    const rig = connect(async (_, writer) => {
      begin(writer)
      await opened
      writer.writeChunkedBody('late')
      writer.writeChunkedBodyDone()
    })
    await rig.send(get('/'))
    expect(rig.stream.sent).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\n$/)
    open()
    await settle()
    expect(rig.responses()).toMatchObject([{ statusCode: 200, body: 'late' }])
  })

  test('gives what one turn of a handler writes to the socket in one write', async () => {
    const rig = connect((_, writer) => {
      begin(writer, ['Content-Length', '6000'])
      writer.writeBody(new Uint8Array(3000))
      writer.writeBody(new Uint8Array(3000))
    })
    await rig.send(get('/'))
    expect(rig.stream.writes).toHaveLength(1)
  })

  test('keeps the writer of an answered request out of the next response', async () => {
    const writers: ResponseWriter[] = []
    const second = gate()
    const rig = connect(async (incoming, writer) => {
      writers.push(writer)
      if (incoming.requestLine.requestTarget === '/b') await second.opened
      writer.respond(200, incoming.requestLine.requestTarget)
    })
    await rig.send(get('/a') + get('/b'))
    expect(() => writers[0]?.respond(200, 'stale')).toThrow(UsageError)
    expect(() => writers[0]?.writeBody('stale')).toThrow(UsageError)
    second.open()
    await settle()
    expect(rig.responses().map(({ body }) => body)).toEqual(['/a', '/b'])
    expect(rig.stream.sent).not.toContain('stale')
  })

  test('keeps the writer of a failed request out of its 500', async () => {
    let kept: ResponseWriter | undefined
    const rig = connect((_, writer) => {
      kept = writer
      throw boom
    })
    await rig.send(get('/a'))
    expect(() => kept?.respond(200, 'stale')).toThrow(UsageError)
    expect(rig.stream.sent).not.toContain('stale')
  })
})
