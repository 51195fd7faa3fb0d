import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FieldSectionReader, Headers, INCOMPLETE, parseFieldSection } from '../src/index.ts'
import type { FieldLimits } from '../src/index.ts'
import { fieldName, fieldValue, sectionText } from './support/arbitraries.ts'
import { CountingBuffer } from './support/counting-buffer.ts'
import { deliver, deliverEveryWay, everyOctet, NO_LIMITS } from './support/deliveries.ts'
import { agree, readNaively } from './support/naive-field-section.ts'
import { octets } from './support/octets.ts'

const limits: fc.Arbitrary<FieldLimits> = fc.record({
  maxSectionBytes: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 80 })),
  maxFieldLines: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 4 })),
})

describe('any octets', () => {
  test('give field lines or a ProtocolError, the same in every delivery (RFC 9112 §5)', () => {
    fc.assert(
      fc.property(sectionText, limits, (text, bounds) => {
        expect(deliverEveryWay(octets(text), bounds).differing).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  test('are read as a naive reader reads them, which splits a string at line ends (RFC 9112 §5)', () => {
    fc.assert(
      fc.property(sectionText, limits, (text, bounds) => {
        const section = octets(text)
        const naive = readNaively(text, bounds)
        const outcome = deliver(section, [section.length], bounds)
        if (!agree(outcome, naive)) expect(outcome).toEqual(naive)
      }),
      { numRuns: 5000 },
    )
  })

  test('are read by parseFieldSection as by the reader, wherever they stand (RFC 9112 §5)', () => {
    fc.assert(
      fc.property(sectionText, limits, fc.nat(20), (text, bounds, start) => {
        const section = octets(text)
        const around = octets(`${':'.repeat(start)}${text}\r\n\r\n`)
        const end = start + section.length
        const headers = new Headers()
        let outcome: object
        try {
          const index = parseFieldSection(around, start, end, headers, bounds)
          outcome =
            index === INCOMPLETE
              ? { kind: 'Incomplete' }
              : { kind: 'Complete', sectionBytes: index - start, lines: [...headers.lines()] }
        } catch (error) {
          const { code, offset } = error as { code: string; offset: number }
          outcome = { kind: 'Refused', code, offset: offset - start }
        }
        expect(deliver(section, [section.length], bounds)).toMatchObject(outcome)
        if (!('lines' in outcome)) expect(headers.size).toBe(0)
      }),
      { numRuns: 1000 },
    )
  })
})

test('lines that may be set come back the same when they are written and read (RFC 9110 §5.5)', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fieldName, fieldValue), { maxLength: 12 }), (lines) => {
      const headers = new Headers(lines)
      const written = [...headers.lines()].map(([name, value]) => `${name}: ${value}\r\n`).join('')
      expect(deliver(octets(`${written}\r\n`), [written.length + 2])).toMatchObject({
        kind: 'Complete',
        lines,
        fields: [...headers],
      })
    }),
  )
})

// The work is counted in octets read (see support/counting-buffer.ts), so that it is exact on any machine. Octets are read:
// - once by the word or the table that says whether they may stand there, and again where words of eight and four stop;
// - again when trailing white space is cut off, or when a name that came in pieces is looked up;
// - and, for each call and each line, the few at the place where reading goes on, among them the words of the known names that
//   share the first three octets. They are a dozen at most, and a name that shares more words with them has as many octets.
const PER_OCTET = 4
const PER_CALL_OR_LINE = 96

describe('work', () => {
  test('is linear in the octets, whatever they are and however they come', () => {
    fc.assert(
      fc.property(sectionText, fc.boolean(), (text, drip) => {
        const section = octets(text)
        const ends = drip ? everyOctet(section) : [section.length]
        const { octetsRead, calls } = readCounted(section, ends)
        const lines = text.split('\r\n').length
        expect(octetsRead).toBeLessThanOrEqual(
          PER_OCTET * section.length + PER_CALL_OR_LINE * (calls + lines),
        )
      }),
      { numRuns: 500 },
    )
  })

  test.each<[string, (size: number) => string]>([
    ['a long value', (size) => `A: ${'b'.repeat(size)}\r\n\r\n`],
    ['a long value of octets above 0x7F', (size) => `A: ${'\xff'.repeat(size)}\r\n\r\n`],
    ['a long name', (size) => `${'a'.repeat(size)}: b\r\n\r\n`],
    ['a long name that begins as a known one', (size) => `content-${'a'.repeat(size)}: b\r\n\r\n`],
    ['many lines', (size) => `${'A:\r\n'.repeat(size / 4)}\r\n`],
    ['many lines with a crowded beginning', (size) => `${'sec-:\r\n'.repeat(size / 7)}\r\n`],
    ['many known lines', (size) => `${'Host: a\r\n'.repeat(size / 9)}\r\n`],
    ['white space before a value', (size) => `A:${' '.repeat(size)}b\r\n\r\n`],
    ['white space behind a value', (size) => `A: b${'\t'.repeat(size)}\r\n\r\n`],
    ['white space inside a value', (size) => `A: ${'b '.repeat(size / 2)}c\r\n\r\n`],
    ['white space in the place of a value', (size) => `A:${' \t'.repeat(size / 2)}\r\n\r\n`],
    ['no end of a value', (size) => `A: ${'b'.repeat(size)}`],
    ['no end of a name', (size) => 'a'.repeat(size)],
  ])('at most doubles when %s doubles', (_, shape) => {
    const [small, large] = [octets(shape(1008)), octets(shape(2016))]
    for (const endsOf of [everyOctet, (section: Uint8Array) => [section.length]]) {
      const once = readCounted(small, endsOf(small)).octetsRead
      const twice = readCounted(large, endsOf(large)).octetsRead
      expect(twice / once).toBeLessThanOrEqual(2.05)
    }
  })

  test('of a section as browsers send it is below four reads an octet when it comes whole', () => {
    const section = octets(BROWSER_SECTION)
    const { octetsRead } = readCounted(section, [section.length])
    expect(octetsRead).toBeLessThan(PER_OCTET * section.length)
  })
})

const BROWSER_SECTION = [
  'Host: www.example.com',
  'Connection: keep-alive',
  'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"',
  'sec-ch-ua-mobile: ?0',
  'Upgrade-Insecure-Requests: 1',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'X-Own: 5f2b',
  'Accept-Encoding: gzip, deflate, br',
  'Accept-Language: en-GB,en;q=0.9',
  'Cookie: session=0123456789abcdef; theme=dark',
  '\r\n',
].join('\r\n')

/** Reads a section in pieces that end at `ends`; a refusal ends the reading and counts as any other end. */
function readCounted(
  section: Uint8Array,
  ends: readonly number[],
): { octetsRead: number; calls: number } {
  const buffer = new CountingBuffer(section.length)
  const reader = new FieldSectionReader(NO_LIMITS)
  let calls = 0
  let given = 0
  try {
    for (const end of ends) {
      buffer.append(section, given, end)
      given = end
      calls++
      if (reader.read(buffer.asReceiveBuffer(), 0) !== INCOMPLETE) break
    }
  } catch (error) {
    expect(error).toHaveProperty('name', 'ProtocolError')
  }
  return { octetsRead: buffer.octetsRead, calls }
}
