import { describe, expect, test } from 'vitest'
import {
  describeOctet,
  describeOctets,
  describeText,
  FIELD_FAULTS,
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
