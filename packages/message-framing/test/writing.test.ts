import { runInNewContext } from 'node:vm'
import { Headers, UsageError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import {
  checkCodingToSend,
  checkedHeaders,
  checkedOctets,
  checkOneFraming,
  contentLengthToSend,
  describeValue,
  lengthError,
  misuse,
  NO_LENGTH,
  transferredError,
  utf8Content,
  writeContent,
  writeText,
} from '../src/index.ts'
import type { ByteSink } from '../src/index.ts'

/** Keeps what it is given, one entry a write. */
function sinkOf(kind: 'octets' | 'text', answers: readonly (boolean | undefined)[] = []) {
  const writes: string[] = []
  const given: Uint8Array[] = []
  const octets: ByteSink = {
    write: (piece) => {
      given.push(piece)
      return answers[writes.push(Buffer.from(piece).toString('latin1')) - 1]
    },
  }
  const sink: ByteSink =
    kind === 'octets'
      ? octets
      : { ...octets, writeLatin1: (text) => answers[writes.push(`text ${text}`) - 1] }
  return { sink, writes, given }
}

describe('text', () => {
  test.each([
    ['octets', 'a\xff'],
    ['text', 'text a\xff'],
  ] as const)('goes to a sink of %s, one octet a character', (kind, written) => {
    const { sink, writes } = sinkOf(kind)
    expect(writeText(sink, 'a\xff')).toBe(true)
    expect(writes).toEqual([written])
  })

  test.each(['octets', 'text'] as const)('tells when a sink of %s wants no more', (kind) => {
    expect(writeText(sinkOf(kind, [false]).sink, 'a')).toBe(false)
    expect(writeText(sinkOf(kind, [true]).sink, 'a')).toBe(true)
  })
})

describe('content', () => {
  const small = Buffer.from('bc')
  const large = new Uint8Array(2049).fill(0x78)

  test.each([
    ['octets', ['<bc>']],
    ['text', ['text <bc>']],
  ] as const)(
    'that is small is joined to what stands round it, for a sink of %s',
    (kind, writes) => {
      const made = sinkOf(kind)
      expect(writeContent(made.sink, '<', small, '>')).toBe(true)
      expect(made.writes).toEqual(writes)
      expect(writeContent(sinkOf(kind, [false]).sink, '<', small, '>')).toBe(false)
    },
  )

  test('that is text is joined whatever its length', () => {
    const { sink, writes } = sinkOf('text')
    writeContent(sink, '<', 'b'.repeat(5000), '>')
    expect(writes).toEqual([`text <${'b'.repeat(5000)}>`])
  })

  const shared = new Uint8Array(new SharedArrayBuffer(3000)).fill(0x78)
  const resizable = new Uint8Array(
    new (ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer)(3000, {
      maxByteLength: 6000,
    }),
  ).fill(0x78)
  test.each([
    ['that other threads can write to', shared],
    ['that can be resized', resizable],
  ])('in memory %s is copied, for it must keep its length until it has left', (_title, octets) => {
    for (const [before, after] of [
      ['', ''],
      ['<', '>'],
    ] as const) {
      const { sink, writes, given } = sinkOf('text')
      writeContent(sink, before, octets, after)
      expect(given).toEqual([Uint8Array.from(octets)])
      expect(given[0]?.buffer).not.toBe(octets.buffer)
      expect(writes.join('')).toHaveLength(before === '' ? 3000 : 3012)
    }
  })

  test('of another realm is passed on as it is', () => {
    const octets = runInNewContext('new Uint8Array(3000)') as Uint8Array
    const { sink, given } = sinkOf('octets')
    writeContent(sink, '<', checkedOctets(octets), '>')
    expect(given).toContain(octets)
  })

  test('that is large is passed on as it is, never copied', () => {
    for (const kind of ['octets', 'text'] as const) {
      const { sink, writes, given } = sinkOf(kind)
      expect(writeContent(sink, '<', large, '>')).toBe(true)
      expect(writes).toHaveLength(3)
      expect(given).toContain(large)
    }
  })

  test('without anything round it is passed on as it is', () => {
    const { sink, given } = sinkOf('octets', [true, false])
    expect(writeContent(sink, '', small, '')).toBe(true)
    expect(writeContent(sink, '', small, '')).toBe(false)
    expect(given[0]).toBe(small)
  })

  test.each([
    [[false, true, true], '<', '>'],
    [[true, false, true], '<', '>'],
    [[true, true, false], '<', '>'],
    [[false], '', '>'],
    [[true, false], '<', ''],
  ])('tells when any of its writes is answered by no more: %j', (answers, before, after) => {
    expect(writeContent(sinkOf('octets', answers).sink, before, large, after)).toBe(false)
  })
})

describe('the UTF-8 of a text', () => {
  test.each(['', 'abc', 'x'.repeat(33), 'x'.repeat(2048)])(
    'is %j itself when it is ASCII',
    (text) => {
      expect(utf8Content(text)).toBe(text)
    },
  )

  test.each(['\u00e9', `${'x'.repeat(40)}\u20ac`, '\ud83d\ude00', '\ud83d', '\u20ac'.repeat(2048)])(
    'of %j is given one octet a character',
    (text) => {
      const content = utf8Content(text)
      expect(typeof content).toBe('string')
      expect(Buffer.from(String(content), 'latin1')).toEqual(Buffer.from(text))
    },
  )

  test.each([2049, 32_768, 32_769, 100_000, 262_144])(
    'of %i characters of ASCII stays as it is',
    (length) => {
      const text = 'x'.repeat(length)
      expect(utf8Content(text)).toBe(text)
    },
  )

  test.each([
    ['all of it', '\u00e9'.repeat(3000)],
    ['every other character', '\ud83d\ude00x'.repeat(30_000)],
    ['its first character', `\u00e9${'x'.repeat(50_000)}`],
    ['its last character', `${'x'.repeat(50_000)}\ud83d`],
    ['what crosses the end of a part', `${'x'.repeat(32_767)}\u00e9x`],
  ])('of a long one is given one octet a character, when %s is not ASCII', (_, text) => {
    const content = utf8Content(text)
    expect(typeof content).toBe('string')
    expect(Buffer.from(String(content), 'latin1').equals(Buffer.from(text))).toBe(true)
  })

  test('of one that is too long to be written as text is octets', () => {
    const text = '\u00e9'.repeat(262_145)
    expect(utf8Content(text)).toEqual(new Uint8Array(Buffer.from(text)))
  })
})

describe('what a caller gives', () => {
  test('is passed on when it is of the right kind', () => {
    const octets = new Uint8Array(2)
    const headers = new Headers()
    expect(checkedOctets(octets)).toBe(octets)
    expect(checkedHeaders(headers)).toBe(headers)
  })

  test('is refused when it is not, and named', () => {
    // Callers in JavaScript are not told by types.
    const detached = new Uint8Array(3)
    structuredClone(0, { transfer: [detached.buffer] })
    expect(() => checkedOctets(detached)).toThrow(
      'Body: expected octets, got a Uint8Array whose memory was transferred',
    )
    expect(() => checkedOctets([1] as never)).toThrow(
      new UsageError(
        'ERR_BODY_TYPE',
        'Body: expected a string or a Uint8Array, got [object Array]',
      ),
    )
    expect(() => checkedHeaders(7 as never)).toThrow(
      new UsageError('ERR_HEADERS_TYPE', 'Headers: expected Headers of @rawhttp/headers, got 7'),
    )
    expect(describeValue('a\nb')).toBe('"a\\x0ab"')
    expect(describeValue(undefined)).toBe('[object Undefined]')
  })

  test('is refused in one form of words', () => {
    expect(misuse('ERR_OWN', 'Subject', 'this', 'that')).toEqual(
      new UsageError('ERR_OWN', 'Subject: expected this, got that'),
    )
    expect(lengthError(5, 6).code).toBe('ERR_BODY_TOO_LONG')
    expect(lengthError(5, 4).code).toBe('ERR_BODY_TOO_SHORT')
  })
})

describe('framing fields to be sent', () => {
  test('are one Content-Length with one number (RFC 9110 §8.6)', () => {
    expect(contentLengthToSend('17', NO_LENGTH)).toBe(17)
    expect(() => contentLengthToSend('17', 17)).toThrow(
      'expected one decimal number, got a second one',
    )
    expect(() => contentLengthToSend('17, 17', NO_LENGTH)).toThrow('got "17, 17"')
  })

  test('are chunked alone (RFC 9112 §6.1)', () => {
    expect(() => checkCodingToSend('Chunked', false)).not.toThrow()
    expect(() => checkCodingToSend('chunked', true)).toThrow(
      'expected chunked alone, got a second one',
    )
    expect(() => checkCodingToSend('gzip, chunked', false)).toThrow('got "gzip, chunked"')
  })

  test('are not both (RFC 9112 §6.3 rule 3)', () => {
    expect(() => checkOneFraming(3, false)).not.toThrow()
    expect(() => checkOneFraming(NO_LENGTH, true)).not.toThrow()
    expect(() => checkOneFraming(0, true)).toThrow(
      'expected Content-Length or Transfer-Encoding, got both',
    )
  })
})

test('octets that are gone before they left are the caller’s fault', () => {
  expect(transferredError()).toMatchObject({
    code: 'ERR_BODY_TYPE',
    message: 'Body: expected octets that stay until they have left, got transferred memory',
  })
})
