import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Headers, parseFieldSection } from '../src/index.ts'

const LIMITS = { maxSectionBytes: 4096, maxFieldLines: 100 }

describe('RFC 9110 §5.3: lines by their number', () => {
  test('have the name in lower case, the value, and the name as it was set (RFC 9110 §5.1)', () => {
    const headers = new Headers([
      ['Content-TYPE', 'text/plain'],
      ['X-Odd', ''],
    ])
    expect([headers.nameAt(0), headers.valueAt(0), headers.spellingAt(0)]).toEqual([
      'content-type',
      'text/plain',
      'Content-TYPE',
    ])
    expect([headers.nameAt(1), headers.valueAt(1), headers.spellingAt(1)]).toEqual([
      'x-odd',
      '',
      'X-Odd',
    ])
  })

  test('have the name as it came (RFC 9110 §5.1)', () => {
    const headers = new Headers()
    const octets = Buffer.from('HOST: a\r\nx-Odd:  b \r\n\r\n')
    parseFieldSection(octets, 0, octets.length, headers, LIMITS)
    headers.append('Via', '1.1 c')
    expect([0, 1, 2].map((line) => headers.spellingAt(line))).toEqual(['HOST', 'x-Odd', 'Via'])
    expect([0, 1, 2].map((line) => headers.nameAt(line))).toEqual(['host', 'x-odd', 'via'])
    expect([0, 1, 2].map((line) => headers.valueAt(line))).toEqual(['a', 'b', '1.1 c'])
  })

  test('are those that iteration and `lines` give (RFC 9110 §5.3)', () => {
    const field = fc.tuple(
      fc.stringMatching(/^[A-Za-z-]{1,12}$/),
      fc.stringMatching(/^[!-~]{0,9}$/),
    )
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const headers = new Headers(fields)
        const numbers = Array.from({ length: headers.size }, (_, line) => line)
        expect(numbers.map((line) => [headers.nameAt(line), headers.valueAt(line)])).toEqual([
          ...headers,
        ])
        expect(numbers.map((line) => [headers.spellingAt(line), headers.valueAt(line)])).toEqual([
          ...headers.lines(),
        ])
      }),
    )
  })
})
