import { Headers } from '@rawhttp/headers'
import { describe, expect, test, vi } from 'vitest'
import { httpDate, ResponseWriter } from '../src/index.ts'
import { RecordingSink } from './support/recording-sink.ts'

describe('RFC 9110 §6.6.1: Date', () => {
  test('is the time now as IMF-fixdate, the same within its second (RFC 9110 §5.6.7)', () => {
    vi.useFakeTimers({ now: Date.UTC(1994, 10, 6, 8, 49, 37, 0), toFake: ['Date'] })
    try {
      const sink = new RecordingSink()
      const writer = new ResponseWriter(sink)
      writer.respond(200)
      expect(sink.text).toContain('\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n')
      vi.setSystemTime(Date.UTC(1994, 10, 6, 8, 49, 37, 999))
      expect(httpDate()).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
      vi.setSystemTime(Date.UTC(1994, 10, 6, 8, 49, 38, 0))
      expect(httpDate()).toBe('Sun, 06 Nov 1994 08:49:38 GMT')
      vi.setSystemTime(Date.UTC(1994, 10, 6, 8, 49, 37, 0))
      expect(httpDate()).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
    } finally {
      vi.useRealTimers()
    }
  })

  test('stays when the handler has set it (RFC 9110 §6.6.1)', () => {
    const sink = new RecordingSink()
    const writer = new ResponseWriter(sink)
    writer.respond(200, '', new Headers([['date', 'Sun, 06 Nov 1994 08:49:37 GMT']]))
    expect(sink.text.match(/date:/gi)).toEqual(['date:'])
  })

  test('is left out without a clock (RFC 9110 §6.6.1)', () => {
    const sink = new RecordingSink()
    new ResponseWriter(sink, { date: null }).respond(200)
    expect(sink.text).not.toMatch(/date:/i)
  })

  test('may come from another clock, read for every head (RFC 9110 §6.6.1)', () => {
    let second = 0
    const sink = new RecordingSink()
    const options = { date: () => `second ${second}` }
    const writer = new ResponseWriter(sink, options)
    writer.respond(200)
    writer.reset(options)
    writer.respond(200)
    second = 1
    writer.reset(options)
    writer.respond(200)
    expect(sink.writes.map((text) => /Date: (.*)\r/.exec(text)?.[1])).toEqual([
      'second 0',
      'second 0',
      'second 1',
    ])
  })

  test('a clock that answers on another connection disturbs nothing (RFC 9110 §6.6.1)', () => {
    const other = new RecordingSink()
    const sink = new RecordingSink()
    const date = () => {
      new ResponseWriter(other, { date: null }).respond(204)
      return 'now'
    }
    new ResponseWriter(sink, { date }).respond(200, 'hello', new Headers([['X-A', '1']]))
    expect(sink.text).toBe(
      'HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\nDate: now\r\n\r\nhello',
    )
    expect(other.text).toBe('HTTP/1.1 204 No Content\r\n\r\n')
  })
})
