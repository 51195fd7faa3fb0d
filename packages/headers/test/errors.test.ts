import { createContext, runInContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import {
  asError,
  describeOctet,
  describeOctets,
  describeText,
  FIELD_FAULTS,
  Headers,
  isError,
  ProtocolError,
  UsageError,
} from '../src/index.ts'
import { octets } from './support/octets.ts'

const EVERY_CODE = Array.from({ length: 0x300 }, (_, code) => code)
// What a log, a terminal or a line of JSON can take.
const SAFE = /^[ -~]*…?$/

describe('an error says who is at fault', () => {
  test('the peer: what was expected, what came and where, also as data', () => {
    const error = new ProtocolError(FIELD_FAULTS.ERR_FIELD_NAME, 'a token', '0x28 "("', 17)
    expect(error).toBeInstanceOf(Error)
    expect(Object.assign({ message: error.message }, error)).toEqual({
      name: 'ProtocolError',
      message: 'Field name: expected a token, got 0x28 "(" at octet 17',
      code: 'ERR_FIELD_NAME',
      status: 400,
      section: 'RFC 9112 §5.1',
      hint: 'Use letters, digits and the marks of a token only, with the colon directly behind.',
      expected: 'a token',
      received: '0x28 "("',
      offset: 17,
    })
    expect(String(error)).toMatch(/^ProtocolError: Field name: expected/)
  })

  test('the peer, by no octet', () => {
    const fault = { ...FIELD_FAULTS.ERR_FIELD_NAME, subject: 'Request' }
    const many = new ProtocolError(fault, 'at most 3', 'one more')
    expect(many).toMatchObject({ message: 'Request: expected at most 3, got one more' })
    expect(many.offset).toBeUndefined()
    const late = new ProtocolError(fault, 'complete within 3000 ms')
    expect(late.message).toBe('Request: not complete within 3000 ms')
    expect([late.expected, late.received, late.offset]).toEqual([
      'complete within 3000 ms',
      undefined,
      undefined,
    ])
  })

  test('the caller: a code and a message', () => {
    const error = new UsageError('ERR_OPTION', 'maxFieldLines: expected a number')
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(ProtocolError)
    expect(error).toMatchObject({
      name: 'UsageError',
      code: 'ERR_OPTION',
      message: 'maxFieldLines: expected a number',
    })
  })
})

describe('octets in messages', () => {
  test.each([
    ['', 'nothing'],
    ['Host', '"Host"'],
    ['a b~!', '"a b~!"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\0\t\r\n\x1b[2J', '"\\x00\\x09\\x0d\\x0a\\x1b[2J"'],
    ['\x7f\x80\xff', '"\\x7f\\x80\\xff"'],
    ['x'.repeat(32), `"${'x'.repeat(32)}"`],
    ['x'.repeat(33), `"${'x'.repeat(32)}"…`],
    ['\n'.repeat(1000), `"${'\\x0a'.repeat(32)}"…`],
  ])('%j is shown as %s, as octets and as text', (text, shown) => {
    expect(describeOctets(octets(text), 0, text.length)).toBe(shown)
    expect(describeText(text)).toBe(shown)
  })

  test('may be a part of others', () => {
    expect(describeOctets(octets('abcdef'), 2, 4)).toBe('"cd"')
    expect(describeOctets(octets('abcdef'), 4, 4)).toBe('nothing')
    expect(describeOctets(octets('abcdef'), 4, 2)).toBe('nothing')
  })

  test('characters that are no octets are shown by their number', () => {
    expect(describeText('\u0100\u202e\u2028\ud83d\ude00')).toBe(
      '"\\u0100\\u202e\\u2028\\ud83d\\ude00"',
    )
  })

  test.each([
    [0x5a, '0x5A "Z"'],
    [0x21, '0x21 "!"'],
    [0x7e, '0x7E "~"'],
    [0x20, '0x20'],
    [0x09, '0x09'],
    [0x00, '0x00'],
    [0x7f, '0x7F'],
    [0xff, '0xFF'],
  ])('the octet %i alone is shown as %s', (octet, shown) => {
    expect(describeOctet(octet)).toBe(shown)
  })

  test('nothing unsafe to log is ever shown', () => {
    for (const code of EVERY_CODE) {
      expect(describeText(String.fromCharCode(code))).toMatch(SAFE)
      expect(describeOctet(code % 0x100)).toMatch(SAFE)
      expect(describeOctets(Uint8Array.of(code), 0, 1)).toMatch(SAFE)
    }
  })
})

describe('another copy of the package', async () => {
  vi.resetModules()
  const other = await import('../src/index.ts')

  test('has classes of its own', () => {
    expect(other.ProtocolError).not.toBe(ProtocolError)
  })

  test('makes errors and fields that are instances here too', () => {
    const fault = new other.ProtocolError(FIELD_FAULTS.ERR_FIELD_NAME, 'a token', 'none', 0)
    const misuse = new other.UsageError('ERR_OPTION', 'wrong')
    expect(fault instanceof ProtocolError).toBe(true)
    expect(misuse instanceof UsageError).toBe(true)
    expect(new other.Headers() instanceof Headers).toBe(true)
    expect(fault instanceof UsageError).toBe(false)
    expect(misuse instanceof ProtocolError).toBe(false)
    expect(Object.keys(misuse)).toEqual(Object.keys(new UsageError('ERR_OPTION', 'wrong')))
  })

  test('has classes that extend its own: they are instances of ours, and not of what extends ours', () => {
    class Ours extends UsageError {}
    class Theirs extends other.UsageError {}
    expect(new Theirs('ERR_OPTION', 'wrong') instanceof UsageError).toBe(true)
    expect(new Theirs('ERR_OPTION', 'wrong') instanceof Ours).toBe(false)
    expect(new UsageError('ERR_OPTION', 'wrong') instanceof Ours).toBe(false)
    expect(new Ours('ERR_OPTION', 'wrong') instanceof Ours).toBe(true)
  })

  test.each([
    ['null', null],
    ['nothing', undefined],
    ['text', 'UsageError'],
    ['an error', new Error('wrong')],
    ['what only has the fields of one', { name: 'UsageError', code: 'ERR_OPTION', message: '' }],
    ['what JSON says is one', JSON.parse('{"@rawhttp/headers UsageError":true}')],
  ])('does not make one of %s', (_title, value: unknown) => {
    expect(value instanceof UsageError).toBe(false)
  })
})

describe('what was thrown', () => {
  const context = createContext({})

  test.each([
    ['an error', new TypeError('wrong')],
    ['an error of another realm', runInContext("new TypeError('wrong')", context)],
    ['what extends one there', runInContext("new (class A extends Error {})('wrong')", context)],
    ['an abort', new DOMException('wrong', 'AbortError')],
    [
      'an abort of another realm',
      { [Symbol.toStringTag]: 'DOMException', name: 'AbortError', message: 'wrong' },
    ],
  ])('%s is an error as it is', (_title, value: unknown) => {
    expect(isError(value)).toBe(true)
    expect(asError(value)).toBe(value)
    expect(asError(value).message).toBe('wrong')
  })

  const unshown = 'Thrown: a value that cannot be shown'
  test.each([
    ['text', 'wrong', 'Thrown: wrong'],
    ['nothing', undefined, 'Thrown: undefined'],
    ['null', null, 'Thrown: null'],
    ['what only has the tag of one', { [Symbol.toStringTag]: 'Error' }, 'Thrown: [object Error]'],
    ['an object without a prototype', Object.create(null), unshown],
    [
      'an object that throws when it is looked at',
      {
        get [Symbol.toStringTag]() {
          throw new Error('no')
        },
      },
      unshown,
    ],
  ])('%s becomes the cause of one', (_title, value: unknown, message) => {
    const error = asError(value)
    expect(isError(value)).toBe(false)
    expect(error.message).toBe(message)
    expect(error.cause).toBe(value)
  })
})
