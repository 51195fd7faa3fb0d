import { Headers, ProtocolError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { RequestParser } from '../src/index.ts'
import { latin1, latin1Text } from './support/octets.ts'
import { GET, HEAD, parserOf, usageCode } from './support/parsers.ts'

describe('next', () => {
  test('takes one step a call', () => {
    const parser = parserOf(`${HEAD}Content-Length: 5\r\n\r\nhello`)
    expect(parser.next()).toBe('Head')
    expect(parser.next()).toBe('Body')
    expect(latin1Text(parser.bodyOctets)).toBe('hello')
    expect(parser.next()).toBe('End')
    expect(parser.next()).toBe(null)
  })

  test('looks at nothing before it is called', () => {
    const parser = parserOf('\0\0\0')
    expect(parser.state).toBe('Initialized')
    expect(parser.heldBytes).toBe(3)
    expect(() => parser.next()).toThrow(ProtocolError)
  })

  test('gives null for as long as nothing is pushed', () => {
    const parser = new RequestParser()
    expect([parser.next(), parser.next()]).toEqual([null, null])
    parser.push(new Uint8Array(0))
    expect(parser.next()).toBe(null)
    parser.push(GET)
    expect(parser.next()).toBe('Head')
  })

  test('stops at the end of a message until the next one is asked for (RFC 9112 §9.3.2)', () => {
    const parser = parserOf(GET, GET)
    expect([parser.next(), parser.next(), parser.next(), parser.next()]).toEqual([
      'Head',
      'End',
      null,
      null,
    ])
    parser.startNextMessage()
    expect([parser.next(), parser.next(), parser.next()]).toEqual(['Head', 'End', null])
  })

  test('throws the same error for ever, whatever is pushed or called (RFC 9112 §2.2)', () => {
    const parser = parserOf('GET /\n')
    const errors = new Set<unknown>()
    const attempt = (): void => {
      try {
        parser.next()
      } catch (error) {
        errors.add(error)
      }
    }
    attempt()
    parser.push(GET)
    attempt()
    parser.end()
    attempt()
    expect(errors.size).toBe(1)
    expect([...errors][0]).toMatchObject({ code: 'ERR_BARE_LF', offset: 5 })
    expect(usageCode(() => parser.startNextMessage())).toBe('ERR_PARSER_STATE')
  })

  test('throws the same error for ever in a body too (RFC 9112 §7.1)', () => {
    const parser = parserOf(`${HEAD}Transfer-Encoding: chunked\r\n\r\nz`)
    expect(parser.next()).toBe('Head')
    expect(() => parser.next()).toThrow('Chunk size')
    parser.push(latin1('0\r\n\r\n'))
    expect(() => parser.next()).toThrow('Chunk size')
    expect(parser.state).toBe('ParsingBody')
  })

  test('goes on after the end of the octets between messages (RFC 9112 §8)', () => {
    const parser = parserOf(GET, GET)
    parser.end()
    expect([parser.next(), parser.next(), parser.next()]).toEqual(['Head', 'End', null])
    parser.startNextMessage()
    expect([parser.next(), parser.next(), parser.next()]).toEqual(['Head', 'End', null])
    parser.startNextMessage()
    expect(parser.next()).toBe(null)
  })
})

describe('what can be read, and when', () => {
  test('head from Head on', () => {
    const parser = parserOf('GET / HTTP/1.1\r\n')
    expect(usageCode(() => parser.head)).toBe('ERR_PARSER_STATE')
    parser.next()
    expect(() => parser.head).toThrow("head can be read from 'Head' on")
    parser.push(latin1('Host: a\r\n\r\n'))
    parser.next()
    expect(parser.head.requestLine).toEqual({
      method: 'GET',
      requestTarget: '/',
      httpVersion: '1.1',
    })
    parser.next()
    expect(parser.head.headers).toBeInstanceOf(Headers)
    parser.startNextMessage()
    expect(usageCode(() => parser.head)).toBe('ERR_PARSER_STATE')
  })

  test('trailers after End', () => {
    const parser = parserOf(`${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n`, GET)
    expect(usageCode(() => parser.trailers)).toBe('ERR_PARSER_STATE')
    parser.next()
    expect(() => parser.trailers).toThrow("trailers can be read from 'End' on")
    parser.next()
    expect(parser.trailers.get('x')).toBe('1')
    parser.startNextMessage()
    expect(usageCode(() => parser.trailers)).toBe('ERR_PARSER_STATE')
    parser.next()
    parser.next()
    expect(parser.trailers.size).toBe(0)
    expect(parser.trailers).toBe(parser.trailers)
  })

  test('trailers that are not those of another request, though it has none and they were added to', () => {
    const parser = parserOf(GET, GET)
    for (let round = 0; round < 2; round++) {
      while (parser.next() !== null);
      expect(parser.trailers.size).toBe(0)
      expect(parser.discardedTrailers.size).toBe(0)
      parser.trailers.append('X', '1')
      parser.discardedTrailers.append('Y', '1')
      parser.startNextMessage()
    }
  })

  test('discarded trailers after End (RFC 9110 §6.5.1)', () => {
    const parser = parserOf(`${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\nAge: 1\r\n\r\n`)
    parser.next()
    expect(usageCode(() => parser.discardedTrailers)).toBe('ERR_PARSER_STATE')
    parser.next()
    expect(parser.discardedTrailers.get('age')).toBe('1')
    expect(parser.trailers.size).toBe(0)
  })

  test('no content outside Body', () => {
    const parser = parserOf(`${HEAD}Content-Length: 1\r\n\r\nx`)
    expect(parser.bodyOctets).toHaveLength(0)
    parser.next()
    expect(parser.bodyOctets).toHaveLength(0)
    parser.next()
    expect(parser.bodyOctets).toHaveLength(1)
    parser.next()
    expect(parser.bodyOctets).toHaveLength(0)
  })

  test('whether anything of a message has come; empty lines are nothing (RFC 9112 §2.2)', () => {
    const parser = new RequestParser()
    const started = (text: string): boolean => {
      parser.push(latin1(text))
      while (parser.next() !== null);
      return parser.started
    }
    expect([started(''), started('\r'), started('\n\r\n'), started('G')]).toEqual([
      false,
      false,
      false,
      true,
    ])
    expect(started('ET / HTTP/1.1\r\nHost: a\r\n\r\n')).toBe(true)
    parser.startNextMessage()
    expect(parser.started).toBe(false)
  })

  test('heldBytes: what is not read yet, or held until the rest comes', () => {
    const parser = parserOf(GET.subarray(0, 10))
    expect(parser.heldBytes).toBe(10)
    parser.next()
    expect(parser.heldBytes).toBe(10)
    parser.push(GET.subarray(10))
    parser.push(GET)
    expect(parser.heldBytes).toBe(2 * GET.length)
    parser.next()
    parser.next()
    expect(parser.heldBytes).toBe(GET.length)
    parser.startNextMessage()
    parser.next()
    expect(parser.heldBytes).toBe(0)
  })

  test('heldBytes of a trailer section, but of no body', () => {
    const parser = parserOf(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhel`)
    while (parser.next() !== null);
    expect(parser.heldBytes).toBe(0)
    parser.push(latin1('lo\r\n0\r\nX: 1'))
    while (parser.next() !== null);
    expect(parser.heldBytes).toBe(4)
    parser.push(latin1('\r\n\r\n'))
    while (parser.next() !== null);
    expect(parser.heldBytes).toBe(0)
  })
})

describe('push', () => {
  test.each([['text'], [[1, 2]], [undefined], [new ArrayBuffer(3)]])(
    'takes octets only: %j is the caller’s fault, not the peer’s',
    (value) => {
      // @ts-expect-error what a caller without types may hand over
      expect(usageCode(() => new RequestParser().push(value))).toBe('ERR_OCTETS')
    },
  )

  test('behind a failure keeps nothing (RFC 9112 §2.2)', () => {
    const parser = parserOf('get / HTTP/1.1\r\n\r\n')
    expect(() => parser.next()).toThrow(ProtocolError)
    parser.push(new Uint8Array(1000))
    expect(parser.heldBytes).toBe(0)
  })
})

describe('what is known of a request that is refused', () => {
  test.each([
    ['Content-Length: 99999999999', 'ERR_BODY_TOO_LARGE'],
    ['Content-Length: x', 'ERR_CONTENT_LENGTH'],
    ['Expect: tea', 'ERR_EXPECTATION'],
  ])('its request line, with %s (RFC 9110 §9.3.2)', (fieldLine, code) => {
    const parser = parserOf(`HEAD /x HTTP/1.1\r\nHost: a\r\n${fieldLine}\r\n\r\n`)
    expect(parser.requestLine).toBeUndefined()
    expect(() => parser.next()).toThrow(expect.objectContaining({ code }))
    expect(parser.requestLine).toMatchObject({ method: 'HEAD', requestTarget: '/x' })
  })

  test.each([
    'HEAD tea HTTP/1.1\r\n',
    'HEAD /<',
    'HEAD / HTTP/2.0\r\n',
    'HEAD / HTTP/1.1\r\na b\r\n',
  ])('its method, of %j in any pieces (RFC 9110 §9.3.2)', (octets) => {
    for (const pieces of [[octets], octets.split('')]) {
      const parser = new RequestParser()
      const feed = (): void => {
        for (const piece of pieces) {
          parser.push(new TextEncoder().encode(piece))
          parser.next()
        }
        parser.end()
        parser.next()
      }
      expect(feed).toThrow(ProtocolError)
      expect(parser.knownMethod).toBe('HEAD')
    }
  })

  test('nothing of the request before it', () => {
    const parser = parserOf(GET, 'bad')
    parser.next()
    expect(parser.requestLine?.method).toBe('GET')
    parser.next()
    parser.startNextMessage()
    expect(() => parser.next()).toThrow(ProtocolError)
    expect(parser.requestLine).toBeUndefined()
    expect(parser.knownMethod).toBeUndefined()
  })
})

describe('the authority that a request is for (RFC 9112 §3.2, §3.3)', () => {
  test.each([
    ['GET / HTTP/1.1', 'Host: a:1', 'a:1'],
    ['OPTIONS * HTTP/1.1', 'Host: a', 'a'],
    ['GET http://b:2/x HTTP/1.1', 'Host: a:1', 'b:2'],
    ['CONNECT c:443 HTTP/1.1', 'Host: a', 'c:443'],
    ['GET / HTTP/1.1', 'Host:', ''],
    ['GET / HTTP/1.0', 'X: y', ''],
  ])('%s with %s: %s', (line, host, authority) => {
    const parser = parserOf(`${line}\r\n${host}\r\n\r\n`)
    parser.next()
    expect(parser.head.authority).toBe(authority)
  })
})

describe('takeRemaining', () => {
  test('takes the octets behind a message, for a protocol switch (RFC 9110 §7.8)', () => {
    const parser = parserOf(GET, '\x81\x05hello')
    parser.next()
    parser.next()
    expect(latin1Text(parser.takeRemaining())).toBe('\x81\x05hello')
    expect(parser.heldBytes).toBe(0)
    expect(parser.takeRemaining()).toHaveLength(0)
  })

  test('takes them from one piece without a copy', () => {
    const piece = latin1(`${latin1Text(GET)}more`)
    const parser = parserOf(piece)
    parser.next()
    parser.next()
    const remaining = parser.takeRemaining()
    expect(latin1Text(remaining)).toBe('more')
    expect(remaining.buffer).toBe(piece.buffer)
  })

  test('takes what is pushed in Done', () => {
    const parser = parserOf(GET)
    parser.next()
    parser.next()
    parser.push(latin1('more'))
    expect(latin1Text(parser.takeRemaining())).toBe('more')
    parser.startNextMessage()
    parser.push(GET)
    expect(parser.next()).toBe('Head')
  })

  test('is refused inside a message', () => {
    const parser = parserOf(GET)
    expect(usageCode(() => parser.takeRemaining())).toBe('ERR_PARSER_STATE')
    parser.next()
    expect(() => parser.takeRemaining()).toThrow('takeRemaining is due in Done, not in ParsingBody')
  })
})
