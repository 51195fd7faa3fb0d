import { describe, expect, test } from 'vitest'
import { isFieldValue } from '../src/index.ts'
import { deliver, everyOctet } from './support/deliveries.ts'
import { octets } from './support/octets.ts'

// Values are read eight octets at a time, then four, then one: up to this length every place in those words is met three times.
const LENGTHS = Array.from({ length: 25 }, (_, length) => length)
// Names of these lengths move the value across the words.
const NAMES = ['a', 'ab', 'abc', 'abcd', 'host', 'vary']
const CONTROLS = Array.from({ length: 0x20 }, (_, octet) => octet).filter((octet) => octet !== 0x09)

describe('RFC 9110 §5.5: values at every length and place', () => {
  test('takes values of any length (RFC 9110 §5.5)', () => {
    for (const length of LENGTHS) {
      for (const name of NAMES) expectValue(name, 'v'.repeat(length))
    }
  })

  test.each([
    ['a tab', '\t'],
    ['a space', ' '],
    ['an octet above 0x7F', '\x80'],
    ['the octet 0xFF', '\xff'],
    ['the octet before DEL', '~'],
  ])('takes %s at every place inside a value (RFC 9110 §5.5)', (_, character) => {
    for (const length of LENGTHS) {
      for (let i = 1; i < length - 1; i++) {
        expectValue('x', 'v'.repeat(i) + character + 'v'.repeat(length - i - 1))
      }
    }
  })

  test('leaves out white space of any length behind a value (RFC 9110 §5.5)', () => {
    for (const length of LENGTHS) {
      for (const space of [' ', '\t', ' \t', '\t ']) {
        expectRead(`x:${space.repeat(length)}\r\n\r\n`, 'x', '')
        expectRead(`x:v${space.repeat(length)}\r\n\r\n`, 'x', 'v')
        expectRead(`x:${space.repeat(length)}v\r\n\r\n`, 'x', 'v')
        expectRead(`x: v\xff${space.repeat(length)}\r\n\r\n`, 'x', 'v\xff')
      }
    }
  })

  test('refuses a control character at every place in a value (RFC 9110 §5.5)', () => {
    for (const octet of [...CONTROLS, 0x7f]) {
      for (const at of LENGTHS) {
        const text = `x:${'v'.repeat(at)}${String.fromCharCode(octet)}${'v'.repeat(20)}\r\n\r\n`
        expectRefused(text, codeOf(octet), octet === 0x0d ? at + 3 : at + 2)
      }
    }
  })

  test('refuses a control character among octets above 0x7F (RFC 9110 §5.5)', () => {
    for (const octet of [...CONTROLS, 0x7f]) {
      for (const at of LENGTHS) {
        const text = `x:${'\xff'.repeat(at)}${String.fromCharCode(octet)}${'\xff'.repeat(20)}\r\n\r\n`
        expectRefused(text, codeOf(octet), octet === 0x0d ? at + 3 : at + 2)
      }
    }
  })

  test('reads a value that is longer than any buffer was at first (RFC 9110 §5.5)', () => {
    const value = `${'long value, '.repeat(2000)}end`
    const section = octets(`Cookie: ${value}\r\n\r\n`)
    for (const pieces of [[section.length], everyOctet(section), [1024, 2048, section.length]]) {
      expect(deliver(section, pieces)).toMatchObject({ lines: [['Cookie', value]] })
    }
  })
})

describe('RFC 9110 §5.5: values that are set', () => {
  test('may hold exactly the characters that are read (RFC 9110 §5.5)', () => {
    for (let code = 0; code < 0x200; code++) {
      const legal = code === 9 || (code >= 0x20 && code <= 0x7e) || (code >= 0x80 && code <= 0xff)
      expect([code, isFieldValue(`a${String.fromCharCode(code)}b`)]).toEqual([code, legal])
      const visible = legal && code !== 9 && code !== 0x20
      expect([code, isFieldValue(String.fromCharCode(code))]).toEqual([code, visible])
    }
  })

  // 269 and 266 become CR and LF where only the low eight bits are kept.
  test.each(['\u010d\u010a', '\ud83d\ude00', 'a\u2028b', '\uff41'])(
    'may not hold characters above 0xFF such as %j (RFC 9110 §5.5)',
    (value) => {
      expect(isFieldValue(value)).toBe(false)
    },
  )

  test.each([' a', 'a ', '\ta', 'a\t', ' ', '\t'])(
    'may not begin or end with white space, as %j does (RFC 9110 §5.5)',
    (value) => {
      expect(isFieldValue(value)).toBe(false)
    },
  )

  test.each(['', 'a', 'a b', 'a\tb', '\xa0'])('may be %j (RFC 9110 §5.5)', (value) => {
    expect(isFieldValue(value)).toBe(true)
  })
})

function expectValue(name: string, value: string): void {
  expectRead(`${name}:${value}\r\n\r\n`, name, value)
  expectRead(`${name}: ${value} \r\n\r\n`, name, value)
}

function expectRead(text: string, name: string, value: string): void {
  const section = octets(text)
  const whole = deliver(section, [section.length])
  expect(whole).toMatchObject({ kind: 'Complete', lines: [[name, value]] })
  expect(deliver(section, everyOctet(section))).toEqual(whole)
  expect(deliver(section, [section.length - 4, section.length])).toEqual(whole)
}

function expectRefused(text: string, code: string, offset: number): void {
  const section = octets(text)
  const whole = deliver(section, [section.length])
  expect(whole).toMatchObject({ kind: 'Refused', code, offset })
  expect(deliver(section, everyOctet(section))).toEqual(whole)
  expect(deliver(section, [offset, section.length])).toEqual(whole)
}

function codeOf(octet: number): string {
  if (octet === 0x0d) return 'ERR_BARE_CR'
  return octet === 0x0a ? 'ERR_BARE_LF' : 'ERR_FIELD_VALUE'
}
