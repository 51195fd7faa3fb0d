import { Headers, ProtocolError, UsageError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, RequestParser } from '../src/index.ts'
import type { ParserLimits } from '../src/index.ts'
import { readLog } from './support/event-log.ts'
import { latin1, latin1Text, octets } from './support/octets.ts'

const GET = latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\n'

function parserOf(...pieces: readonly (string | Uint8Array)[]): RequestParser {
  const parser = new RequestParser()
  for (const piece of pieces) parser.push(typeof piece === 'string' ? latin1(piece) : piece)
  return parser
}

function usageCode(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof UsageError) return error.code
    throw error
  }
  return 'nothing thrown'
}

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

  test('nothing of the request before it', () => {
    const parser = parserOf(GET, 'bad')
    parser.next()
    expect(parser.requestLine?.method).toBe('GET')
    parser.next()
    parser.startNextMessage()
    expect(() => parser.next()).toThrow(ProtocolError)
    expect(parser.requestLine).toBeUndefined()
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

describe('the memory of pieces', () => {
  test('is pointed at for content, not copied', () => {
    const piece = latin1(`${HEAD}Content-Length: 5\r\n\r\nhello!`)
    const parser = parserOf(piece)
    parser.next()
    parser.next()
    expect(parser.bodyOctets.buffer).toBe(piece.buffer)
    expect(parser.bodyOctets.byteOffset).toBe(piece.byteOffset + piece.length - 6)
  })

  test('is given back as it is when it is content from end to end', () => {
    const parser = parserOf(`${HEAD}Content-Length: 10\r\n\r\n`)
    parser.next()
    const piece = latin1('hello')
    parser.push(piece)
    parser.next()
    expect(parser.bodyOctets).toBe(piece)
  })

  test('may be a part of larger memory', () => {
    const large = latin1(`xx${HEAD}Content-Length: 2\r\n\r\nokyy`)
    const log = readLog(new RequestParser(), [large.subarray(2, -2)], false, 'when asked')
    expect(log).toMatchObject([{ event: 'Head' }, { content: 'ok' }, { event: 'End' }, {}])
  })

  test('keeps content as it was, from pieces and from joined octets alike', () => {
    const parser = new RequestParser({ initialBufferBytes: 4 })
    const kept: Uint8Array[] = []
    const take = (): void => {
      for (let event = parser.next(); event !== null; event = parser.next()) {
        if (event === 'Body') kept.push(parser.bodyOctets)
        if (event === 'End') parser.startNextMessage()
      }
    }
    for (let round = 0; round < 20; round++) {
      const letter = String.fromCharCode(0x61 + round)
      const text = `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\n${letter.repeat(3)}\r\n0\r\n\r\n`
      parser.push(latin1(text.slice(0, 30)))
      // Odd rounds join what is pushed before it is read; even ones read each piece.
      if (round % 2 === 0) take()
      parser.push(latin1(text.slice(30)))
      parser.push(latin1(`${HEAD}Content-Length: 3\r\n\r\n${letter.toUpperCase().repeat(3)}`))
      take()
    }
    expect(kept.map(latin1Text).join('')).toBe(
      Array.from({ length: 20 }, (_, round) => {
        const letter = String.fromCharCode(0x61 + round)
        return letter.repeat(3) + letter.toUpperCase().repeat(3)
      }).join(''),
    )
  })

  test('may be used again once it was read: the same array gives its new content', () => {
    const parser = new RequestParser()
    const piece = new Uint8Array(28)
    const targets: string[] = []
    for (const target of ['/1', '/2', '/3']) {
      piece.set(latin1(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`))
      parser.push(piece)
      parser.next()
      targets.push(parser.head.requestLine.requestTarget)
      parser.next()
      parser.startNextMessage()
    }
    expect(targets).toEqual(['/1', '/2', '/3'])
  })

  test('may be used again by another parser', () => {
    const piece = new Uint8Array(28)
    const targets = ['/1', '/2', '/3'].map((target) => {
      piece.set(latin1(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`))
      const parser = parserOf(piece)
      parser.next()
      return parser.head.requestLine.requestTarget
    })
    expect(targets).toEqual(['/1', '/2', '/3'])
  })

  test('may be used again when it was joined to octets that were not read', () => {
    const parser = parserOf(GET)
    const piece = new Uint8Array(28)
    for (const target of ['/1', '/2', '/3']) {
      piece.set(latin1(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`))
      parser.push(piece)
    }
    const targets: string[] = []
    for (let event = parser.next(); event !== null; event = parser.next()) {
      if (event === 'Head') targets.push(parser.head.requestLine.requestTarget)
      if (event === 'End') parser.startNextMessage()
    }
    expect(targets).toEqual(['/', '/1', '/2', '/3'])
  })

  test('that was taken away is the caller’s fault, and nothing that the parser keeps', () => {
    const piece = latin1('x'.repeat(50))
    const parser = parserOf(piece)
    structuredClone(piece.buffer, { transfer: [piece.buffer] })
    expect(() => parser.next()).toThrow(UsageError)
  })
})

describe('many parsers', () => {
  test('do not disturb one another, step by step, though heads are read in shared memory', () => {
    const texts = ['/a', '/b', '/c'].map((target) =>
      Array.from({ length: 5 }, (_, i) => `GET ${target}${i} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''),
    )
    const same = latin1(texts.join(''))
    const parsers = [...texts.map((text) => parserOf(text)), parserOf(same), parserOf(same)]
    const targets: string[][] = parsers.map(() => [])
    for (let round = 0; round < 60; round++) {
      for (const [i, parser] of parsers.entries()) {
        const event = parser.next()
        if (event === 'Head') targets[i].push(parser.head.requestLine.requestTarget)
        if (event === 'End') parser.startNextMessage()
      }
    }
    const own = ['/a', '/b', '/c'].map((target) => [0, 1, 2, 3, 4].map((i) => target + i))
    expect(targets).toEqual([...own, own.flat(), own.flat()])
  })

  test('do not disturb one another when heads are cut', () => {
    const parsers = ['/a', '/b'].map((target) => ({ target, parser: new RequestParser() }))
    const texts = parsers.map(({ target }) => latin1(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`))
    for (let i = 0; i < texts[0].length; i++) {
      for (const [which, { parser }] of parsers.entries()) {
        parser.push(texts[which].subarray(i, i + 1))
        const event = parser.next()
        expect(event).toBe(i === texts[0].length - 1 ? 'Head' : null)
      }
    }
    for (const { target, parser } of parsers) {
      expect(parser.head.requestLine.requestTarget).toBe(target)
    }
  })
})

describe('large pieces', () => {
  const bodies = ['', 'x', 'y'.repeat(500), 'z'.repeat(3000)]
  const texts = Array.from({ length: 400 }, (_, i) => {
    const content = bodies[i % bodies.length]
    const fields = 'F: v\r\n'.repeat(i % 37)
    return `PUT /${i} HTTP/1.1\r\nHost: a\r\n${fields}Content-Length: ${content.length}\r\n\r\n${content}`
  })
  const large = latin1(texts.join(''))

  test('hold many pipelined requests, wherever the windows end in which heads are read', () => {
    expect(large.length).toBeGreaterThan(128 * 1024)
    const log = readLog(new RequestParser(), [large], true, 'when asked')
    const heads = log.filter(({ event }) => event === 'Head')
    expect(heads).toMatchObject(texts.map((_, i) => ({ requestTarget: `/${i}` })))
    const content = log.map((entry) => (entry.event === 'Body' ? entry.content : '')).join('')
    expect(content).toBe(texts.map((_, i) => bodies[i % bodies.length]).join(''))
  })

  test('are read the same in pieces of any size', () => {
    const wanted = JSON.stringify(readLog(new RequestParser(), [large], true, 'when asked'))
    for (const size of [7, 63, 1000, 2047, 2048, 2049, 16_384, 65_536, 100_000]) {
      const pieces: Uint8Array[] = []
      for (let i = 0; i < large.length; i += size) pieces.push(large.subarray(i, i + size))
      for (const manner of ['when asked', 'at once', 'also when Done'] as const) {
        const log = readLog(new RequestParser(), pieces, true, manner)
        expect(JSON.stringify(log) === wanted, `${size} octets, pushed ${manner}`).toBe(true)
      }
    }
  })
})

describe('limits', () => {
  test('have the defaults that are documented', () => {
    expect(DEFAULT_LIMITS).toEqual({
      initialBufferBytes: 1024,
      maxRequestLineBytes: 8192,
      maxHeaderSectionBytes: 16_384,
      maxFieldLines: 100,
      maxChunkExtensionBytes: 4096,
      maxTrailerSectionBytes: 8192,
      maxBodyBytes: 10_485_760,
    })
  })

  test('that are left out keep their default', () => {
    const parser = new RequestParser({ maxFieldLines: 1 })
    parser.push(octets`POST / HTTP/1.0
Content-Length: 10485760

`)
    expect(parser.next()).toBe('Head')
  })

  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof ParserLimits)[]) {
    const least = name === 'maxBodyBytes' ? 0 : 1
    test(`refuses a ${name} that is no whole number of at least ${least}`, () => {
      for (const value of [
        least - 1,
        -1,
        1.5,
        Number.NaN,
        -Infinity,
        2 ** 53,
        '1',
        null,
        undefined,
      ]) {
        const limits = { [name]: value } as Partial<ParserLimits>
        expect(
          usageCode(() => new RequestParser(limits)),
          String(value),
        ).toBe('ERR_OPTION')
        expect(() => new RequestParser(limits)).toThrow(`${name}: expected a whole number`)
      }
      expect(() => new RequestParser({ [name]: least })).not.toThrow()
    })
  }

  test('that there are none of are refused: a misspelt one would be the default', () => {
    // @ts-expect-error what a caller without types may hand over
    expect(usageCode(() => new RequestParser({ maxBodyByte: 10 }))).toBe('ERR_OPTION')
  })

  test('have a bound where memory is taken at once', () => {
    expect(usageCode(() => new RequestParser({ initialBufferBytes: 2 ** 50 }))).toBe('ERR_OPTION')
  })

  test('may be Infinity, but not the first room of the buffer', () => {
    const { initialBufferBytes: _, ...maxima } = DEFAULT_LIMITS
    const unbounded = Object.fromEntries(Object.keys(maxima).map((name) => [name, Infinity]))
    const log = readLog(
      new RequestParser(unbounded),
      [
        latin1(
          `${HEAD}${'X: 1\r\n'.repeat(200)}Transfer-Encoding: chunked\r\n\r\n1;${'e'.repeat(5000)}\r\nx\r\n0\r\n${'Y: 1\r\n'.repeat(2000)}\r\n`,
        ),
      ],
      true,
      'when asked',
    )
    expect(log).toMatchObject([{ event: 'Head' }, { content: 'x' }, { event: 'End' }, {}])
    expect(usageCode(() => new RequestParser({ initialBufferBytes: Infinity }))).toBe('ERR_OPTION')
  })
})
