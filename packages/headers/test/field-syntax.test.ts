import { describe, expect, test } from 'vitest'
import { isFieldValue, isToken, octetTable } from '../src/index.ts'
import { lowerCaseToken } from '../src/field-syntax.ts'
import { KNOWN_NAMES } from '../src/known-names.ts'
import { FIELD_VALUE, TCHAR } from '../src/octets.ts'

const TCHARS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

describe('RFC 9110 §5.6.2: tokens', () => {
  test('are made of exactly these characters, in text and in octets (RFC 9110 §5.6.2)', () => {
    for (let code = 0; code < 0x200; code++) {
      const character = String.fromCharCode(code)
      expect([code, isToken(character)]).toEqual([code, TCHARS.includes(character)])
      expect([code, isToken(`a${character}b`)]).toEqual([code, TCHARS.includes(character)])
      if (code < 0x100) expect(TCHAR[code]).toBe(TCHARS.includes(character) ? 1 : 0)
    }
  })

  test('are not empty (RFC 9110 §5.6.2)', () => {
    expect(isToken('')).toBe(false)
  })

  test.each(['a\n', '\na', 'a\r\n', 'Host\n', 'Host:', ' Host', 'Host '])(
    'have nothing before or behind them, as %j has (RFC 9110 §5.6.2)',
    (text) => {
      expect(isToken(text)).toBe(false)
    },
  )

  test('are the known names, in every letter case (RFC 9110 §5.6.2)', () => {
    for (const name of KNOWN_NAMES) {
      for (const spelling of [name, name.toUpperCase(), name[0].toUpperCase() + name.slice(1)]) {
        expect([spelling, isToken(spelling)]).toEqual([spelling, true])
        expect(lowerCaseToken(spelling)).toBe(name)
      }
    }
  })

  test('have a lower case that no other text has (RFC 9110 §5.1)', () => {
    expect(lowerCaseToken(TCHARS)).toBe(TCHARS.toLowerCase())
    for (let code = 0x80; code <= 0x10ffff; code++) {
      if (isToken(lowerCaseToken(String.fromCodePoint(code)))) expect(code).toBe('no token')
    }
  })
})

describe('sets of octets', () => {
  test('of a field value: visible, above 0x7F, space and tab (RFC 9110 §5.5)', () => {
    const legal = Array.from(FIELD_VALUE.keys()).filter((octet) => FIELD_VALUE[octet] === 1)
    const visible = Array.from({ length: 0x5e }, (_, i) => 0x21 + i)
    const above = Array.from({ length: 0x80 }, (_, i) => 0x80 + i)
    expect(legal).toEqual([0x09, 0x20, ...visible, ...above])
  })

  test('are made of single octets and of ranges with both ends', () => {
    const table = octetTable('a\xff', ['0', '9'], ['x', 'x'])
    expect(table).toHaveLength(256)
    const members = Array.from(table.keys()).filter((octet) => table[octet] === 1)
    expect(String.fromCharCode(...members)).toBe('0123456789ax\xff')
    expect(octetTable('').every((entry) => entry === 0)).toBe(true)
  })
})

test.each([['a'], new String('a'), 5, null, undefined, { toString: () => 'a' }])(
  '%o is no text, and so neither a token nor a value (RFC 9110 §5.5)',
  (given: unknown) => {
    expect(isToken(given as string)).toBe(false)
    expect(isFieldValue(given as string)).toBe(false)
  },
)
