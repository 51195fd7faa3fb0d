import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  expectAnswer,
  expectBody,
  expectEcho,
  expectField,
  expectProxyTrailers,
  expectRefusal,
  property,
  readJson,
  saysClose,
} from '../src/expectations.ts'
import { expectSame, Failure, show } from '../src/failure.ts'
import type { Answer, FieldLine } from '../src/response-reader.ts'

const DATE: FieldLine = ['Date', 'Sun, 06 Nov 1994 08:49:37 GMT']
const TYPE: FieldLine = ['Content-Type', 'application/json']
const BODY = Buffer.from('hello')
const BODY_SHA256 = createHash('sha256').update(BODY).digest('hex')

function answer(changes: Partial<Answer> = {}): Answer {
  return {
    httpVersion: '1.1',
    statusCode: 200,
    fields: [DATE, TYPE],
    framing: 'length',
    body: BODY,
    trailers: [],
    interim: [],
    ...changes,
  }
}

function echo(changes: Record<string, unknown> = {}): Answer {
  const json = {
    method: 'POST',
    target: '/echo',
    headers: [
      ['host', 'a'],
      ['x-soak', 'b'],
    ],
    body: { size: 5, sha256: BODY_SHA256 },
    trailers: [['x-t', 'c']],
    ...changes,
  }
  return answer({ body: Buffer.from(JSON.stringify(json)) })
}

const EXPECTED_ECHO = {
  method: 'POST',
  target: '/echo',
  body: BODY,
  field: ['x-soak', 'b'],
  trailers: [['x-t', 'c']],
} as const

describe('what is right is not complained about', () => {
  test.each<{ title: string; check: () => void }>([
    { title: 'an answer', check: () => expectAnswer(answer(), 200, 'length') },
    {
      title: 'an answer by any framing',
      check: () => expectAnswer(answer({ framing: 'close' }), 200),
    },
    { title: 'a body', check: () => expectBody(answer(), Buffer.from('hello')) },
    { title: 'a field', check: () => expectField(answer(), 'content-type', 'application/json') },
    { title: 'an echo', check: () => expectEcho(echo(), EXPECTED_ECHO) },
    {
      title: 'the trailers of the proxy',
      check: () =>
        expectProxyTrailers(
          answer({
            trailers: [
              ['X-Content-SHA256', BODY_SHA256],
              ['X-Content-Length', '5'],
            ],
          }),
        ),
    },
    {
      title: 'a refusal',
      check: () =>
        expectRefusal(answer({ statusCode: 400, fields: [DATE, ['Connection', 'Close']] }), 400),
    },
  ])('$title', ({ check }) => {
    check()
  })
})

describe('what is wrong is', () => {
  test.each<{ title: string; check: () => void; message: string }>([
    {
      title: 'another status code',
      check: () => expectAnswer(answer(), 201),
      message: 'status code: expected 201, got 200',
    },
    {
      title: 'another framing',
      check: () => expectAnswer(answer(), 200, 'chunked'),
      message: 'framing: expected "chunked", got "length"',
    },
    {
      title: 'two dates',
      check: () => expectAnswer(answer({ fields: [DATE, DATE] }), 200),
      message: 'Date lines: expected 1, got 2',
    },
    {
      title: 'a date in another form',
      check: () => expectAnswer(answer({ fields: [['Date', '1994-11-06']] }), 200),
      message: 'Date "1994-11-06" in its form: expected true, got false',
    },
    {
      title: 'another body',
      check: () => expectBody(answer(), Buffer.from('help')),
      message: 'body: expected 4 octets that begin "help", got 5 that begin "hello"',
    },
    {
      title: 'a field that is not there',
      check: () => expectField(answer(), 'allow', 'GET'),
      message: 'allow: expected "GET", got ""',
    },
    {
      title: 'a refusal without words',
      check: () =>
        expectRefusal(
          answer({
            statusCode: 400,
            fields: [DATE, ['Connection', 'close']],
            body: Buffer.alloc(0),
          }),
          400,
        ),
      message: 'text of the refusal: expected true, got false',
    },
    {
      title: 'a body that the proxy did not vouch for',
      check: () => expectProxyTrailers(answer()),
      message: `X-Content-SHA256: expected "${BODY_SHA256}", got ""`,
    },
    {
      title: 'an echo of another method',
      check: () => expectEcho(echo({ method: 'GET' }), EXPECTED_ECHO),
      message: 'method: expected "POST", got "GET"',
    },
    {
      title: 'an echo of fewer octets',
      check: () => expectEcho(echo({ body: { size: 4 } }), EXPECTED_ECHO),
      message: 'size: expected 5, got 4',
    },
    {
      title: 'an echo of other octets',
      check: () => expectEcho(echo({ body: { size: 5, sha256: '00' } }), EXPECTED_ECHO),
      message: `sha256: expected "${BODY_SHA256}", got "00"`,
    },
    {
      title: 'an echo without a body',
      check: () => expectEcho(echo({ body: null }), EXPECTED_ECHO),
      message: 'size: expected 5, got nothing',
    },
    {
      title: 'an echo without the trailers',
      check: () => expectEcho(echo({ trailers: [] }), EXPECTED_ECHO),
      message: 'trailers: expected [["x-t","c"]], got []',
    },
    {
      title: 'an echo without the field',
      check: () => expectEcho(echo({ headers: [['x-soak', 'B']] }), EXPECTED_ECHO),
      message: 'field line ["x-soak","b"]: expected true, got false',
    },
    {
      title: 'an echo without fields',
      check: () => expectEcho(echo({ headers: 'none' }), EXPECTED_ECHO),
      message: 'field line ["x-soak","b"]: expected true, got false',
    },
    {
      title: 'JSON that is none',
      check: () => {
        readJson(Buffer.from('{'))
      },
      message: 'expected JSON, got "{"',
    },
  ])('$title', ({ check, message }) => {
    expect(check).toThrow(Failure)
    expect(check).toThrow(message)
  })
})

test.each([
  { value: 'close', says: true },
  { value: 'Keep-Alive, CLOSE', says: true },
  { value: 'keep-alive', says: false },
  { value: 'closed', says: false },
])('Connection: $value says close: $says (§9.6 of RFC 9112)', ({ value, says }) => {
  expect(saysClose(answer({ fields: [['connection', value]] }))).toBe(says)
})

test('property finds what is there', () => {
  expect(property({ a: 1 }, 'a')).toBe(1)
  expect(property({ a: 1 }, 'b')).toBeUndefined()
  expect(property('text', 'length')).toBeUndefined()
})

test('show keeps to one short line', () => {
  expect(show('a\nb')).toBe('"a\\nb"')
  expect(show(undefined)).toBe('nothing')
  expect(show('a'.repeat(1000))).toHaveLength(121)
  expect(() => {
    expectSame('it', 'a'.repeat(1000), 'b')
  }).toThrow(/^it: expected "b", got "a{119}…$/)
})
