import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { RequestWriter } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink } from './support/recording-sink.ts'
import { headLines, HOST } from './support/written.ts'
import type { Fields } from './support/written.ts'

const connectionOf = (fields: Fields, persistent = true): string | undefined =>
  headLines([...HOST, ...fields], {}, { persistent }).find((line) => /^connection:/i.test(line))

describe('RFC 9112 §9: the connection', () => {
  test.each<readonly [Fields, boolean, string | undefined]>([
    [[], true, undefined],
    [[], false, 'Connection: close'],
    [[['connection', 'close']], true, 'connection: close'],
    [[['Connection', 'close, X-Own']], false, 'Connection: close, X-Own'],
    [[['Connection', 'keep-alive']], true, 'Connection: keep-alive'],
    [[['Connection', 'Keep-Alive']], false, 'Connection: close'],
    [[['Connection', 'x, , y']], true, 'Connection: x, , y'],
    [[['Connection', 'x, Keep-Alive, y']], false, 'Connection: x, y, close'],
    [[['Connection', '']], true, undefined],
    [[['Connection', '']], false, 'Connection: close'],
    [
      [
        ['Connection', 'x'],
        ['CONNECTION', 'y'],
      ],
      true,
      'Connection: x, y',
    ],
    [[['TE', 'trailers']], true, 'Connection: TE'],
    [
      [
        ['TE', 'trailers'],
        ['Connection', 'te'],
      ],
      true,
      'Connection: te',
    ],
    [
      [
        ['Upgrade', 'websocket'],
        ['TE', 'trailers'],
      ],
      false,
      'Connection: close, TE, Upgrade',
    ],
    [[['Upgrade', '']], true, undefined],
    [[['Upgrade', ',']], true, undefined],
    [[['Keep-Alive', '300']], true, 'Connection: Keep-Alive'],
    [[['Keep-Alive', '300']], false, 'Connection: close'],
  ])('says of %j, persistent: %s: %s (RFC 9110 §7.6.1)', (fields, persistent, line) => {
    expect(connectionOf(fields, persistent)).toBe(line)
  })

  test('stands where the caller has it, or else at the end (RFC 9110 §7.6.1)', () => {
    const te: Fields = [
      ['X-1', '1'],
      ['TE', 'trailers'],
    ]
    expect(headLines([['CONNECTION', 'x'], ...te, ...HOST]).slice(1)).toEqual([
      'Host: a.test',
      'CONNECTION: x, TE',
      'X-1: 1',
      'TE: trailers',
    ])
    expect(headLines([...te, ...HOST], { method: 'POST' }).slice(1)).toEqual([
      'Host: a.test',
      'X-1: 1',
      'TE: trailers',
      'Content-Length: 0',
      'Connection: TE',
    ])
  })

  test('has Keep-Alive behind it, as long as it lives on (RFC 9110 §7.6.1)', () => {
    const fields: Fields = [
      ['keep-alive', '300'],
      ['Connection', 'keep-alive'],
      ['X-1', '1'],
      ...HOST,
    ]
    expect(headLines(fields).slice(2)).toEqual([
      'Connection: keep-alive',
      'keep-alive: 300',
      'X-1: 1',
    ])
    expect(headLines(fields, {}, { persistent: false }).slice(2)).toEqual([
      'Connection: close',
      'X-1: 1',
    ])
  })

  test.each(['chunked', 'trailers, Chunked;q=0.5', 'CHUNKED ; q=1'])(
    'is not offered the coding that goes without saying: TE: %s (RFC 9112 §7.4)',
    (value) => {
      expect(() => headLines([...HOST, ['TE', value]])).toThrow(
        `TE: expected no chunked, which goes without saying, got "${value}"`,
      )
      expect(usageCode(() => headLines([...HOST, ['TE', value]]))).toBe('ERR_TE')
    },
  )

  test('is offered codings that only look like it (RFC 9112 §7.4)', () => {
    expect(headLines([...HOST, ['TE', 'x-chunked, a;b=chunked']])).toContain('Connection: TE')
  })

  test.each([
    [true, undefined],
    [false, 'Connection: close'],
  ])('lives on if the sink says so when the head is made: %s (RFC 9112 §9.6)', (answer, line) => {
    const sink = Object.assign(new RecordingSink(), { mayPersist: () => answer })
    const writer = new RequestWriter(sink)
    writer.request('GET', '/', new Headers(HOST))
    expect(writer.persistent).toBe(answer)
    expect(sink.text.split('\r\n')[2]).toBe(line ?? '')
  })

  test('is what the head says, from then on (RFC 9112 §9.6)', () => {
    const writer = new RequestWriter(new RecordingSink())
    expect(writer.persistent).toBe(true)
    writer.request('GET', '/', new Headers([...HOST, ['Connection', 'close']]))
    expect(writer.persistent).toBe(false)
    expect(usageCode(() => writer.reset())).toBe('ERR_WRITER_STATE')
  })

  test('carries one request behind the other (RFC 9112 §9.3.2)', () => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    writer.request('GET', '/1', new Headers(HOST))
    writer.reset({ persistent: false })
    expect(writer).toMatchObject({
      method: '',
      writtenBytes: 0,
      headSent: false,
      persistent: false,
    })
    writer.request('GET', '/2', new Headers(HOST))
    expect(sink.writes).toHaveLength(2)
  })

  test('carries another request when one is given up unsent', () => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    writer.writeRequestLine('POST', '/1')
    writer.writeHeaders(new Headers([...HOST, ['Content-Length', '5']]))
    writer.reset()
    writer.flushHead()
    expect(sink.text).toBe('')
    writer.request('GET', '/2', new Headers(HOST))
    expect(sink.text).toMatch(/^GET \/2 /)
  })

  test('ends as was said at first when a request is given up (RFC 9112 §9.6)', () => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink, { persistent: false })
    writer.writeRequestLine('GET', '/1')
    writer.reset()
    writer.request('GET', '/2', new Headers(HOST))
    expect(sink.text).toContain('Connection: close')
  })

  test('lives on when the request that would have ended it is given up (RFC 9112 §9.6)', () => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    writer.writeRequestLine('POST', '/1')
    writer.writeHeaders(new Headers([...HOST, ['Content-Length', '5'], ['Connection', 'close']]))
    expect(writer.persistent).toBe(false)
    writer.reset()
    expect(writer.persistent).toBe(true)
    writer.request('GET', '/2', new Headers(HOST))
    expect(sink.text).not.toContain('close')
  })
})

describe('the sink', () => {
  test('is waited for, and has the head by then', async () => {
    let resolve = (): void => {}
    const sink = Object.assign(new RecordingSink(), {
      drained: () => new Promise<void>((settle) => (resolve = settle)),
    })
    const writer = new RequestWriter(sink)
    writer.writeRequestLine('POST', '/')
    writer.writeHeaders(new Headers([...HOST, ['Content-Length', '5']]))
    const drained = writer.drained()
    expect(sink.writes).toHaveLength(1)
    resolve()
    await drained
  })

  test('that does not say is not waited for', async () => {
    await expect(new RequestWriter(new RecordingSink()).drained()).resolves.toBeUndefined()
  })
})

describe('arguments', () => {
  test.each([
    ['a body', 'ERR_BODY_TYPE', (writer: RequestWriter, any: never) => writer.writeBody(any)],
    [
      'a chunk',
      'ERR_BODY_TYPE',
      (writer: RequestWriter, any: never) => writer.writeChunkedBody(any),
    ],
    ['fields', 'ERR_HEADERS_TYPE', (writer: RequestWriter, any: never) => writer.writeHeaders(any)],
    [
      'a whole request',
      'ERR_HEADERS_TYPE',
      (writer: RequestWriter, any: never) => {
        writer.reset()
        writer.request('GET', '/', any)
      },
    ],
  ])('of the wrong kind are refused: %s', (_title, code, call) => {
    for (const any of [7, [1, 2], { Host: 'a' }, null]) {
      const writer = new RequestWriter(new RecordingSink())
      writer.writeRequestLine('GET', '/')
      // Callers in JavaScript are not told by types.
      expect(usageCode(() => call(writer, any as never))).toBe(code)
    }
  })
})
