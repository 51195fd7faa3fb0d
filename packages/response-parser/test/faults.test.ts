import { ProtocolError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { ALL_CASES } from './cases/all.ts'
import { RESPONSE_FAULTS, RESPONSE_PARSER_FAULTS, ResponseParser } from '../src/index.ts'
import type { ResponseCase } from './support/response-case.ts'

const faulty = ALL_CASES.filter(({ error }) => error !== undefined)

function errorOf({ octets, methods = [], options, end }: ResponseCase): ProtocolError {
  const parser = new ResponseParser(methods[0] ?? 'GET', options)
  let responses = 0
  parser.push(octets)
  if (end === true) parser.end()
  try {
    for (let event = parser.next(); event !== null; event = parser.next()) {
      if (event === 'End') parser.startNextMessage(methods[++responses] ?? 'GET')
    }
  } catch (error) {
    if (error instanceof ProtocolError) return error
    throw error
  }
  throw new Error('nothing thrown')
}

describe('faults as data', () => {
  test('every code is met by a row of the tables', () => {
    const met = new Set<string>(faulty.map(errorOf).map(({ code }) => code))
    expect([...met].sort()).toEqual(Object.keys(RESPONSE_PARSER_FAULTS).sort())
  })

  for (const code of Object.keys(
    RESPONSE_PARSER_FAULTS,
  ) as (keyof typeof RESPONSE_PARSER_FAULTS)[]) {
    test(`${code} says what, where, and what to do`, () => {
      const fault = RESPONSE_PARSER_FAULTS[code]
      expect(fault.code).toBe(code)
      expect(fault.section).toMatch(/^RFC \d{4} §\d+(\.\d+)*$/)
      expect(fault.hint).toMatch(/^[A-Z].*\.$/)
      for (const row of faulty.filter(({ error }) => error === code)) {
        const { status, section, hint, expected, received, offset, message } = errorOf(row)
        expect({ status, section, hint }).toEqual({
          status: fault.status,
          section: fault.section,
          hint: fault.hint,
        })
        expect(expected).not.toBe('')
        expect(received).not.toBe('')
        expect(offset).toBeGreaterThanOrEqual(0)
        expect(offset).toBeLessThanOrEqual(row.octets.length)
        expect(message).toBe(
          `${fault.subject}: expected ${expected}, got ${received} at octet ${offset}`,
        )
      }
    })
  }

  test('what came is shown escaped and cut, so that it can be logged', () => {
    for (const row of faulty) {
      const { message, received } = errorOf(row)
      expect(message).not.toMatch(/[\0-\x1f\x7f]/)
      // 32 octets, each up to six characters when it is escaped, and words around them.
      expect(received?.length).toBeLessThan(32 * 6 + 20)
    }
  })

  test('are all those of a gateway: whom it answers has done nothing wrong (RFC 9110 §15.6.3)', () => {
    expect(new Set(Object.values(RESPONSE_PARSER_FAULTS).map(({ status }) => status))).toEqual(
      new Set([502]),
    )
  })

  test('the faults of a response are among those of its parser', () => {
    expect(RESPONSE_PARSER_FAULTS).toMatchObject(RESPONSE_FAULTS)
  })
})
