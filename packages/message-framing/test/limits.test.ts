import { UsageError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { completeLimits } from '../src/index.ts'

const DEFAULTS = { firstBytes: 8, maxBytes: 16, maxLines: 4 }

describe('limits', () => {
  test('are the defaults themselves where none is given', () => {
    expect(completeLimits(DEFAULTS, undefined)).toBe(DEFAULTS)
  })

  test('are the defaults for what is left out', () => {
    expect(completeLimits(DEFAULTS, { maxLines: 9 })).toEqual({ ...DEFAULTS, maxLines: 9 })
    expect(DEFAULTS.maxLines).toBe(4)
  })

  test('may be Infinity where they are a maximum, and 0 where that is said', () => {
    expect(completeLimits(DEFAULTS, { maxBytes: Infinity })).toMatchObject({ maxBytes: Infinity })
    expect(completeLimits(DEFAULTS, { maxLines: 0 }, 'maxLines')).toMatchObject({ maxLines: 0 })
  })

  for (const [name, value] of [
    ['firstBytes', Infinity],
    ['firstBytes', 1_048_577],
    ['firstBytes', 0],
    ['maxBytes', 0],
    ['maxBytes', -1],
    ['maxBytes', 1.5],
    ['maxBytes', NaN],
    ['maxBytes', 2 ** 53],
    ['maxBytes', '16'],
    ['maxBytes', null],
    ['maxBytes', undefined],
  ] as const) {
    test(`are refused when ${name} is ${JSON.stringify(String(value))}`, () => {
      expect(() => completeLimits(DEFAULTS, { [name]: value })).toThrow(
        new UsageError(
          'ERR_OPTION',
          `${name}: expected a whole number from 1 to ${name === 'firstBytes' ? 1_048_576 : Infinity}, got ${String(value)}`,
        ),
      )
    })
  }

  test('are refused when there is no such limit, so that a slip of the pen is no missing bound', () => {
    expect(() => completeLimits(DEFAULTS, { maxByte: 5 } as object)).toThrow(
      'maxByte: expected one of firstBytes, maxBytes, maxLines',
    )
  })
})
