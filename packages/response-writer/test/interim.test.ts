import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { ResponseWriter } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink } from './support/recording-sink.ts'

describe('RFC 9110 §15.2: interim responses', () => {
  test.each([
    [100, 'HTTP/1.1 100 Continue\r\n\r\n'],
    [102, 'HTTP/1.1 102 Processing\r\n\r\n'],
    [103, 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    [104, 'HTTP/1.1 104 \r\n\r\n'],
    [199, 'HTTP/1.1 199 \r\n\r\n'],
  ])('sends %i at once and without Date (RFC 9110 §15.2)', (statusCode, expected) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink)
    writer.writeInformational(statusCode)
    expect(sink.text).toBe(expected)
    expect(writer).toMatchObject({ statusCode: 0, headSent: false, persistent: true })
  })

  test('sends the fields of 103, and the final response behind it (RFC 8297 §2)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    const hints = new Headers([['Link', '</style.css>; rel=preload']])
    writer.writeInformational(103, hints)
    writer.writeInformational(103, hints)
    writer.respond(200)
    const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'
    expect(sink.writes).toEqual([interim, interim, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'])
  })

  test.each([
    ['Content-Length', '5'],
    ['Transfer-Encoding', 'chunked'],
  ])('refuses %s in an interim response (RFC 9110 §8.6, RFC 9112 §6.1)', (name, value) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink)
    const headers = new Headers([[name, value]])
    expect(usageCode(() => writer.writeInformational(103, headers))).toBe('ERR_BODY_FORBIDDEN')
    expect(sink.text).toBe('')
  })

  test.each([101, 200, 404])('refuses %i as an interim response (RFC 9110 §15.2)', (statusCode) => {
    const writer = new ResponseWriter(new RecordingSink())
    expect(usageCode(() => writer.writeInformational(statusCode))).toBe('ERR_STATUS_CODE')
  })

  test('sends none to HTTP/1.0, and checks it all the same (RFC 9110 §15.2)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { httpVersion: '1.0' })
    writer.writeInformational(100)
    expect(sink.writes).toEqual([])
    expect(usageCode(() => writer.writeInformational(200))).toBe('ERR_STATUS_CODE')
  })

  test.each([100, 102, 103, 199])(
    'refuses %i as a final response (RFC 9110 §15.2)',
    (statusCode) => {
      const writer = new ResponseWriter(new RecordingSink())
      expect(usageCode(() => writer.writeStatusLine(statusCode))).toBe('ERR_STATUS_CODE')
      expect(usageCode(() => writer.respond(statusCode))).toBe('ERR_STATUS_CODE')
      expect(writer.state).toBe('AwaitingStatusLine')
    },
  )

  test('101 is the last response of the connection, with its own Connection field (RFC 9110 §15.2.2)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.writeStatusLine(101)
    writer.writeHeaders(
      new Headers([
        ['Connection', 'Upgrade'],
        ['Upgrade', 'websocket'],
      ]),
    )
    expect(writer).toMatchObject({ state: 'Done', statusCode: 101, persistent: false })
    expect(sink.text).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    )
    expect(usageCode(() => writer.writeBody('x'))).toBe('ERR_BODY_FORBIDDEN')
  })

  test.each([
    ['no Upgrade field', []],
    ['an empty one', [['Upgrade', '']]],
    ['one of empty members', [['Upgrade', ', ,']]],
  ] as const)('refuses 101 with %s (RFC 9110 §15.2.2)', (_title, fields) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    const headers = new Headers(fields)
    expect(usageCode(() => writer.respond(101, '', headers))).toBe('ERR_UPGRADE')
    expect(writer).toMatchObject({ state: 'AwaitingStatusLine', persistent: true })
    writer.writeStatusLine(101)
    expect(() => writer.writeHeaders(headers)).toThrow(
      'Header section: expected Upgrade with status 101, got nothing',
    )
    expect(writer.state).toBe('AwaitingHeaders')
    expect(usageCode(() => new ResponseWriter(sink).respond(101))).toBe('ERR_UPGRADE')
    expect(sink.writes).toEqual([])
    writer.writeHeaders(new Headers([['Upgrade', 'chat']]))
    expect(writer.state).toBe('Done')
  })

  test('refuses 101 to HTTP/1.0 (RFC 9110 §7.8)', () => {
    const writer = new ResponseWriter(new RecordingSink(), { httpVersion: '1.0' })
    expect(() => writer.writeStatusLine(101)).toThrow(
      'Final response: expected 200 and up, got 101',
    )
  })
})
