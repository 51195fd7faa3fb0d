import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { ResponseWriter } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink } from './support/recording-sink.ts'

describe('RFC 9112 §7.1: the chunked coding', () => {
  test('writes size lines, the last chunk and the trailer section (RFC 9112 §7.1, §7.1.2)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['Trailer', 'X-Sum, x-count']]))
    writer.writeChunkedBody('a'.repeat(26))
    writer.writeChunkedBody('')
    writer.writeChunkedBody(Buffer.from('\u00e9'))
    writer.writeChunkedBodyDone()
    writer.writeTrailers(
      new Headers([
        ['X-Sum', '1'],
        ['x-count', '2'],
      ]),
    )
    expect(sink.writes).toEqual([
      `HTTP/1.1 200 OK\r\nTrailer: X-Sum, x-count\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n${'a'.repeat(26)}\r\n`,
      '2\r\n\u00c3\u00a9\r\n',
      '0\r\nX-Sum: 1\r\nx-count: 2\r\n\r\n',
    ])
  })

  test('without a Trailer field the last chunk ends the response (RFC 9112 §7.1)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers())
    writer.writeChunkedBody('hello')
    writer.writeChunkedBodyDone()
    expect(writer.state).toBe('Done')
    expect(sink.writes[1]).toBe('0\r\n\r\n')
  })

  test('finish in place of the trailers leaves their section empty (RFC 9112 §7.1.2)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['Trailer', 'X-Sum']]))
    writer.writeChunkedBody('hello')
    writer.writeChunkedBodyDone()
    writer.finish()
    expect(sink.writes[1]).toBe('0\r\n\r\n')
  })

  test('a body that was broken off gets no last chunk from finish (RFC 9112 §8)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers())
    writer.writeChunkedBody('hello')
    expect(() => writer.finish()).toThrow(/expected writeChunkedBody or writeChunkedBodyDone/)
    expect(sink.text).not.toContain('0\r\n\r\n')
  })

  test.each([
    'Content-Length',
    'Transfer-Encoding',
    'Host',
    'Authorization',
    'Set-Cookie',
    'Content-Type',
    'Trailer',
  ])('refuses %s in the trailer section (RFC 9110 §6.5.1)', (name) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink)
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['Trailer', 'X-Sum']]))
    writer.writeChunkedBody('hello')
    writer.writeChunkedBodyDone()
    const { text } = sink
    expect(usageCode(() => writer.writeTrailers(new Headers([[name, '1']])))).toBe(
      'ERR_TRAILER_FIELD',
    )
    expect(writer.state).toBe('AwaitingTrailers')
    expect(sink.text).toBe(text)
  })
})
