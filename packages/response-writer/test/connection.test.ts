import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { getDefaultHeaders, ResponseWriter } from '../src/index.ts'
import { RecordingSink } from './support/recording-sink.ts'

const NONE = ''

type Field = readonly [name: string, value: string]

// prettier-ignore
const ROWS: readonly (readonly [title: string, version: '1.0' | '1.1', persistent: boolean, given: readonly string[],
  stays: boolean, sent: string])[] = [
  ['1.1 persists by itself (RFC 9112 §9.3)', '1.1', true, [], true, NONE],
  ['1.1 says close when it ends (RFC 9112 §9.6)', '1.1', false, [], false, 'Connection: close'],
  ['the handler can close (RFC 9112 §9.6)', '1.1', true, ['close'], false, 'Connection: close'],
  ['close is a name in any letter case (RFC 9110 §7.6.1)', '1.1', true, ['Close'], false, 'Connection: Close'],
  ['close is said once (RFC 9112 §9.6)', '1.1', false, ['close'], false, 'Connection: close'],
  ['close in two lines is said once (RFC 9112 §9.6)', '1.1', true, ['close', 'close'], false, 'Connection: close'],
  ['close is found in a list (RFC 9110 §7.6.1)', '1.1', true, ['x-hop, close'], false, 'Connection: x-hop, close'],
  ['close twice in a list is said once (RFC 9112 §9.6)', '1.1', true, ['close, close'], false, 'Connection: close'],
  ['other options stay (RFC 9110 §7.6.1)', '1.1', true, ['Upgrade'], true, 'Connection: Upgrade'],
  ['other options stay beside close (RFC 9110 §7.6.1)', '1.1', false, ['Upgrade'], false, 'Connection: Upgrade, close'],
  ['other options stay beside a line that says close (RFC 9110 §7.6.1)', '1.1', false, ['close', 'Upgrade'], false, 'Connection: close|Connection: Upgrade'],
  ['a line that says close behind other options (RFC 9110 §7.6.1)', '1.1', true, ['Upgrade', 'close'], false, 'Connection: close|Connection: Upgrade'],
  ['options in several lines come together (RFC 9110 §5.3)', '1.1', true, ['Upgrade', 'x-hop'], true, 'Connection: Upgrade, x-hop'],
  ['keep-alive may be said to 1.1 (RFC 9112 §9.3)', '1.1', true, ['keep-alive'], true, 'Connection: keep-alive'],
  ['keep-alive is not said when it is not so (RFC 9112 §9.3)', '1.1', false, ['keep-alive'], false, 'Connection: close'],
  ['keep-alive loses to close (RFC 9112 §9.3)', '1.1', true, ['keep-alive, close'], false, 'Connection: close'],
  ['keep-alive beside a line that says close is left out (RFC 9112 §9.3)', '1.1', true, ['close', 'keep-alive'], false, 'Connection: close'],
  ['a quote hides no close: this list has tokens only (RFC 9110 §7.6.1)', '1.1', true, ['"a, close, b"'], false, 'Connection: "a, b", close'],
  ['an empty value is left out (RFC 9110 §7.6.1)', '1.1', true, [''], true, NONE],
  ['1.0 is told that the connection persists (RFC 9112 §9.3)', '1.0', true, [], true, 'Connection: keep-alive'],
  ['1.0 is told so once (RFC 9112 §9.3)', '1.0', true, ['keep-alive'], true, 'Connection: keep-alive'],
  ['1.0 is told so beside other options (RFC 9112 §9.3)', '1.0', true, ['x-hop'], true, 'Connection: x-hop, keep-alive'],
  ['1.0 is told that the connection ends (RFC 9112 §9.6)', '1.0', false, [], false, 'Connection: close'],
  ['the handler can close to 1.0 (RFC 9112 §9.6)', '1.0', true, ['close'], false, 'Connection: close'],
]

function connectionLines(text: string): string {
  return text
    .split('\r\n')
    .filter((line) => /^connection:/i.test(line))
    .join('|')
}

function hopLines(text: string): string {
  return text
    .split('\r\n')
    .filter((line) => /^(connection|keep-alive):/i.test(line))
    .join('|')
}

describe('RFC 9112 §9.3: persistence', () => {
  test.each(ROWS)('%s', (_title, httpVersion, persistent, given, stays, sent) => {
    const headers = new Headers(given.map((value) => ['Connection', value] as const))
    headers.set('Content-Length', '2')
    const before = [...headers.lines()]

    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { httpVersion, persistent, date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(headers)
    writer.writeBody('ok')
    expect(connectionLines(sink.text)).toBe(sent)
    expect(writer.persistent).toBe(stays)
    expect([...headers.lines()]).toEqual(before)

    const whole = new RecordingSink()
    const writerOfWhole = new ResponseWriter(whole, { httpVersion, persistent, date: null })
    writerOfWhole.respond(200, 'ok', headers)
    expect(whole.text).toBe(sink.text)
    expect(writerOfWhole.persistent).toBe(stays)
  })

  test('close stands where the handler put it, in the spelling that it had (RFC 9110 §5.3)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.respond(
      200,
      '',
      new Headers([
        ['X-A', '1'],
        ['connection', 'close'],
        ['X-B', '2'],
      ]),
    )
    expect(sink.text).toBe(
      'HTTP/1.1 200 OK\r\nX-A: 1\r\nconnection: close\r\nX-B: 2\r\nContent-Length: 0\r\n\r\n',
    )
  })

  test('a rewritten line keeps the spelling of its name (RFC 9110 §5.1)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null, persistent: false })
    writer.respond(200, '', new Headers([['connection', 'x-hop']]))
    expect(connectionLines(sink.text)).toBe('connection: x-hop, close')
  })

  test.each(['204', '205', '304'])('%s says it too (RFC 9112 §9.6)', (statusCode) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null, persistent: false })
    writer.respond(Number(statusCode))
    expect(connectionLines(sink.text)).toBe('Connection: close')
    expect(writer.persistent).toBe(false)
  })

  test('a body without length ends the connection to 1.0, whatever was granted (RFC 9112 §6.3 rule 8)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { httpVersion: '1.0', date: null, persistent: true })
    expect(writer.persistent).toBe(true)
    writer.writeStatusLine(200)
    writer.writeHeaders(new Headers([['Connection', 'keep-alive']]))
    writer.finish()
    expect(connectionLines(sink.text)).toBe('Connection: close')
    expect(writer.persistent).toBe(false)
  })

  test('a tunnel has no next response, and its fields are left alone (RFC 9110 §9.3.6)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { requestMethod: 'CONNECT', date: null })
    writer.respond(200)
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\n\r\n')
    expect(writer.persistent).toBe(false)
  })

  test('the sink is asked when the head is made, and can only say no (RFC 9112 §9.6)', () => {
    class Draining extends RecordingSink {
      mayPersist(): boolean {
        return this.writes.length > 0
      }
    }
    const sink = new Draining()
    const answered = [true, true, false].map((persistent) => {
      const writer = new ResponseWriter(sink, { date: null, persistent })
      expect(writer.persistent).toBe(persistent)
      writer.respond(200)
      return writer.persistent
    })
    expect(answered).toEqual([false, true, false])
    expect(sink.writes.map(connectionLines)).toEqual(['Connection: close', '', 'Connection: close'])
  })
})

describe('default headers', () => {
  test('are the three of a one-shot connection, and leave as they are (RFC 9112 §9.6)', () => {
    const headers = getDefaultHeaders(5)
    expect([...headers.lines()]).toEqual([
      ['Content-Length', '5'],
      ['Connection', 'close'],
      ['Content-Type', 'text/plain'],
    ])
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.writeStatusLine(200)
    writer.writeHeaders(headers)
    writer.writeBody('hello')
    expect(writer.persistent).toBe(false)
    expect(sink.writes).toEqual([
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nhello',
    ])
  })

  test('take another media type (RFC 9110 §8.3)', () => {
    expect(getDefaultHeaders(0, 'text/html').get('content-type')).toBe('text/html')
    expect(() => getDefaultHeaders(0, 'text/html\r\nX: y')).toThrow(/Value of Content-Type/)
  })

  test('fit a response without content (RFC 9110 §8.6)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    writer.respond(204, undefined, getDefaultHeaders(0))
    expect(sink.text).toBe(
      'HTTP/1.1 204 No Content\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n',
    )
  })
})

describe('RFC 9112 §9.3 Keep-Alive', () => {
  const TOLD = 'Connection: keep-alive|Keep-Alive: timeout=74'
  // prettier-ignore
  const rows: readonly (readonly [title: string, version: '1.0' | '1.1', persistent: boolean, given: readonly Field[], sent: string])[] = [
    ['is told to 1.1 where the connection persists, and Connection names it (RFC 9110 §7.6.1)', '1.1', true, [], TOLD],
    ['is told to 1.0 where the connection persists, and Connection names it once (RFC 9110 §7.6.1)', '1.0', true, [], TOLD],
    ['is not told where the connection ends (RFC 9112 §9.6)', '1.1', false, [], 'Connection: close'],
    ['is not told where the handler closes (RFC 9112 §9.6)', '1.1', true, [['Connection', 'close']], 'Connection: close'],
    ['is named beside other options (RFC 9110 §7.6.1)', '1.1', true, [['Connection', 'x-hop']], 'Connection: x-hop, keep-alive|Keep-Alive: timeout=74'],
    ['is named once when the handler has named it (RFC 9110 §7.6.1)', '1.1', true, [['Connection', 'Keep-Alive, x-hop']], 'Connection: x-hop, keep-alive|Keep-Alive: timeout=74'],
    ['is the one that the handler has set (RFC 9110 §7.6.1)', '1.1', true, [['keep-alive', 'timeout=5, max=9']], 'Connection: keep-alive|keep-alive: timeout=5, max=9'],
    ['is the one that the handler has set and named (RFC 9110 §7.6.1)', '1.0', true, [['Keep-Alive', 'max=9'], ['Connection', 'keep-alive']], 'Connection: keep-alive|Keep-Alive: max=9'],
    ['is left out where the connection ends, even when the handler has set it (RFC 9112 §9.6)', '1.1', false, [['Keep-Alive', 'timeout=5']], 'Connection: close'],
  ]
  test.each(rows)('%s', (_title, httpVersion, persistent, given, sent) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { httpVersion, persistent, keepAliveSeconds: 74 })
    writer.respond(200, '', new Headers(given))
    expect(hopLines(sink.text)).toBe(sent)
  })

  test('that the handler has set is named without the option too (RFC 9110 §7.6.1)', () => {
    const sink = new RecordingSink()
    new ResponseWriter(sink).respond(200, '', new Headers([['Keep-Alive', 'timeout=5']]))
    expect(hopLines(sink.text)).toBe('Connection: keep-alive|Keep-Alive: timeout=5')
  })

  test('is left to the handler where another protocol follows (RFC 9110 §9.3.6)', () => {
    const sink = new RecordingSink()
    const options = { requestMethod: 'CONNECT', keepAliveSeconds: 74, date: null }
    const writer = new ResponseWriter(sink, options)
    writer.respond(200, '', new Headers([['Keep-Alive', 'timeout=5']]))
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\n\r\n')
  })

  test('is told anew for every response (RFC 9112 §9.3)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink)
    for (const keepAliveSeconds of [74, 74, 5]) {
      writer.reset({ keepAliveSeconds })
      writer.respond(200)
    }
    writer.reset()
    writer.respond(200)
    const told = sink.writes.map((text) => /Keep-Alive: timeout=(\d+)\r/.exec(text)?.[1])
    expect(told).toEqual(['74', '74', '5', undefined])
  })
})

describe('RFC 9112 §9.3: persistence when the caller says nothing', () => {
  test.each([
    ['1.1', true, ''],
    ['1.0', false, 'Connection: close'],
  ] as const)('is that of version %s: %s (RFC 9112 §9.3)', (httpVersion, persistent, sent) => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { httpVersion, date: null })
    expect(writer.persistent).toBe(persistent)
    writer.respond(200)
    expect(writer.persistent).toBe(persistent)
    expect(connectionLines(sink.text)).toBe(sent)
  })
})
