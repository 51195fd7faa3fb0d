import { STATUS_CODES } from 'node:http'
import { Headers } from '@rawhttp/headers'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reasonPhrase, ResponseWriter, Status } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink, TextSink } from './support/recording-sink.ts'

// Where the registry and node:http differ: 306 and 418 are reserved without a meaning, and RFC 9110 renamed 413 and 422.
const NODE_DIFFERS = new Map([
  [413, 'Content Too Large'],
  [418, ''],
  [422, 'Unprocessable Content'],
  [509, ''],
])

describe('RFC 9110 §15: status codes', () => {
  test('are those of the registry (RFC 9110 §16.2)', () => {
    // prettier-ignore
    expect(Object.values(Status)).toEqual([
      100, 101, 102, 103,
      200, 201, 202, 203, 204, 205, 206, 207, 208, 226,
      300, 301, 302, 303, 304, 305, 307, 308,
      400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417,
      421, 422, 423, 424, 425, 426, 428, 429, 431, 451,
      500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
    ])
  })

  test.each(Object.entries(Status))(
    '%s is named after its reason phrase (RFC 9110 §15)',
    (name, code) => {
      const words = reasonPhrase(code).split(/[ -]/)
      expect(
        words.map((word) => word[0].toUpperCase() + word.slice(1).toLowerCase()).join(''),
      ).toBe(name)
    },
  )

  test.each(Object.keys(STATUS_CODES).map(Number))(
    '%i has the phrase that node:http knows (RFC 9110 §15)',
    (code) => {
      const phrase = NODE_DIFFERS.get(code) ?? STATUS_CODES[code] ?? ''
      expect(reasonPhrase(code).toLowerCase()).toBe(phrase.toLowerCase())
    },
  )

  test('a code without a registered phrase has none (RFC 9112 §4)', () => {
    expect([299, 306, 418, 599, 600, 0, NaN].map(reasonPhrase)).toEqual([
      '',
      '',
      '',
      '',
      '',
      '',
      '',
    ])
  })
})

describe('RFC 9112 §4: the status line', () => {
  test.each([
    [200, undefined, 'HTTP/1.1 200 OK\r\n'],
    [200, 'Fine', 'HTTP/1.1 200 Fine\r\n'],
    [200, '', 'HTTP/1.1 200 \r\n'],
    [299, undefined, 'HTTP/1.1 299 \r\n'],
    [418, "I'm a teapot\t\u00e9", "HTTP/1.1 418 I'm a teapot\t\u00e9\r\n"],
    [599, undefined, 'HTTP/1.1 599 \r\n'],
  ])('of %i with %j keeps its second space (RFC 9112 §4)', (statusCode, phrase, expected) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.writeStatusLine(statusCode, phrase)
    writer.writeHeaders(new Headers([['Content-Length', '0']]))
    expect(sink.text).toBe(`${expected}Content-Length: 0\r\n\r\n`)
    expect(writer.statusCode).toBe(statusCode)
  })

  test('names the highest version that is spoken, also to HTTP/1.0 (RFC 9110 §2.5)', () => {
    const sink = new RecordingSink()
    new ResponseWriter(sink, { httpVersion: '1.0' }).respond(200)
    expect(sink.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  test.each([0, 99, 600, 1000, -200, 200.5, NaN, Infinity])(
    'refuses the status code %d (RFC 9110 §15)',
    (code) => {
      const sink = new RecordingSink()
      const writer = new ResponseWriter(sink)
      expect(() => writer.writeStatusLine(code)).toThrow(
        `Status code: expected an integer from 100 to 599, got ${code}`,
      )
      expect(usageCode(() => writer.writeStatusLine(code, 'OK'))).toBe('ERR_STATUS_CODE')
      expect(usageCode(() => writer.respond(code))).toBe('ERR_STATUS_CODE')
      expect(usageCode(() => writer.writeInformational(code))).toBe('ERR_STATUS_CODE')
      expect(writer).toMatchObject({ state: 'AwaitingStatusLine', statusCode: 0 })
      expect(sink.writes).toEqual([])
    },
  )
})

describe('RFC 9112 §11.1: nothing can split a response', () => {
  const INJECTED = 'x\r\nX-Injected: 1'
  const BREAKS = [
    '\r\n',
    '\n',
    '\r',
    '\0',
    '\v',
    '\f',
    '\x1b',
    '\x7f',
    '\u010d\u010a',
    '\u2028',
    '\u{1f600}',
  ]

  test.each(BREAKS)('refuses %j in a reason phrase (RFC 9112 §4)', (text) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink)
    expect(usageCode(() => writer.writeStatusLine(200, `OK${text}`))).toBe('ERR_REASON_PHRASE')
    expect(writer.state).toBe('AwaitingStatusLine')
  })

  test.each(BREAKS)('refuses %j in a field value (RFC 9110 §5.5)', (text) => {
    expect(usageCode(() => new Headers().set('X-A', `a${text}b`))).toBe('ERR_FIELD_VALUE')
  })

  test.each([...BREAKS, ' ', ':', ''])('refuses %j in a field name (RFC 9110 §5.1)', (text) => {
    const name = text === '' ? '' : `X${text}A`
    expect(usageCode(() => new Headers().append(name, 'a'))).toBe('ERR_FIELD_NAME')
  })

  test.each([...BREAKS, ' '])('refuses a date that ends with %j (RFC 9110 §5.5)', (text) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: () => `now${text}` })
    expect(usageCode(() => writer.respond(200))).toBe('ERR_FIELD_VALUE')
    expect(sink.writes).toEqual([])
  })

  test('the message of an error shows what was refused escaped and cut (RFC 9112 §11.1)', () => {
    const writer = new ResponseWriter(new RecordingSink())
    expect(() => writer.writeStatusLine(200, `${INJECTED}${'y'.repeat(99)}`)).toThrow(
      /^Reason phrase: expected visible characters up to 0xFF, spaces and tabs, got "x\\x0d\\x0aX-Injected: 1y{16}"…$/,
    )
  })

  test('whatever the texts are, a head that leaves has the lines that were meant (RFC 9112 §11.1)', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(INJECTED, 'plain', '\u00e9'),
    )
    fc.assert(
      fc.property(text, text, text, text, (phrase, name, value, date) => {
        const sink = new TextSink()
        const writer = new ResponseWriter(sink, { date: () => date })
        const code = usageCode(() => {
          writer.writeStatusLine(200, phrase)
          writer.writeHeaders(
            new Headers([
              ['Content-Length', '0'],
              [`X-${name}`, value],
            ]),
          )
        })
        const meant = [
          `HTTP/1.1 200 ${phrase}`,
          'Content-Length: 0',
          `X-${name}: ${value}`,
          `Date: ${date}`,
          '',
        ]
        expect(sink.text === '' ? [] : sink.text.split(/[\r\n]+/)).toEqual(
          code === undefined ? meant : [],
        )
        expect([undefined, 'ERR_REASON_PHRASE', 'ERR_FIELD_NAME', 'ERR_FIELD_VALUE']).toContain(
          code,
        )
      }),
      { numRuns: 2000 },
    )
  })
})
