import { ProtocolError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { ALL_CASES } from './cases/all.ts'
import { PARSER_FAULTS, REQUEST_FAULTS, RequestParser } from '../src/index.ts'
import type { ParserCase } from './support/parser-case.ts'

const faulty = ALL_CASES.filter(({ error }) => error !== undefined)

function errorOf({ octets, limits, end }: ParserCase): ProtocolError {
  const parser = new RequestParser(limits)
  parser.push(octets)
  if (end === true) parser.end()
  try {
    for (let event = parser.next(); event !== null; event = parser.next()) {
      if (event === 'End') parser.startNextMessage()
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
    expect([...met].sort()).toEqual(Object.keys(PARSER_FAULTS).sort())
  })

  for (const code of Object.keys(PARSER_FAULTS) as (keyof typeof PARSER_FAULTS)[]) {
    test(`${code} says what, where, and what to do`, () => {
      const fault = PARSER_FAULTS[code]
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
      expect(message).toMatch(/^[ -~…]*$/)
      // 32 octets, each up to six characters when it is escaped, and words around them.
      expect(received?.length).toBeLessThan(32 * 6 + 20)
    }
  })

  test('statuses are those of the answers that are due', () => {
    const other = Object.values(PARSER_FAULTS).filter(({ status }) => status !== 400)
    expect(Object.fromEntries(other.map(({ code, status }) => [code, status]))).toEqual({
      ERR_BODY_TOO_LARGE: 413,
      ERR_CHUNK_EXTENSION_TOO_LARGE: 413,
      ERR_CHUNK_OVERHEAD_TOO_LARGE: 413,
      ERR_REQUEST_LINE_TOO_LONG: 414,
      ERR_EXPECTATION: 417,
      ERR_HEADER_SECTION_TOO_LARGE: 431,
      ERR_TOO_MANY_FIELD_LINES: 431,
      ERR_TRAILER_SECTION_TOO_LARGE: 431,
      ERR_TRANSFER_CODING_UNKNOWN: 501,
      ERR_HTTP_VERSION_UNSUPPORTED: 505,
    })
  })

  test('the faults of a request are among those of its parser', () => {
    expect(PARSER_FAULTS).toMatchObject(REQUEST_FAULTS)
  })
})
