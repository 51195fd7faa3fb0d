import { Headers, ProtocolError, UsageError } from '@rawhttp/headers'
import { describe, expect, test, vi } from 'vitest'
import { DEFAULT_RESPONSE_LIMITS, LENIENT_RULES, ResponseParser } from '../src/index.ts'
import type { Anomaly, LenientRule, ResponseLimits } from '../src/index.ts'
import { latin1, latin1Text } from './support/octets.ts'

const LINE = 'HTTP/1.1 200 OK\r\n'
const EMPTY = `${LINE}Content-Length: 0\r\n\r\n`
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\n\r\n'

function parserOf(...pieces: readonly (string | Uint8Array)[]): ResponseParser {
  const parser = new ResponseParser('GET')
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
    const parser = parserOf(`${CONTINUE}${LINE}Content-Length: 5\r\n\r\nhello`)
    expect(parser.next()).toBe('Interim')
    expect(parser.next()).toBe('Head')
    expect(parser.next()).toBe('Body')
    expect(latin1Text(parser.bodyOctets)).toBe('hello')
    expect(parser.next()).toBe('End')
    expect(parser.next()).toBe(null)
  })

  test('looks at nothing before it is called', () => {
    const parser = parserOf('\0\0\0')
    expect([parser.state, parser.heldBytes]).toEqual(['Initialized', 3])
    expect(() => parser.next()).toThrow(ProtocolError)
  })

  test('stops at the end of a response until the next one is asked for (RFC 9112 §9.3.2)', () => {
    const parser = parserOf(EMPTY, EMPTY)
    expect([parser.next(), parser.next(), parser.next()]).toEqual(['Head', 'End', null])
    parser.startNextMessage('GET')
    expect([parser.next(), parser.next(), parser.next()]).toEqual(['Head', 'End', null])
  })

  test('throws the same error for ever, whatever is pushed or called (RFC 9112 §2.2)', () => {
    const parser = parserOf('HTTP/1.1 200 OK\n')
    const errors = new Set<unknown>()
    const attempt = (): void => {
      try {
        parser.next()
      } catch (error) {
        errors.add(error)
      }
    }
    attempt()
    parser.push(latin1(EMPTY))
    attempt()
    parser.end()
    attempt()
    expect([...errors]).toMatchObject([{ code: 'ERR_BARE_LF', offset: 15, status: 502 }])
    expect(usageCode(() => parser.startNextMessage('GET'))).toBe('ERR_PARSER_STATE')
  })

  test('gives a body that ends with the connection its end when that comes (RFC 9112 §6.3)', () => {
    const parser = parserOf(`${LINE}\r\nhel`, 'lo')
    expect([parser.next(), parser.next(), parser.next()]).toEqual(['Head', 'Body', null])
    expect(latin1Text(parser.bodyOctets)).toBe('hello')
    parser.end()
    expect([parser.next(), parser.state, parser.next()]).toEqual(['End', 'Done', null])
    parser.startNextMessage('GET')
    expect([parser.next(), parser.started]).toEqual([null, false])
  })
})

describe('what can be read, and when', () => {
  test('head from Head on', () => {
    const parser = parserOf(LINE)
    expect(usageCode(() => parser.head)).toBe('ERR_PARSER_STATE')
    parser.next()
    expect(() => parser.head).toThrow("head can be read from 'Head' on")
    parser.push(latin1('Content-Length: 0\r\n\r\n'))
    parser.next()
    expect(parser.head.statusLine).toEqual({
      httpVersion: '1.1',
      statusCode: 200,
      reasonPhrase: 'OK',
    })
    parser.next()
    expect(parser.head.headers).toBeInstanceOf(Headers)
    parser.startNextMessage('GET')
    expect(usageCode(() => parser.head)).toBe('ERR_PARSER_STATE')
  })

  test('interimHead from Interim on, the last one, until the next response (RFC 9110 §15.2)', () => {
    const parser = parserOf(`${CONTINUE}HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${EMPTY}`)
    expect(() => parser.interimHead).toThrow("interimHead can be read from 'Interim' on")
    parser.next()
    expect(parser.interimHead.statusLine.statusCode).toBe(100)
    expect(usageCode(() => parser.head)).toBe('ERR_PARSER_STATE')
    parser.next()
    expect(parser.interimHead.headers.get('link')).toBe('</a>')
    parser.next()
    parser.next()
    expect(parser.interimHead.statusLine.statusCode).toBe(103)
    parser.startNextMessage('GET')
    expect(usageCode(() => parser.interimHead)).toBe('ERR_PARSER_STATE')
  })

  test('trailers after End', () => {
    const parser = parserOf(`${LINE}Transfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n`, EMPTY)
    expect(usageCode(() => parser.trailers)).toBe('ERR_PARSER_STATE')
    parser.next()
    expect(() => parser.trailers).toThrow("trailers can be read from 'End' on")
    parser.next()
    expect(parser.trailers.get('x')).toBe('1')
    parser.startNextMessage('GET')
    parser.next()
    parser.next()
    expect(parser.trailers.size).toBe(0)
    expect(parser.trailers).toBe(parser.trailers)
  })

  test('discarded trailers after End (RFC 9110 §6.5.1)', () => {
    const parser = parserOf(`${LINE}Transfer-Encoding: chunked\r\n\r\n0\r\nAge: 1\r\n\r\n`, EMPTY)
    parser.next()
    expect(usageCode(() => parser.discardedTrailers)).toBe('ERR_PARSER_STATE')
    parser.next()
    expect(parser.discardedTrailers.get('age')).toBe('1')
    expect(parser.trailers.size).toBe(0)
    parser.startNextMessage('GET')
    parser.next()
    parser.next()
    expect(parser.discardedTrailers.size).toBe(0)
  })

  test('whether anything of a response has come, an interim one included (RFC 9110 §15.2)', () => {
    const parser = parserOf('')
    expect([parser.next(), parser.started]).toEqual([null, false])
    parser.push(latin1('H'))
    expect([parser.next(), parser.started]).toEqual([null, true])
    parser.push(latin1(CONTINUE.slice(1)))
    expect([parser.next(), parser.state, parser.started]).toEqual(['Interim', 'Initialized', true])
    parser.push(latin1(EMPTY))
    expect([parser.next(), parser.next(), parser.started]).toEqual(['Head', 'End', true])
    parser.startNextMessage('GET')
    expect(parser.started).toBe(false)
  })

  test('heldBytes: what is not read yet, or held until the rest comes', () => {
    const parser = parserOf(EMPTY.slice(0, 10))
    expect(parser.heldBytes).toBe(10)
    parser.next()
    expect(parser.heldBytes).toBe(10)
    parser.push(latin1(EMPTY.slice(10) + EMPTY))
    parser.next()
    parser.next()
    expect(parser.heldBytes).toBe(EMPTY.length)
    parser.startNextMessage('GET')
    parser.next()
    expect(parser.heldBytes).toBe(0)
  })

  test('heldBytes of a trailer section, but of no body', () => {
    const parser = parserOf(`${LINE}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`)
    while (parser.next() !== null);
    expect(parser.heldBytes).toBe(0)
    parser.push(latin1('lo\r\n0\r\nX: 1'))
    while (parser.next() !== null);
    expect(parser.heldBytes).toBe(4)
  })
})

describe('push', () => {
  test.each([['text'], [[1, 2]], [undefined], [new ArrayBuffer(3)]])(
    'takes octets only: %j is the caller’s fault, not the peer’s',
    (value) => {
      // @ts-expect-error what a caller without types may hand over
      expect(usageCode(() => new ResponseParser('GET').push(value))).toBe('ERR_OCTETS')
    },
  )

  test('behind a failure keeps nothing (RFC 9112 §2.2)', () => {
    const parser = parserOf('http/1.1 200 OK\r\n\r\n')
    expect(() => parser.next()).toThrow(ProtocolError)
    parser.push(new Uint8Array(1000))
    expect(parser.heldBytes).toBe(0)
  })
})

describe('takeRemaining', () => {
  test('takes the octets of another protocol, those that came and those that come (RFC 9110 §7.8)', () => {
    const parser = parserOf(`${SWITCH}\x81\x05hel`)
    expect([parser.next(), parser.next(), parser.next()]).toEqual(['Head', 'End', null])
    expect(parser.state).toBe('Switched')
    expect(latin1Text(parser.takeRemaining())).toBe('\x81\x05hel')
    parser.push(latin1('lo'))
    expect(latin1Text(parser.takeRemaining())).toBe('lo')
    expect(parser.takeRemaining()).toHaveLength(0)
    parser.end()
    expect(parser.next()).toBe(null)
  })

  test('leaves no way back to HTTP (RFC 9110 §9.3.6)', () => {
    const parser = parserOf(SWITCH)
    while (parser.next() !== null);
    expect(() => parser.startNextMessage('GET')).toThrow(
      'startNextMessage is due in Done, not in Switched',
    )
  })

  test('takes what came behind a response, which nobody asked for (RFC 9112 §9.2)', () => {
    const parser = parserOf(`${EMPTY}more`)
    while (parser.next() !== null);
    expect(latin1Text(parser.takeRemaining())).toBe('more')
  })

  test('is refused inside a response', () => {
    const parser = parserOf(EMPTY)
    expect(usageCode(() => parser.takeRemaining())).toBe('ERR_PARSER_STATE')
    parser.next()
    expect(() => parser.takeRemaining()).toThrow(
      'takeRemaining is due in Done or Switched, not in ParsingBody',
    )
  })
})

describe('the memory of pieces', () => {
  test('is pointed at for content, however the body is framed, not copied', () => {
    for (const head of [`${LINE}Content-Length: 9\r\n\r\n`, `${LINE}\r\n`]) {
      const piece = latin1(`${head}hello`)
      const parser = parserOf(piece)
      parser.next()
      parser.next()
      expect(parser.bodyOctets.buffer).toBe(piece.buffer)
      expect(parser.bodyOctets.byteOffset).toBe(piece.byteOffset + piece.length - 5)
      const whole = latin1('more')
      parser.push(whole)
      parser.next()
      expect(parser.bodyOctets).toBe(whole)
    }
  })

  test('does not mix parsers, though heads are read in shared memory', () => {
    const text = Array.from({ length: 5 }, (_, i) => `HTTP/1.1 20${i} \r\n${EMPTY.slice(17)}`).join(
      '',
    )
    const same = latin1(text)
    const parsers = [parserOf(text), parserOf(same), parserOf(same)]
    const codes: number[][] = parsers.map(() => [])
    for (let round = 0; round < 10; round++) {
      for (const [i, parser] of parsers.entries()) {
        if (parser.next() === 'Head') codes[i].push(parser.head.statusLine.statusCode)
        if (parser.state === 'Done') parser.startNextMessage('GET')
      }
    }
    expect(codes).toEqual(parsers.map(() => [200, 201, 202, 203, 204]))
  })
})

describe('options', () => {
  test('must name the method of the request (RFC 9112 §6.3)', () => {
    const unnamed = undefined as unknown as string
    expect(() => new ResponseParser(unnamed)).toThrow(
      'requestMethod: expected the method of the request, got a value of type undefined',
    )
    const parser = parserOf(EMPTY)
    while (parser.next() !== null);
    expect(usageCode(() => parser.startNextMessage(unnamed))).toBe('ERR_OPTION')
    expect(parser.state).toBe('Done')
  })

  for (const name of Object.keys(DEFAULT_RESPONSE_LIMITS) as (keyof ResponseLimits)[]) {
    test(`${name} is refused when it is no limit`, () => {
      for (const value of [-1, 1.5, NaN, '5', null, undefined]) {
        const options = { [name]: value } as Partial<ResponseLimits>
        expect(usageCode(() => new ResponseParser('GET', options))).toBe('ERR_OPTION')
      }
      const zero = usageCode(() => new ResponseParser('GET', { [name]: 0 }))
      const mayBeZero = name === 'maxBodyBytes' || name === 'maxInterimResponses'
      expect(zero).toBe(mayBeZero ? 'nothing thrown' : 'ERR_OPTION')
    })
  }

  test('lenient takes names of rules and no others', () => {
    const rules = Object.keys(LENIENT_RULES) as LenientRule[]
    expect(new ResponseParser('GET', { lenient: rules }).state).toBe('Initialized')
    expect(() => new ResponseParser('GET', { lenient: ['all' as LenientRule] })).toThrow(
      'lenient: expected names of LENIENT_RULES, got "all"',
    )
    expect(
      usageCode(() => new ResponseParser('GET', { lenient: ['toString' as LenientRule] })),
    ).toBe('ERR_OPTION')
  })

  test('onAnomaly is told what was let pass before next says that the head is there', () => {
    const told: (Anomaly | string | null)[] = []
    const parser = new ResponseParser('GET', {
      lenient: ['missing-reason-phrase'],
      onAnomaly: (anomaly) => told.push(anomaly),
    })
    parser.push(latin1('HTTP/1.1 204\r\n\r\n'))
    told.push(parser.next())
    expect(told).toEqual([
      { rule: 'missing-reason-phrase', offset: 12, section: 'RFC 9112 §4' },
      'Head',
    ])
  })

  test.each([
    ['a rule instead of a list of rules', { lenient: 'bare-lf' }],
    ['null', { lenient: null }],
    ['a number among rules', { lenient: ['bare-lf', 5] }],
    ['a list among rules', { lenient: [['bare-lf']] }],
    ['a name that objects have', { lenient: ['__proto__'] }],
    ['a listener that is none', { lenient: ['bare-lf'], onAnomaly: 'log' }],
  ])('lenient is not %s', (_title, options) => {
    expect(usageCode(() => new ResponseParser('GET', options as never))).toBe('ERR_OPTION')
  })

  test('lenient is copied: rules that are added to the list later are off', () => {
    const lenient: LenientRule[] = ['bare-lf']
    const parser = new ResponseParser('GET', { lenient })
    lenient.push('missing-reason-phrase')
    parser.push(latin1('HTTP/1.1 200\r\n\r\n'))
    expect(() => parser.next()).toThrow(ProtocolError)
  })

  test('lenient takes time in proportion to what is mended', () => {
    const spaces = ' '.repeat(500_000)
    const parser = new ResponseParser('GET', {
      lenient: ['repeated-content-length'],
      maxHeaderSectionBytes: Infinity,
    })
    parser.push(latin1(`${LINE}Content-Length: 2, 2${spaces}2${spaces},2\r\n\r\n`))
    // In proportion to the square of it, this would take minutes.
    expect(() => parser.next()).toThrow(ProtocolError)
  })

  test('lenient needs nobody who listens', () => {
    const parser = new ResponseParser('GET', { lenient: ['bare-lf'] })
    parser.push(latin1('HTTP/1.1 204 No\n\n'))
    expect([parser.next(), parser.next()]).toEqual(['Head', 'End'])
  })

  for (const rule of Object.values(LENIENT_RULES)) {
    test(`every rule says what it reads, where that is written and what it risks: ${rule.reads}`, () => {
      expect(rule.section).toMatch(/^RFC 911[02] §\d+(\.\d+)*$/)
      expect(rule.reads).toMatch(/^[A-Z].*\.$/)
      expect(rule.risk).toMatch(/^[A-Z].*\.$/)
    })
  }
})

describe('memory taken away', () => {
  test('is the caller’s fault, with rules or without', () => {
    for (const lenient of [[], ['bare-lf']] as LenientRule[][]) {
      const parser = new ResponseParser('GET', { lenient })
      const piece = latin1('x'.repeat(50))
      parser.push(piece)
      structuredClone(piece.buffer, { transfer: [piece.buffer] })
      expect(() => parser.next()).toThrow(UsageError)
    }
  })
})

describe('what is no fault of the peer', () => {
  for (const method of ['take', 'get'] as const) {
    test(`is passed on as it is from a head that is mended, and not kept: ${method}`, () => {
      const parser = new ResponseParser('GET', { lenient: ['bare-lf'] })
      parser.push(latin1('HTTP/1.1 200 OK\nContent-Length: 0\n\n'))
      const spy = vi.spyOn(Headers.prototype, method).mockImplementation(() => {
        throw new RangeError('out of memory')
      })
      expect(() => parser.next()).toThrow(RangeError)
      spy.mockRestore()
      expect(parser.next()).toBe(null)
    })
  }
})
