import { describe, expect, test } from 'vitest'
import { Headers, INCOMPLETE, parseFieldSection, ProtocolError, UsageError } from '../src/index.ts'
import type { FieldLimits } from '../src/index.ts'
import { octets } from './support/octets.ts'
import { LIMITS, read } from './support/read-headers.ts'

describe('RFC 9112 §5: parse reads one field line', () => {
  test('says how many octets it read, until the empty line (RFC 9112 §5)', () => {
    const headers = new Headers()
    const section = octets('Host: localhost:42069\r\nX-One:1\r\n\r\nbody')
    expect(headers.parse(section)).toEqual({ consumed: 23, done: false })
    expect(headers.parse(section, 23)).toEqual({ consumed: 9, done: false })
    expect(headers.parse(section, 32)).toEqual({ consumed: 2, done: true })
    expect([...headers.lines()]).toEqual([
      ['Host', 'localhost:42069'],
      ['X-One', '1'],
    ])
  })

  test.each(['', '\r', 'H', 'Host', 'Host:', 'Host: a', 'Host: a\r', 'Host : a'])(
    'reads nothing of %j, which is no whole line (RFC 9112 §5)',
    (text) => {
      const headers = new Headers()
      expect(headers.parse(octets(text))).toEqual({ consumed: 0, done: false })
      expect(headers.size).toBe(0)
    },
  )

  test('reads no further than it may (RFC 9112 §5)', () => {
    const headers = new Headers()
    const section = octets('Host: a\r\n\r\n')
    expect(headers.parse(section, 0, 8)).toEqual({ consumed: 0, done: false })
    expect(headers.parse(section, 0, 9)).toEqual({ consumed: 9, done: false })
    expect(headers.parse(section, 9, 10)).toEqual({ consumed: 0, done: false })
  })

  test('adds lines of a name that is there, and get joins them (RFC 9110 §5.3)', () => {
    const headers = new Headers([['set-person', 'lane']])
    headers.parse(octets('Set-Person: prime\r\n'))
    headers.parse(octets('SET-PERSON: tj\r\n'))
    expect(headers.get('Set-Person')).toBe('lane, prime, tj')
    expect([...headers.lines()].map(([name]) => name)).toEqual([
      'set-person',
      'Set-Person',
      'SET-PERSON',
    ])
  })

  test.each([
    ['X-NoColon\r\n', 'ERR_FIELD_LINE', 9],
    ['       Host : localhost:42069       \r\n\r\n', 'ERR_FIELD_NAME', 0],
    ['Host : a\r\n', 'ERR_FIELD_NAME', 4],
    ['H\xa9st: a\r\n\r\n', 'ERR_FIELD_NAME', 1],
    [': a\r\n', 'ERR_FIELD_NAME', 0],
    ['A: \0\r\n', 'ERR_FIELD_VALUE', 3],
    ['A: b\n', 'ERR_BARE_LF', 4],
    ['\n', 'ERR_BARE_LF', 0],
    ['A: b\rc\r\n', 'ERR_BARE_CR', 5],
    ['\r\r\n', 'ERR_BARE_CR', 1],
    ['\ra\n', 'ERR_BARE_CR', 1],
  ])('refuses %j with %s at octet %i and adds nothing (RFC 9112 §5)', (text, code, offset) => {
    const headers = new Headers()
    const before = 'skipped'
    const parse = (): unknown => headers.parse(octets(before + text), before.length)
    expect(parse).toThrow(ProtocolError)
    expect(parse).toThrow(expect.objectContaining({ code, offset: before.length + offset }))
    expect(headers.size).toBe(0)
  })

  test.each([' b\r\n', '\tb\r\n', ' \r\n'])(
    'refuses %j behind a line as an obsolete fold (RFC 9112 §5.2)',
    (fold) => {
      const headers = new Headers()
      const section = octets(`A: a\r\n${fold}`)
      const { consumed } = headers.parse(section)
      expect(() => headers.parse(section, consumed)).toThrow(
        expect.objectContaining({ code: 'ERR_OBS_FOLD', offset: 6 }),
      )
      expect([...headers]).toEqual([['a', 'a']])
    },
  )

  test('reads a line that is longer than the memory it shares (RFC 9112 §5)', () => {
    const headers = new Headers()
    const value = 'v'.repeat(10_000)
    expect(headers.parse(octets(`A: ${value}\r\n`))).toEqual({ consumed: 10_005, done: false })
    expect(headers.parse(octets('B: short\r\n'))).toEqual({ consumed: 10, done: false })
    expect([headers.get('a'), headers.get('b')]).toEqual([value, 'short'])
  })
})

describe('RFC 9112 §5: parseFieldSection reads a whole section', () => {
  test('from a place in the middle up to its empty line (RFC 9112 §5)', () => {
    const message = octets('GET / HTTP/1.1\r\nHost: a\r\nAccept: b\r\n\r\nbody')
    const headers = new Headers()
    expect(parseFieldSection(message, 16, message.length, headers, LIMITS)).toBe(38)
    expect([...headers.lines()]).toEqual([
      ['Host', 'a'],
      ['Accept', 'b'],
    ])
  })

  test('adds nothing while it is not complete (RFC 9112 §5)', () => {
    const section = octets('Host: a\r\nAccept: b\r\n\r\n')
    const headers = new Headers([['Via', 'c']])
    for (let end = 0; end < section.length; end++) {
      expect(parseFieldSection(section, 0, end, headers, LIMITS)).toBe(INCOMPLETE)
    }
    expect([...headers]).toEqual([['via', 'c']])
  })

  test('adds nothing when it is refused, and counts from the start of the octets (RFC 9112 §5)', () => {
    const headers = new Headers()
    const message = octets('GET / HTTP/1.1\r\nHost: a\r\nAccept : b\r\n\r\n')
    expect(() => parseFieldSection(message, 16, message.length, headers, LIMITS)).toThrow(
      expect.objectContaining({ code: 'ERR_FIELD_NAME', offset: 31 }),
    )
    expect(headers.size).toBe(0)
  })

  test('adds to lines that are there, with order and letter case kept (RFC 9110 §5.3)', () => {
    const headers = new Headers([
      ['VIA', '1.1 a'],
      ['X-one', '1'],
    ])
    read('Via: 1.1 b\r\nHOST: c\r\nX-Two: 2\r\n\r\n', headers)
    read('x-three: 3\r\n\r\n', headers)
    expect([...headers.lines()]).toEqual([
      ['VIA', '1.1 a'],
      ['X-one', '1'],
      ['Via', '1.1 b'],
      ['HOST', 'c'],
      ['X-Two', '2'],
      ['x-three', '3'],
    ])
    expect(headers.get('via')).toBe('1.1 a, 1.1 b')
  })

  test('has limits of its own for each section, not for all that was added (RFC 9110 §5.4)', () => {
    const headers = new Headers()
    for (let i = 0; i < 3; i++) read(`${'A: b\r\n'.repeat(10)}\r\n`, headers)
    expect(headers.size).toBe(30)
    expect(() => read(`${'A: b\r\n'.repeat(11)}\r\n`, headers)).toThrow(
      expect.objectContaining({ code: 'ERR_TOO_MANY_FIELD_LINES' }),
    )
    expect(headers.size).toBe(30)
  })

  test.each([8, 5000])(
    'takes a section of exactly %i octets and no more (RFC 9110 §5.4)',
    (size) => {
      const limits = { maxSectionBytes: size, maxFieldLines: 1 }
      const fits = octets(`A: ${'v'.repeat(size - 7)}\r\n\r\nmuch more behind it`)
      expect(parseFieldSection(fits, 0, fits.length, new Headers(), limits)).toBe(size)
      const over = octets(`A: ${'v'.repeat(size - 6)}\r\n\r\n`)
      expect(() => parseFieldSection(over, 0, over.length, new Headers(), limits)).toThrow(
        expect.objectContaining({
          code: 'ERR_HEADER_SECTION_TOO_LARGE',
          offset: size,
          status: 431,
        }),
      )
    },
  )

  test('refuses limits that are missing (RFC 9110 §5.4)', () => {
    const none = {} as FieldLimits
    expect(() => parseFieldSection(octets('\r\n'), 0, 2, new Headers(), none)).toThrow(UsageError)
  })

  test('leaves strings that later sections do not change', () => {
    const first = read('Cookie: first\r\nX-First: 1\r\n\r\n')
    const second = read('Cookie: SECOND\r\nX-Other: 2\r\n\r\n')
    expect([...first.lines()]).toEqual([
      ['Cookie', 'first'],
      ['X-First', '1'],
    ])
    expect(second.get('cookie')).toBe('SECOND')
  })
})
