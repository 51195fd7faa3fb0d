import { runInNewContext } from 'node:vm'
import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { getDefaultHeaders, ResponseWriter } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink } from './support/recording-sink.ts'

// What callers in JavaScript can hand over; the types let none of it through.
function untyped(value: unknown): never {
  return value as never
}

function begun(call: 'writeBody' | 'writeChunkedBody' | 'respond', sink: RecordingSink) {
  const writer = new ResponseWriter(sink, { date: null })
  if (call === 'respond') return writer
  writer.writeStatusLine(200)
  writer.writeHeaders(new Headers(call === 'writeBody' ? [['Content-Length', '3']] : []))
  return writer
}

describe('RFC 9110 §8.6: a body is text or octets, or its length would be another', () => {
  const bodies: readonly (readonly [title: string, body: unknown])[] = [
    ['an ArrayBuffer', new ArrayBuffer(3)],
    ['a Uint16Array', Uint16Array.of(1, 2, 3)],
    ['a DataView', new DataView(new ArrayBuffer(3))],
    ['an array of numbers', [1, 2, 3]],
    ['a number', 123],
    ['an object with a length', { length: 3 }],
    ['an empty array', []],
    ['null', null],
    ['a String object', new String('abc')],
  ]
  describe.each(bodies)('%s', (_title, body) => {
    test.each(['respond', 'writeBody', 'writeChunkedBody'] as const)(
      'is refused by %s, and nothing has changed (RFC 9110 §8.6)',
      (call) => {
        const sink = new RecordingSink()
        const writer = begun(call, sink)
        const { state } = writer
        const given: string = untyped(body)
        const action = () => (call === 'respond' ? writer.respond(200, given) : writer[call](given))
        expect(usageCode(() => void action())).toBe('ERR_BODY_TYPE')
        expect(writer).toMatchObject({ state, writtenBytes: 0, headSent: false })
        expect(sink.writes).toEqual([])
        if (call === 'respond') writer.respond(200, 'abc')
        else writer[call]('abc')
        expect(writer.writtenBytes).toBe(3)
      },
    )
  })

  test('the message names what came (RFC 9110 §8.6)', () => {
    const writer = new ResponseWriter(new RecordingSink())
    expect(() => writer.respond(200, untyped(new ArrayBuffer(3)))).toThrow(
      'Body: expected a string or a Uint8Array, got [object ArrayBuffer]',
    )
  })

  test.each(['respond', 'writeBody', 'writeChunkedBody'] as const)(
    'octets whose memory was transferred are none for %s, or the length would be wrong (RFC 9110 §8.6)',
    (call) => {
      const octets = Uint8Array.of(1, 2, 3)
      structuredClone(0, { transfer: [octets.buffer] })
      const writer = begun(call, new RecordingSink())
      const { state } = writer
      const action = () => (call === 'respond' ? writer.respond(200, octets) : writer[call](octets))
      expect(usageCode(() => void action())).toBe('ERR_BODY_TYPE')
      expect(writer.state).toBe(state)
    },
  )

  test('a Uint8Array of another realm is one (RFC 9110 §8.6)', () => {
    const sink = new RecordingSink()
    const octets: Uint8Array = untyped(runInNewContext('Uint8Array.of(0x61, 0x62, 0x63)'))
    new ResponseWriter(sink, { date: null }).respond(200, octets)
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc')
  })

  test('a Buffer is a Uint8Array (RFC 9110 §8.6)', () => {
    const sink = new RecordingSink()
    new ResponseWriter(sink, { date: null }).respond(200, Buffer.from('abc'))
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc')
  })
})

describe('RFC 9110 §5: fields are Headers, or they would be lost', () => {
  const kinds: readonly (readonly [title: string, headers: unknown])[] = [
    ['Headers of the Fetch API', new globalThis.Headers([['X-A', '1']])],
    ['an object', { 'X-A': '1' }],
    ['an array', [['X-A', '1']]],
    ['a Map', new Map([['X-A', '1']])],
    ['null', null],
    ['text', 'X-A: 1'],
  ]
  test.each(kinds)('%s: refused by every call that takes fields (RFC 9110 §5)', (_title, given) => {
    const headers: Headers = untyped(given)
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink, { date: null })
    expect(usageCode(() => writer.writeInformational(103, headers))).toBe('ERR_HEADERS_TYPE')
    expect(usageCode(() => writer.respond(200, 'abc', headers))).toBe('ERR_HEADERS_TYPE')
    expect(writer).toMatchObject({ state: 'AwaitingStatusLine', statusCode: 0 })
    writer.writeStatusLine(200)
    expect(usageCode(() => writer.writeHeaders(headers))).toBe('ERR_HEADERS_TYPE')
    expect(writer.state).toBe('AwaitingHeaders')
    writer.writeHeaders(new Headers([['Trailer', 'X-A']]))
    writer.writeChunkedBodyDone()
    expect(usageCode(() => writer.writeTrailers(headers))).toBe('ERR_HEADERS_TYPE')
    expect(writer.state).toBe('AwaitingTrailers')
    expect(sink.writes).toEqual([])
  })

  test('the calls that must have fields refuse to have none (RFC 9110 §5)', () => {
    const writer = new ResponseWriter(new RecordingSink())
    writer.writeStatusLine(200)
    expect(() => writer.writeHeaders(untyped(undefined))).toThrow(
      'Headers: expected Headers of @rawhttp/headers, got [object Undefined]',
    )
    writer.writeHeaders(new Headers([['Trailer', 'X-A']]))
    writer.writeChunkedBodyDone()
    expect(usageCode(() => writer.writeTrailers(untyped(undefined)))).toBe('ERR_HEADERS_TYPE')
  })
})

describe('RFC 9112 §11.1: options cannot split a response', () => {
  const options: readonly (readonly [title: string, options: object])[] = [
    ['keepAliveSeconds with a line break', { keepAliveSeconds: '5\r\nSet-Cookie: a=b' }],
    ['keepAliveSeconds as text', { keepAliveSeconds: '5' }],
    ['keepAliveSeconds of -1', { keepAliveSeconds: -1 }],
    ['keepAliveSeconds of 1.5', { keepAliveSeconds: 1.5 }],
    ['keepAliveSeconds of NaN', { keepAliveSeconds: NaN }],
    ['keepAliveSeconds of Infinity', { keepAliveSeconds: Infinity }],
    ['keepAliveSeconds of 2^53', { keepAliveSeconds: 2 ** 53 }],
    ['keepAliveSeconds of null', { keepAliveSeconds: null }],
    ['httpVersion 2.0', { httpVersion: '2.0' }],
    ['httpVersion HTTP/1.0', { httpVersion: 'HTTP/1.0' }],
    ['httpVersion 1.0 as a number', { httpVersion: 1.0 }],
    ['httpVersion null', { httpVersion: null }],
    ['requestMethod as an object', { requestMethod: new String('HEAD') }],
    ['requestMethod null', { requestMethod: null }],
    ['persistent as text', { persistent: 'false' }],
    ['persistent as a number', { persistent: 0 }],
    ['date as text', { date: 'Sat, 01 Jan 2000 00:00:00 GMT' }],
    ['date as a Date', { date: new Date(0) }],
  ]
  test.each(options)('%s is refused at once (RFC 9112 §11.1)', (_title, given) => {
    const sink = new RecordingSink()
    expect(usageCode(() => void new ResponseWriter(sink, untyped(given)))).toBe('ERR_OPTION')

    const writer = new ResponseWriter(sink, { requestMethod: 'HEAD', date: null })
    writer.writeStatusLine(200)
    const wrong = { requestMethod: 'GET', ...given }
    expect(usageCode(() => writer.reset(untyped(wrong)))).toBe('ERR_OPTION')
    expect(writer).toMatchObject({ state: 'AwaitingHeaders', statusCode: 200 })
    writer.reset()
    writer.respond(200, 'hello')
    expect(sink.text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
    expect(usageCode(() => writer.reset(untyped(wrong)))).toBe('ERR_OPTION')
    expect(writer.state).toBe('Done')
  })

  // An object that is text when it is checked, and other text when it is written.
  const changing = (): object => {
    let asked = 0
    return { toString: () => (asked++ === 0 ? 'OK' : 'OK\r\nX: injected') }
  }

  test('each is asked for once: a getter cannot give another value later (RFC 9112 §11.1)', () => {
    const sink = new RecordingSink()
    const asked: string[] = []
    const values = { requestMethod: 'GET', httpVersion: '1.0', persistent: true, date: null }
    const options = new Proxy(
      { ...values, keepAliveSeconds: 5 },
      {
        get(target, name) {
          asked.push(String(name))
          const again = asked.filter((other) => other === name).length > 1
          return again ? changing() : Reflect.get(target, name)
        },
      },
    )
    const writer = new ResponseWriter(sink, untyped(options))
    writer.respond(200, 'ok')
    expect(sink.text).toContain('\r\nKeep-Alive: timeout=5\r\n')
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted())
    asked.length = 0
    writer.reset(untyped(options))
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted())
  })

  test.each([changing(), new String('OK'), 5, null, ['OK']])(
    'a reason phrase is text, and not %o (RFC 9112 §4)',
    (phrase) => {
      const sink = new RecordingSink()
      const writer = new ResponseWriter(sink)
      const code = usageCode(() => {
        writer.writeStatusLine(200, untyped(phrase))
      })
      expect(code).toBe('ERR_REASON_PHRASE')
      expect(writer.state).toBe('AwaitingStatusLine')
    },
  )

  test.each([changing(), new String('OK'), 5, null, undefined])(
    'a date is text, and not %o (RFC 9110 §5.5)',
    (date) => {
      const sink = new RecordingSink()
      const writer = new ResponseWriter(sink, { date: () => untyped(date) })
      expect(usageCode(() => writer.respond(200, 'ok'))).toBe('ERR_FIELD_VALUE')
      expect(sink.writes).toEqual([])
    },
  )

  test('a status code is a number: text that is one is shown escaped (RFC 9112 §4)', () => {
    const statusCode: number = untyped('200\r\n')
    expect(() => new ResponseWriter(new RecordingSink()).respond(statusCode)).toThrow(
      'Status code: expected an integer from 100 to 599, got "200\\x0d\\x0a"',
    )
  })

  test('the message shows it escaped (RFC 9112 §11.1)', () => {
    const keepAliveSeconds: number = untyped('5\r\nX: y')
    expect(() => new ResponseWriter(new RecordingSink(), { keepAliveSeconds })).toThrow(
      'keepAliveSeconds: expected a whole number of at least 0, got "5\\x0d\\x0aX: y"',
    )
  })

  test.each([0, Number.MAX_SAFE_INTEGER])('keepAliveSeconds may be %i', (keepAliveSeconds) => {
    const sink = new RecordingSink()
    new ResponseWriter(sink, { keepAliveSeconds }).respond(200)
    expect(sink.text).toContain(`\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n`)
  })
})

describe('RFC 9110 §8.6: default headers have a length', () => {
  test.each([NaN, -1, 1.5, Infinity, 2 ** 53, '5', undefined])(
    'refuses %s (RFC 9110 §8.6)',
    (contentLength) => {
      expect(usageCode(() => void getDefaultHeaders(untyped(contentLength)))).toBe(
        'ERR_CONTENT_LENGTH',
      )
    },
  )

  test('takes the longest that can be counted (RFC 9110 §8.6)', () => {
    const headers = getDefaultHeaders(Number.MAX_SAFE_INTEGER)
    expect(headers.get('content-length')).toBe('9007199254740991')
  })
})
