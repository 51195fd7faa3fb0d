import { Headers, UsageError } from '@rawhttp/headers'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CHUNK_END,
  ChunkedDecoder,
  ChunkedEncoder,
  chunkSizeLine,
  LAST_CHUNK,
  lastChunk,
} from '../src/index.ts'

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1')
}

function usageCode(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof UsageError) return error.code
    throw error
  }
  return undefined
}

describe('RFC 9112 §7.1: encoding chunks', () => {
  test.each([
    [1, '1\r\n'],
    [9, '9\r\n'],
    [10, 'a\r\n'],
    [16, '10\r\n'],
    [255, 'ff\r\n'],
    [65_536, '10000\r\n'],
    [2 ** 40, '10000000000\r\n'],
  ])('writes the size %i in hexadecimal digits (RFC 9112 §7.1)', (size, line) => {
    expect(chunkSizeLine(size)).toBe(line)
  })

  test('puts the data between its size and a line end (RFC 9112 §7.1)', () => {
    const encoder = new ChunkedEncoder()
    expect(latin1(encoder.encode(Buffer.from('hello, world')))).toBe('c\r\nhello, world\r\n')
    expect(latin1(encoder.encode(Uint8Array.of(0, 13, 10, 255)))).toBe('4\r\n\0\r\n\xff\r\n')
    expect(CHUNK_END).toBe('\r\n')
  })

  test('copies the data: its memory may be used again (RFC 9112 §7.1)', () => {
    const content = Buffer.from('hello')
    const chunk = new ChunkedEncoder().encode(content)
    content.fill(0)
    expect(latin1(chunk)).toBe('5\r\nhello\r\n')
  })

  test('makes no chunk of no content, which would end the body (RFC 9112 §7.1)', () => {
    const encoder = new ChunkedEncoder()
    expect(encoder.encode(new Uint8Array(0))).toHaveLength(0)
    expect(latin1(encoder.encode(Buffer.from('a')))).toBe('1\r\na\r\n')
  })

  test('ends with the last chunk and an empty trailer section (RFC 9112 §7.1)', () => {
    expect(latin1(new ChunkedEncoder().end())).toBe('0\r\n\r\n')
    expect(latin1(new ChunkedEncoder().end(new Headers()))).toBe('0\r\n\r\n')
    expect(LAST_CHUNK).toBe('0\r\n\r\n')
  })

  test.each(['encode', 'end'] as const)('refuses %s behind the end (RFC 9112 §7.1)', (call) => {
    const encoder = new ChunkedEncoder()
    encoder.end()
    const again = () => (call === 'end' ? encoder.end() : encoder.encode(Uint8Array.of(97)))
    expect(usageCode(again)).toBe('ERR_ENCODER_STATE')
    expect(again).toThrow(`Chunked body: expected nothing behind end, got ${call}`)
  })
})

describe('RFC 9112 §7.1.2: the trailer section', () => {
  test('has the lines in their order and spelling (RFC 9112 §7.1.2)', () => {
    const trailers = new Headers([
      ['X-Sum', 'a b'],
      ['x-count', '2'],
      ['X-Sum', '\xe9'],
    ])
    const text = '0\r\nX-Sum: a b\r\nx-count: 2\r\nX-Sum: \xe9\r\n\r\n'
    expect(lastChunk(trailers)).toBe(text)
    expect(latin1(new ChunkedEncoder().end(trailers))).toBe(text)
  })

  test.each([
    'Authorization',
    'Cache-Control',
    'Connection',
    'Content-Encoding',
    'CONTENT-LENGTH',
    'Content-Range',
    'Content-Type',
    'Cookie',
    'Host',
    'Set-Cookie',
    'TE',
    'Trailer',
    'transfer-encoding',
    'Upgrade',
    'WWW-Authenticate',
  ])('refuses %s, and can still be ended (RFC 9110 §6.5.1)', (name) => {
    const encoder = new ChunkedEncoder()
    const trailers = new Headers([
      ['X-Sum', '1'],
      [name, '1'],
    ])
    expect(usageCode(() => lastChunk(trailers))).toBe('ERR_TRAILER_FIELD')
    expect(() => encoder.end(trailers)).toThrow(`got ${name}`)
    expect(latin1(encoder.end())).toBe('0\r\n\r\n')
  })
})

describe('RFC 9112 §7.1.3: decoding what was encoded', () => {
  const fields = fc.array(
    fc.tuple(fc.stringMatching(/^x-[a-z0-9]{1,8}$/), fc.stringMatching(/^[!-~]{0,12}$/)),
    { maxLength: 4 },
  )

  test('gives the content and the trailers back (RFC 9112 §7.1.3)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.option(fields, { nil: undefined }),
        fc.integer({ min: 1, max: 16 }),
        (pieces, trailers, step) => {
          const encoder = new ChunkedEncoder()
          const octets = Buffer.concat([
            ...pieces.map((piece) => encoder.encode(piece)),
            trailers === undefined ? encoder.end() : encoder.end(new Headers(trailers)),
          ])

          const decoder = new ChunkedDecoder({
            maxBodyBytes: 1000,
            maxChunkExtensionBytes: 0,
            maxTrailerSectionBytes: 1000,
            maxFieldLines: 4,
          })
          decoder.begin()
          const content: Uint8Array[] = []
          let position = 0
          while (position < octets.length) {
            const end = Math.min(position + step, octets.length)
            position = decoder.decode(octets, position, end)
            content.push(octets.subarray(decoder.contentStart, decoder.contentEnd))
          }
          expect(decoder.complete).toBe(true)
          expect(Buffer.concat(content)).toEqual(Buffer.concat(pieces))
          expect([...(decoder.trailers ?? [])]).toEqual(trailers ?? [])
        },
      ),
      { numRuns: 500 },
    )
  })
})
