import { describe, expect, test } from 'vitest'
import {
  FIELD_FAULTS,
  FieldSectionReader,
  Headers,
  INCOMPLETE,
  nameBit,
  ReceiveBuffer,
  UsageError,
} from '../src/index.ts'
import type { Fault, FieldLimits } from '../src/index.ts'
import { fieldLimits } from './cases/field-limits.ts'
import { fieldLines } from './cases/field-lines.ts'
import { fieldValues } from './cases/field-values.ts'
import { lineEnds } from './cases/line-ends.ts'
import { deliverEveryWay, NO_LIMITS } from './support/deliveries.ts'
import { octets } from './support/octets.ts'
import type { SectionCase } from './support/section-case.ts'

describe.each([
  { area: 'RFC 9112 §2: where lines and sections end', rows: lineEnds },
  { area: 'RFC 9112 §5: field lines', rows: fieldLines },
  { area: 'RFC 9110 §5.5: field values', rows: fieldValues },
  { area: 'RFC 9110 §5.4: limits', rows: fieldLimits },
])('$area', ({ rows }) => {
  test.each(rows)('$title', (row) => {
    const { outcome, differing } = deliverEveryWay(octets(row.text), {
      ...NO_LIMITS,
      ...row.limits,
    })
    expect(outcome).toMatchObject(expectedOutcome(row))
    expect(differing).toEqual([])
  })
})

function expectedOutcome({ text, lines, error, offset }: SectionCase): object {
  if (error !== undefined) return { kind: 'Refused', code: error, offset }
  if (lines === undefined) return { kind: 'Incomplete' }
  const fields = lines.map(([name, value]) => [name.toLowerCase(), value] as const)
  const seen = fields.reduce((bits, [name]) => bits | nameBit(name), 0)
  return { kind: 'Complete', sectionBytes: text.length, lines, fields, seen }
}

describe('the reader and its caller', () => {
  test('counts offsets of errors from where the message began', () => {
    const reader = new FieldSectionReader(NO_LIMITS)
    const buffer = new ReceiveBuffer()
    buffer.append(octets('xxGET / HTTP/1.1\r\nHost : a\r\n\r\n'))
    reader.begin(16)
    expect(() => reader.read(buffer, 2)).toThrow(expect.objectContaining({ offset: 20 }))
    reader.begin(16, 1000)
    expect(() => reader.read(buffer, 2)).toThrow(expect.objectContaining({ offset: 1004 }))
  })

  test('calls white space at the start a fold where lines came before (RFC 9112 §5.2)', () => {
    const reader = new FieldSectionReader(NO_LIMITS)
    const buffer = new ReceiveBuffer()
    buffer.append(octets(' b\r\n'))
    reader.begin(0, 0, true)
    expect(() => reader.read(buffer, 0)).toThrow(expect.objectContaining({ code: 'ERR_OBS_FOLD' }))
    reader.begin(0)
    expect(() => reader.read(buffer, 0)).toThrow(
      expect.objectContaining({ code: 'ERR_FIELD_NAME' }),
    )
  })

  test('gives the same answer when it is asked again behind the end', () => {
    const reader = new FieldSectionReader(NO_LIMITS)
    const buffer = new ReceiveBuffer()
    buffer.append(octets('A: b\r\n\r\nC: d\r\n\r\n'))
    expect([reader.read(buffer, 0), reader.read(buffer, 0)]).toEqual([8, 8])
    const headers = new Headers()
    headers.take(reader, 'A: b\r\n\r\n')
    expect([...headers.lines()]).toEqual([['A', 'b']])
  })

  test('gives the same error when it is asked again behind a fault', () => {
    const reader = new FieldSectionReader(NO_LIMITS)
    const buffer = new ReceiveBuffer()
    buffer.append(octets('A: b\r\nC : d\r\n\r\n'))
    for (let i = 0; i < 2; i++) {
      expect(() => reader.read(buffer, 0)).toThrow(
        expect.objectContaining({ code: 'ERR_FIELD_NAME', offset: 7 }),
      )
    }
  })

  test('has the lines that are complete when it is asked before the end', () => {
    const reader = new FieldSectionReader(NO_LIMITS)
    const buffer = new ReceiveBuffer()
    buffer.append(octets('A: b\r\nHost: c\r\nD: '))
    expect(reader.read(buffer, 0)).toBe(INCOMPLETE)
    const headers = new Headers()
    headers.take(reader, 'A: b\r\nHost: c\r\nD: ')
    expect([...headers]).toEqual([
      ['a', 'b'],
      ['host', 'c'],
    ])
    expect(reader.seen).toBe(nameBit('host'))
  })

  test('forgets what came in an earlier section', () => {
    const reader = new FieldSectionReader(NO_LIMITS)
    const buffer = new ReceiveBuffer()
    buffer.append(octets('Host: a\r\nExpect: b\r\n\r\n'))
    expect(reader.read(buffer, 0)).toBe(22)
    expect(reader.seen).toBe(nameBit('host') | nameBit('expect'))
    buffer.clear()
    buffer.append(octets('Date: c\r\n\r\n'))
    reader.begin(0)
    expect(reader.read(buffer, 0)).toBe(11)
    expect(reader.seen).toBe(nameBit('date'))
  })

  test('says on which line a field stands that came once, and where its value is', () => {
    const reader = new FieldSectionReader(NO_LIMITS)
    const buffer = new ReceiveBuffer()
    buffer.append(octets('xxVia: a\r\nHost:  b.test \r\nexpect: c\r\nVIA: d\r\nExpect:\r\n\r\n'))
    reader.read(buffer, 2)
    const host = reader.onlyLine(nameBit('host'))
    expect([host, reader.valueStart(host), reader.valueEnd(host)]).toEqual([1, 15, 21])
    for (const name of ['via', 'expect', 'date', 'x-own']) {
      expect(reader.onlyLine(nameBit(name))).toBe(-1)
    }
    buffer.clear()
    buffer.append(octets('Expect: a\r\nX-Own: b\r\nVia: c\r\n\r\n'))
    reader.begin(0)
    reader.read(buffer, 0)
    expect(['expect', 'via', 'host'].map((name) => reader.onlyLine(nameBit(name)))).toEqual([
      0, 2, -1,
    ])
  })

  test('sees that a field came again also when its name was cut', () => {
    const reader = new FieldSectionReader(NO_LIMITS)
    const buffer = new ReceiveBuffer()
    for (const text of ['Host: a\r\nHo', 'st: b\r\nVi', 'a: c\r\n\r\n']) {
      buffer.append(octets(text))
      reader.read(buffer, 0)
    }
    expect(reader.seen).toBe(nameBit('host') | nameBit('via'))
    expect(['host', 'via'].map((name) => reader.onlyLine(nameBit(name)))).toEqual([-1, 2])
  })

  test('gives a section that is too large the fault it was made with', () => {
    const tooLarge: Fault = {
      code: 'ERR_TRAILER_SECTION_TOO_LARGE',
      status: 431,
      section: 'RFC 9112 §7.1.2',
      subject: 'Trailer section',
      hint: 'Send fewer trailers.',
    }
    const reader = new FieldSectionReader({ maxSectionBytes: 4, maxFieldLines: 1 }, tooLarge)
    const buffer = new ReceiveBuffer()
    buffer.append(octets('A: b\r\n\r\n'))
    expect(() => reader.read(buffer, 0)).toThrow(
      expect.objectContaining({
        code: tooLarge.code,
        status: tooLarge.status,
        section: tooLarge.section,
        hint: tooLarge.hint,
        message: 'Trailer section: expected at most 4 octets, got more at octet 4',
      }),
    )
  })

  test.each<[string, Partial<FieldLimits>, string]>([
    ['is missing', { maxFieldLines: 1 }, 'maxSectionBytes'],
    ['is below 0', { maxSectionBytes: -1, maxFieldLines: 1 }, 'maxSectionBytes'],
    ['is not a number', { maxSectionBytes: 1, maxFieldLines: Number.NaN }, 'maxFieldLines'],
  ])('refuses a limit that %s, which would be none', (_, limits, name) => {
    const make = (): unknown => new FieldSectionReader(limits as FieldLimits)
    expect(make).toThrow(UsageError)
    expect(make).toThrow(
      expect.objectContaining({
        code: 'ERR_OPTION',
        message: expect.stringContaining(`${name}: expected a number of at least 0, got `),
      }),
    )
  })

  test('rounds a limit on field lines up when it is no whole number', () => {
    const reader = new FieldSectionReader({ maxSectionBytes: 100, maxFieldLines: 1.5 })
    const buffer = new ReceiveBuffer()
    buffer.append(octets('A: b\r\nC: d\r\nE: f\r\n\r\n'))
    expect(() => reader.read(buffer, 0)).toThrow(
      expect.objectContaining({ code: 'ERR_TOO_MANY_FIELD_LINES', offset: 12 }),
    )
  })
})

describe('faults', () => {
  test.each(Object.entries(FIELD_FAULTS))(
    '%s says its code, status, section and hint',
    (code, fault) => {
      expect(fault.code).toBe(code)
      expect(fault.status).toBe(/LARGE|MANY/.test(code) ? 431 : 400)
      expect(fault.section).toMatch(/^RFC 91(?:10|12) §\d+(?:\.\d+)*$/)
      expect(fault.hint).toMatch(/^[A-Z].*\.$/)
    },
  )

  // One of each, so that what a person reads is looked at when it changes.
  test.each([
    [
      'X-NoColon\r\n',
      'Field line: expected a colon behind the field name, got the line "X-NoColon" at octet 9',
    ],
    ['Host : a', 'Field name: expected a token and then a colon, got 0x20 at octet 4'],
    [':a', 'Field name: expected a token, got 0x3A ":" at octet 0'],
    [' a', 'Field name: expected no white space before the first field line, got 0x20 at octet 0'],
    ['A: b\r\n\tc', 'Field line: expected a field name at the line start, got 0x09 at octet 6'],
    ['A: \x07', 'Field value: expected visible characters, spaces and tabs, got 0x07 at octet 3'],
    ['A: b\rC', 'Line end: expected LF behind CR, got 0x43 "C" at octet 5'],
    ['A: b\n', 'Line end: expected CR before LF, got LF alone at octet 4'],
    [
      'A: b\r\nC: d\r\nE',
      'Header section: expected at most 2 field lines, got one more at octet 12',
    ],
    [`A: ${'b'.repeat(98)}`, 'Header section: expected at most 100 octets, got more at octet 100'],
  ])('%j is told: %s', (text, message) => {
    const reader = new FieldSectionReader({ maxSectionBytes: 100, maxFieldLines: 2 })
    const buffer = new ReceiveBuffer()
    buffer.append(octets(text))
    expect(() => reader.read(buffer, 0)).toThrow(message)
  })
})
