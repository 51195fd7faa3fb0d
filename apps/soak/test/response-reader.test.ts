// Titles name sections the other way round here: docs/CONFORMANCE.md is made from titles and is about the server, not its judge.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ResponseReader, valuesOf } from '../src/response-reader.ts'
import type { Answer } from '../src/response-reader.ts'

interface Outcome {
  readonly answers: readonly Answer[]
  readonly failure: string | undefined
  readonly cut: boolean
}

function read(pieces: readonly Buffer[], methods: readonly string[] = ['GET']): Outcome {
  const reader = new ResponseReader()
  for (const method of methods) reader.expect(method)
  for (const piece of pieces) reader.push(piece)
  reader.end()
  const answers: Answer[] = []
  for (let answer = reader.take(); answer !== undefined; answer = reader.take())
    answers.push(answer)
  return { answers, failure: reader.failure?.message, cut: reader.cut }
}

function octetsOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

const OK = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`

describe('a whole response', () => {
  const ROWS = [
    {
      title: 'by its length (§6.3 of RFC 9112)',
      text: `${OK}Content-Length: 5\r\n\r\nhello`,
      body: 'hello',
      framing: 'length',
    },
    {
      title: 'with an empty body (§6.3 of RFC 9112)',
      text: `${OK}content-length: 0\r\n\r\n`,
      body: '',
      framing: 'length',
    },
    {
      title: 'in chunks (§7.1 of RFC 9112)',
      text: `${CHUNKED}5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n`,
      body: 'hello0123456789',
      framing: 'chunked',
    },
    {
      title: 'up to the end of the connection (§6.3 of RFC 9112)',
      text: `${OK}\r\nhello`,
      body: 'hello',
      framing: 'close',
    },
    {
      title: 'to HEAD, whatever its length (§9.3.2 of RFC 9110)',
      method: 'HEAD',
      text: `${OK}Content-Length: 5\r\n\r\n`,
      body: '',
      framing: 'none',
    },
    {
      title: 'of status 304, whatever its length (§15.4.5 of RFC 9110)',
      text: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
      body: '',
      framing: 'none',
    },
    {
      title: 'of status 204 (§15.3.5 of RFC 9110)',
      text: 'HTTP/1.1 204 \r\n\r\n',
      body: '',
      framing: 'none',
    },
    {
      title: 'of HTTP/1.0 (§2.3 of RFC 9112)',
      text: 'HTTP/1.0 200 OK\r\n\r\n',
      body: '',
      framing: 'close',
    },
  ]

  test.each(ROWS)(
    'is read $title, in every delivery',
    ({ text, method = 'GET', body, framing }) => {
      const octets = octetsOf(text)
      const deliveries = [
        [octets],
        [...octets].map((octet) => Buffer.of(octet)),
        ...Array.from(octets, (_octet, i) => [octets.subarray(0, i), octets.subarray(i)]),
      ]
      for (const pieces of deliveries) {
        const { answers, failure, cut } = read(pieces, [method])
        expect({ failure, cut }).toEqual({ failure: undefined, cut: false })
        expect(answers).toHaveLength(1)
        expect(answers[0]).toMatchObject({ framing, body: octetsOf(body) })
      }
    },
  )

  test('has its status, fields and trailers as they came', () => {
    const text = `HTTP/1.1 404 Not  here\r\nX-A: \t a  b \r\nx-a:c\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-T: t\r\n\r\n`
    const { answers } = read([octetsOf(text)])
    expect(answers[0]).toMatchObject({
      httpVersion: '1.1',
      statusCode: 404,
      trailers: [['X-T', 't']],
      interim: [],
    })
    expect(valuesOf(answers[0].fields, 'x-a')).toEqual(['a  b', 'c'])
  })

  test('follows the interim ones (§15.2 of RFC 9110)', () => {
    const reader = new ResponseReader()
    reader.expect('POST')
    reader.push(octetsOf('HTTP/1.1 100 Continue\r\n\r\n'))
    expect(reader.interim).toEqual([100])
    expect(reader.available).toBe(0)
    reader.push(
      octetsOf(`HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${OK}Content-Length: 0\r\n\r\n`),
    )
    expect(reader.take()?.interim).toEqual([100, 103])
    expect(reader.interim).toEqual([])
  })

  test('comes behind others in the order of the requests (§9.3.2 of RFC 9112)', () => {
    const bodies = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 40 }), { minLength: 1 })
    fc.assert(
      fc.property(bodies, fc.integer({ min: 1, max: 30 }), (bodies, size) => {
        const text = bodies.map((body) => `${OK}Content-Length: ${body.length}\r\n\r\n${body}`)
        const octets = octetsOf(text.join(''))
        const pieces: Buffer[] = []
        for (let i = 0; i < octets.length; i += size) pieces.push(octets.subarray(i, i + size))
        const { answers, failure } = read(
          pieces,
          bodies.map(() => 'GET'),
        )
        expect(failure).toBeUndefined()
        expect(answers.map(({ body }) => body.toString('latin1'))).toEqual(bodies)
      }),
    )
  })
})

describe('what is no response', () => {
  test.each([
    {
      title: 'a status line of another protocol (§4 of RFC 9112)',
      text: 'HTTP/2 200 OK\r\n\r\n',
      failure: 'status line: got "HTTP/2 200 OK"',
    },
    {
      title: 'a status line without the space behind its code (§4 of RFC 9112)',
      text: 'HTTP/1.1 200\r\n\r\n',
      failure: 'status line: got "HTTP/1.1 200"',
    },
    {
      title: 'a status code of two digits (§4 of RFC 9112)',
      text: 'HTTP/1.1 20 OK\r\n\r\n',
      failure: 'status line: got "HTTP/1.1 20 OK"',
    },
    {
      title: 'a bare LF (§2.2 of RFC 9112)',
      text: 'HTTP/1.1 200 OK\n\n',
      failure: 'line: expected CRLF behind "HTTP/1.1 200 OK", got LF',
    },
    {
      title: 'a field line without a colon (§5 of RFC 9112)',
      text: `${OK}Date\r\n\r\n`,
      failure: 'field line: got "Date"',
    },
    {
      title: 'a space before the colon (§5.1 of RFC 9112)',
      text: `${OK}Date : a\r\n\r\n`,
      failure: 'field line: got "Date : a"',
    },
    {
      title: 'a field line that goes on in the next (§5.2 of RFC 9112)',
      text: `${OK}Date: a\r\n b\r\n\r\n`,
      failure: 'field line: got " b"',
    },
    {
      title: 'a control character in a value (§5.5 of RFC 9110)',
      text: `${OK}Date: a\x01\r\n\r\n`,
      failure: 'field line: got "Date: a\\u0001"',
    },
    {
      title: 'a length that is none (§8.6 of RFC 9110)',
      text: `${OK}Content-Length: 5x\r\n\r\nhello`,
      failure: 'content length "5x"',
    },
    {
      title: 'two lengths (§8.6 of RFC 9110)',
      text: `${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
      failure: 'a framing field twice',
    },
    {
      title: 'a length and chunks (§6.2 of RFC 9112)',
      text: `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      failure: 'both framing fields',
    },
    {
      title: 'another coding (§6.1 of RFC 9112)',
      text: `${OK}Transfer-Encoding: gzip\r\n\r\n`,
      failure: 'transfer coding "gzip"',
    },
    {
      title: 'a length with status 204 (§8.6 of RFC 9110)',
      text: 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
      failure: 'framing with 204',
    },
    {
      title: 'chunks with status 100 (§6.1 of RFC 9112)',
      text: 'HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n',
      failure: 'framing with 100',
    },
    {
      title: 'a chunk size that is none (§7.1 of RFC 9112)',
      text: `${CHUNKED}0x5\r\n`,
      failure: 'chunk size: got "0x5"',
    },
    {
      title: 'chunk data that goes on (§7.1 of RFC 9112)',
      text: `${CHUNKED}2\r\nhello\r\n`,
      failure: 'chunk data: expected CRLF behind it, got "llo"',
    },
    {
      title: 'a line without an end',
      text: 'a'.repeat(20_000),
      failure: 'line: expected at most 16384 octets',
    },
    {
      title: 'a response that nobody asked for',
      methods: [],
      text: `${OK}Content-Length: 0\r\n\r\n`,
      failure: 'expected nothing, got "HTTP/1.1 200 OK"',
    },
    {
      title: 'a second response',
      text: `${OK}Content-Length: 0\r\n\r\n${OK}Content-Length: 0\r\n\r\n`,
      failure: 'expected nothing, got "HTTP/1.1 200 OK"',
    },
  ])('$title', ({ text, methods = ['GET'], failure }) => {
    const whole = read([octetsOf(text)], methods)
    expect(whole.failure).toBe(failure)
    const dripped = read(
      [...octetsOf(text)].map((octet) => Buffer.of(octet)),
      methods,
    )
    expect(dripped).toEqual(whole)
  })

  test('stays so, whatever follows', () => {
    const reader = new ResponseReader()
    reader.expect('GET')
    reader.push(octetsOf('SSH-2.0\r\n\r\n'))
    reader.push(octetsOf(`${OK}Content-Length: 0\r\n\r\n`))
    reader.end()
    expect(reader.failure?.message).toBe('status line: got "SSH-2.0"')
    expect(reader.available).toBe(0)
    expect(reader.cut).toBe(false)
  })

  test('never makes it throw, and never passes for a whole one when it was cut', () => {
    const whole = octetsOf(`${CHUNKED}5\r\nhello\r\n0\r\nX-T: t\r\n\r\n`)
    for (let end = 1; end < whole.length; end++) {
      const { answers, failure, cut } = read([whole.subarray(0, end)])
      expect({ end, answers, failure, cut }).toEqual({
        end,
        answers: [],
        failure: undefined,
        cut: true,
      })
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        read([whole.subarray(0, 20), Buffer.from(octets)])
      }),
    )
  })

  test('is nothing at all when the connection ends between responses', () => {
    expect(read([])).toEqual({ answers: [], failure: undefined, cut: false })
  })
})
