import { Headers, ProtocolError, UsageError } from '@rawhttp/headers'
import { RequestParser } from '@rawhttp/request-parser'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RequestWriter } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink, TextSink } from './support/recording-sink.ts'

// What a caller may pass on from somebody who wants to write a request of his own.
const hostile = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        '\r\n',
        '\r',
        '\n',
        '\0',
        ' ',
        '\t',
        ':',
        ',',
        '/',
        'a',
        '0',
        '\x7f',
        '\x85',
        '\u010a',
        '\u010d',
        '\u2028',
        '\u560a',
        '\u560d',
        '\ud83d',
        'GET /b HTTP/1.1\r\nHost: b\r\n\r\n',
        'Transfer-Encoding: chunked',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
)
const or = (honest: string) => fc.oneof(fc.constant(honest), hostile)
const names = fc.oneof(
  fc.constantFrom(
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Expect',
    'TE',
    'Trailer',
    'Upgrade',
    'Keep-Alive',
    'X-A',
  ),
  hostile,
)
const values = fc.oneof(
  fc.constantFrom('a.test', '0', '5', '05', '+5', 'chunked', 'close', '100-continue', 'X-A', ''),
  hostile,
)
const lines = fc.array(fc.tuple(names, values), { maxLength: 4 })
const attack = fc.record({
  method: fc.oneof(fc.constantFrom('GET', 'POST', 'CONNECT', 'OPTIONS', 'TRACE'), hostile),
  target: fc.oneof(
    fc.constantFrom('/', '*', 'b.test:443', 'http://b.test/'),
    or('/').map((rest) => `/${rest}`),
    or('/').map((rest) => `http://b.test/${rest}`),
    or('b').map((host) => `http://${host}/`),
    hostile,
  ),
  honestHost: fc.boolean(),
  fields: lines,
  pieces: fc.array(hostile, { maxLength: 3 }),
  trailers: lines,
  whole: fc.boolean(),
})
type Attack = typeof attack extends fc.Arbitrary<infer Value> ? Value : never

/** Headers of those lines that Headers accepts. */
function acceptable(fields: Iterable<readonly [string, string]>): Headers {
  const headers = new Headers()
  for (const [name, value] of fields) usageCode(() => void headers.append(name, value))
  return headers
}

/** Does with a writer all that it lets itself be talked into; what it refuses is left out. */
function perform(
  writer: RequestWriter,
  { method, target, honestHost, fields, pieces, trailers, whole }: Attack,
): void {
  const host = honestHost && target.startsWith('/') ? [['Host', 'a.test'] as const] : []
  const headers = acceptable([...host, ...fields])
  if (whole) {
    writer.request(method, target, headers, pieces.join(''))
    return
  }
  writer.writeRequestLine(method, target)
  writer.writeHeaders(headers)
  for (const piece of pieces) {
    usageCode(() => writer.writeBody(piece))
    usageCode(() => writer.writeChunkedBody(piece))
  }
  usageCode(() => writer.writeChunkedBodyDone())
  usageCode(() => writer.writeTrailers(acceptable(trailers)))
  usageCode(() => writer.finish())
}

describe('RFC 9112 §11.2: request smuggling', () => {
  test('no argument makes two requests of one, or another than it says (RFC 9112 §11.2)', () => {
    let written = 0
    fc.assert(
      fc.property(attack, fc.boolean(), (attack, asText) => {
        const sink = asText ? new TextSink() : new RecordingSink()
        const writer = new RequestWriter(sink)
        try {
          perform(writer, attack)
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError)
        }
        if (!writer.headSent) {
          expect(sink.text).toBe('')
          return
        }
        written++
        const found = readOne(sink.text)
        if (found === undefined) return
        const { requestLine, ends, content, held } = found
        const { method, target, pieces, whole } = attack
        expect(requestLine).toEqual({ method, requestTarget: target, httpVersion: '1.1' })
        expect(ends).toBe(writer.state === 'Done')
        expect(held).toBe(0)
        expect(content).toHaveLength(writer.writtenBytes)
        if (whole) expect(content).toBe(Buffer.from(pieces.join('')).toString('latin1'))
      }),
      { numRuns: 3000 },
    )
    expect(written).toBeGreaterThan(100)
  })

  test.each([
    ['a field value', () => new Headers([['X', 'a\r\nTransfer-Encoding: chunked']])],
    ['a field name', () => new Headers([['X: a\r\nY', 'b']])],
    ['a trailer field', () => new Headers([['X-Sum', '1\r\n\r\nGET /b HTTP/1.1']])],
  ])('a line break in %s gets nowhere (RFC 9112 §11.1)', (_title, make) => {
    expect(usageCode(make)).toMatch(/^ERR_FIELD_(?:NAME|VALUE)$/)
  })
})

/**
 * What a strict parser finds in the octets: one request, perhaps cut, and what is left behind it. Nothing when it wants what it
 * does not know to be expected, which is refused but not misunderstood.
 */
function readOne(text: string) {
  const parser = new RequestParser()
  parser.push(Buffer.from(text, 'latin1'))
  let content = ''
  let ends = false
  try {
    for (let event = parser.next(); event !== null; event = parser.next()) {
      if (event === 'Body') content += Buffer.from(parser.bodyOctets).toString('latin1')
      ends = event === 'End'
    }
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'ERR_EXPECTATION') return undefined
    throw new Error(`not read: ${JSON.stringify(text)}`, { cause: error })
  }
  return { requestLine: parser.head.requestLine, ends, content, held: parser.heldBytes }
}

describe('options are what they were when they were checked (RFC 9112 §11.1)', () => {
  const changing = (): object => {
    let asked = 0
    return {
      length: 1,
      startsWith: () => false,
      toString: () => (asked++ === 0 ? 'a' : 'a\r\nX: 1'),
    }
  }

  test.each([
    ['a host that is an object', { host: changing() }, 'ERR_HOST'],
    ['a host that is a String object', { host: new String('a') }, 'ERR_HOST'],
    ['a host that is null', { host: null }, 'ERR_HOST'],
    ['persistent as text', { persistent: 'false' }, 'ERR_OPTION'],
    ['persistent as a number', { persistent: 0 }, 'ERR_OPTION'],
  ])('%s is refused, and nothing has changed (RFC 9112 §3.2)', (_title, options, code) => {
    const sink = new RecordingSink()
    expect(usageCode(() => void new RequestWriter(sink, options as never))).toBe(code)
    const writer = new RequestWriter(sink, { host: 'a.test' })
    expect(usageCode(() => writer.reset({ persistent: false, ...options } as never))).toBe(code)
    writer.request('GET', '/')
    expect(sink.text).toBe('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
  })

  test('each is asked for once (RFC 9112 §3.2)', () => {
    const asked: string[] = []
    const options = new Proxy(
      { host: 'a.test', persistent: true },
      {
        get(target, name) {
          asked.push(String(name))
          return Reflect.get(target, name)
        },
      },
    )
    new RequestWriter(new RecordingSink(), options)
    expect(asked.toSorted()).toEqual(['host', 'persistent'])
  })
})
