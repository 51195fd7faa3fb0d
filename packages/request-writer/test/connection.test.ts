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
    [[['Connection', 'x, , y']], true, 'Connection: x, y'],
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
  ])('says of %j, persistent: %s: %s (RFC 9110 §7.6.1)', (fields, persistent, line) => {
    expect(connectionOf(fields, persistent)).toBe(line)
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
    writer.request('GET', '/2', new Headers(HOST))
    expect(sink.text).toMatch(/^GET \/2 /)
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
