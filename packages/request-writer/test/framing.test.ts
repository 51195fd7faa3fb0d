import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { RequestWriter } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink, TextSink } from './support/recording-sink.ts'
import { headLines, HOST } from './support/written.ts'
import type { Fields } from './support/written.ts'

const CHUNKED: Fields = [...HOST, ['Transfer-Encoding', 'chunked']]
const FIVE: Fields = [...HOST, ['Content-Length', '5']]

/** What `request` writes, or the code that it is refused with. */
function whole(method: string, fields: Fields, body?: string | Uint8Array): string {
  const sink = new RecordingSink()
  const code = usageCode(() =>
    new RequestWriter(sink).request(method, '/', new Headers(fields), body),
  )
  if (code !== undefined) expect(sink.text).toBe('')
  return code ?? sink.text
}

describe('RFC 9112 §6.3: the length of a request', () => {
  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'PURGE'])(
    'without framing fields %s has no body (RFC 9112 §6.3 rule 7)',
    (method) => {
      expect(headLines(HOST, { method })).toHaveLength(2)
      expect(whole(method, HOST)).toBe(`${method} / HTTP/1.1\r\nHost: a.test\r\n\r\n`)
    },
  )

  test.each(['POST', 'PUT', 'PATCH'])('says that %s has none (RFC 9110 §8.6)', (method) => {
    expect(headLines(HOST, { method })[2]).toBe('Content-Length: 0')
    expect(whole(method, HOST)).toContain('\r\nContent-Length: 0\r\n')
  })

  test('adds the length of a whole body, in one write (RFC 9112 §6.2)', () => {
    expect(whole('GET', HOST, 'h\u00e9')).toBe(
      'GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nh\u00c3\u00a9',
    )
    const sink = new TextSink()
    new RequestWriter(sink).request('POST', '/', new Headers(HOST), new Uint8Array(2000))
    expect(sink.texts).toBe(1)
  })

  test('leaves a true length as it is (RFC 9110 §8.6)', () => {
    expect(whole('POST', [...HOST, ['content-length', '005']], 'hello')).toContain(
      '\r\ncontent-length: 005\r\n\r\nhello',
    )
  })

  test.each([
    ['a length that is too short', FIVE, 'hello!', 'ERR_BODY_TOO_LONG'],
    ['a length that is too long', FIVE, 'hell', 'ERR_BODY_TOO_SHORT'],
    ['chunks for a whole body', CHUNKED, 'hello', 'ERR_FRAMING_CONFLICT'],
    ['chunks for no body', CHUNKED, '', 'ERR_FRAMING_CONFLICT'],
    ['both', [...FIVE, ...CHUNKED.slice(1)], 'hello', 'ERR_FRAMING_CONFLICT'],
    ['two lengths', [...FIVE, ...FIVE.slice(1)], 'hello', 'ERR_CONTENT_LENGTH'],
    ['no number', [...HOST, ['Content-Length', '5, 5']], 'hello', 'ERR_CONTENT_LENGTH'],
    [
      'another coding',
      [...HOST, ['Transfer-Encoding', 'gzip, chunked']],
      '',
      'ERR_TRANSFER_ENCODING',
    ],
    ['chunked twice', [...CHUNKED, ...CHUNKED.slice(1)], '', 'ERR_TRANSFER_ENCODING'],
  ] as const)('refuses %s (RFC 9112 §6.3)', (_title, fields, body, code) => {
    expect(whole('POST', fields, body)).toBe(code)
  })

  test.each(['CONNECT', 'TRACE'])('refuses content with %s (RFC 9110 §9.3.6, §9.3.8)', (method) => {
    const target = method === 'CONNECT' ? 'a.test:80' : '/'
    const host = [['Host', method === 'CONNECT' ? 'a.test:80' : 'a.test']] as const
    for (const field of [
      ['Content-Length', '1'],
      ['Transfer-Encoding', 'chunked'],
    ] as const) {
      expect(usageCode(() => headLines([...host, field], { method, target }))).toBe(
        'ERR_BODY_FORBIDDEN',
      )
    }
    expect(headLines([...host, ['Content-Length', '0']], { method, target })).toHaveLength(3)
  })

  test('a body of known length ends with its last octet (RFC 9112 §6.2)', () => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    writer.writeRequestLine('POST', '/')
    writer.writeHeaders(new Headers(FIVE))
    expect(sink.writes).toEqual([])
    expect(writer.writeBody('he')).toBe(true)
    expect(sink.writes).toHaveLength(1)
    expect(() => writer.finish()).toThrow('Body: expected 5 octets by Content-Length, got 2')
    expect(usageCode(() => writer.writeBody('llo!'))).toBe('ERR_BODY_TOO_LONG')
    sink.flowing = false
    expect(writer.writeBody(Buffer.from('llo'))).toBe(false)
    expect(writer).toMatchObject({ state: 'Done', writtenBytes: 5 })
    expect(usageCode(() => writer.writeBody('!'))).toBe('ERR_BODY_TOO_LONG')
    expect(sink.text).toMatch(/\r\n\r\nhello$/)
  })
})

describe('RFC 9112 §6.3: a body that no field has promised', () => {
  test.each([
    ['GET', HOST],
    ['POST', HOST],
    ['POST', [...HOST, ['Content-Length', '0']]],
  ] as const)('is refused, and why: %s with %j (RFC 9112 §6.3 rule 7)', (method, fields) => {
    for (const call of ['writeBody', 'writeChunkedBody'] as const) {
      const writer = new RequestWriter(new RecordingSink())
      writer.writeRequestLine(method, '/')
      writer.writeHeaders(new Headers(fields))
      expect(() => writer[call]('hello')).toThrow(
        'Body: expected none without Transfer-Encoding or a Content-Length above 0, got 5 octets',
      )
      expect(usageCode(() => writer[call]('hello'))).toBe('ERR_BODY_FORBIDDEN')
      expect(writer).toMatchObject({ state: 'Done', writtenBytes: 0 })
    }
  })
})

describe('RFC 9112 §7.1: the chunked coding', () => {
  test('writes size lines, the last chunk and the trailer section (RFC 9112 §7.1, §7.1.2)', () => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    writer.writeRequestLine('POST', '/')
    writer.writeHeaders(new Headers([...CHUNKED, ['Trailer', 'X-Sum']]))
    writer.writeChunkedBody('a'.repeat(26))
    writer.writeChunkedBody('')
    writer.writeChunkedBody(Buffer.from('\u00e9'))
    writer.writeChunkedBodyDone()
    writer.writeTrailers(new Headers([['X-Sum', '1']]))
    expect(sink.text).toBe(
      'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n' +
        `1a\r\n${'a'.repeat(26)}\r\n2\r\n\u00c3\u00a9\r\n0\r\nX-Sum: 1\r\n\r\n`,
    )
    expect(writer.writtenBytes).toBe(28)
  })

  test.each([
    ['behind chunks', ['a'], '1\r\na\r\n'],
    ['behind no chunk', [], ''],
  ])('writes trailers that nothing announced, %s (RFC 9110 §6.6.2)', (_title, pieces, chunks) => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    writer.writeRequestLine('POST', '/')
    writer.writeHeaders(new Headers(CHUNKED))
    for (const piece of pieces) writer.writeChunkedBody(piece)
    expect(usageCode(() => writer.writeTrailers(new Headers([['Host', 'b']])))).toBe(
      'ERR_TRAILER_FIELD',
    )
    expect(writer.state).toBe('InChunkedBody')
    writer.writeTrailers(new Headers([['X-Sum', '1']]))
    expect(writer.state).toBe('Done')
    writer.finish()
    expect(sink.text).toBe(
      `POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\nX-Sum: 1\r\n\r\n`,
    )
  })

  test('finish in place of the trailers leaves their section empty (RFC 9112 §7.1.2)', () => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    writer.writeRequestLine('POST', '/')
    writer.writeHeaders(new Headers([...CHUNKED, ['Trailer', 'X-Sum']]))
    writer.writeChunkedBodyDone()
    writer.finish()
    expect(sink.text).toMatch(/\r\n\r\n0\r\n\r\n$/)
  })

  test('refuses fields that may not be trailers (RFC 9110 §6.5.1)', () => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    writer.writeRequestLine('POST', '/')
    writer.writeHeaders(new Headers([...CHUNKED, ['Trailer', 'Host']]))
    writer.writeChunkedBodyDone()
    expect(usageCode(() => writer.writeTrailers(new Headers([['Host', 'b']])))).toBe(
      'ERR_TRAILER_FIELD',
    )
    expect(writer.state).toBe('AwaitingTrailers')
  })
})

describe('RFC 9110 §10.1.1: Expect', () => {
  test.each([
    ['of known length', FIVE],
    ['in chunks', CHUNKED],
  ])('sends the head at once when a body %s waits (RFC 9110 §10.1.1)', (_title, fields) => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    writer.writeRequestLine('PUT', '/')
    writer.writeHeaders(new Headers([...fields, ['Expect', '100-Continue']]))
    expect(sink.text).toMatch(/\r\nExpect: 100-Continue\r\n\r\n$/)
    expect(writer).toMatchObject({ expectsContinue: true, headSent: true })
    expect(usageCode(() => writer.reset())).toBe('ERR_WRITER_STATE')
  })

  test('is forgotten with its request (RFC 9110 §10.1.1)', () => {
    const writer = new RequestWriter(new RecordingSink())
    writer.request('PUT', '/', new Headers([...HOST, ['Expect', '100-continue']]), 'hello')
    expect(writer.expectsContinue).toBe(true)
    writer.reset()
    expect(writer.expectsContinue).toBe(false)
  })

  test('refuses to wait for nothing (RFC 9110 §10.1.1)', () => {
    expect(whole('PUT', [...HOST, ['Expect', '100-continue']])).toBe('ERR_EXPECT')
    expect(usageCode(() => headLines([...HOST, ['Expect', '100-continue']]))).toBe('ERR_EXPECT')
  })

  test('lets other expectations pass (RFC 9110 §10.1.1)', () => {
    expect(headLines([...HOST, ['Expect', 'more']])[2]).toBe('Expect: more')
  })
})
