import { describe, expect, test } from 'vitest'
import { KNOWN_NAMES } from '../src/known-names.ts'
import { FieldSectionReader, nameBit } from '../src/index.ts'
import {
  deliver,
  deliverEveryWay,
  everyOctet,
  NO_LIMITS,
  randomEnds,
} from './support/deliveries.ts'
import { agree, readNaively } from './support/naive-field-section.ts'
import { octets } from './support/octets.ts'
import { seededRandom } from './support/random.ts'

// The first octets of these are shared by many, so that their places in the table are crowded.
const NEARLY_KNOWN = KNOWN_NAMES.flatMap((name) => [
  name.slice(0, -1),
  name.slice(1),
  `${name}s`,
  `${name}-`,
  `x${name}`,
  `${name}${name}`,
  name.replaceAll('-', '_'),
  name.replaceAll('-', ''),
]).filter((name) => name !== '' && !KNOWN_NAMES.includes(name))

// Where a mistake would be a hole.
const FRAMING_NAMES = new Set(['host', 'content-length', 'transfer-encoding'])
const EVERY_OCTET = Array.from({ length: 0x100 }, (_, octet) => octet)

const SPELLINGS: readonly (readonly [string, (name: string) => string])[] = [
  ['in lower case', (name) => name],
  ['in upper case', (name) => name.toUpperCase()],
  ['capitalised', (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())],
  ['in alternating case', (name) => mixed(name, (index) => index % 2 === 0)],
  ['in seeded random case', (name) => randomCase(name)],
]

describe('RFC 9110 §5.1: names that most messages carry', () => {
  test.each(SPELLINGS)('are the same field %s (RFC 9110 §5.1)', (_, spell) => {
    for (const name of KNOWN_NAMES) {
      const spelling = spell(name)
      const { outcome, differing } = deliverEveryWay(octets(`${spelling}: v\r\n\r\n`))
      expect(differing).toEqual([])
      expect(outcome).toEqual({
        kind: 'Complete',
        sectionBytes: name.length + 7,
        lines: [[spelling, 'v']],
        fields: [[name, 'v']],
        seen: nameBit(name),
      })
    }
  })

  test('are not found in names that are nearly the same (RFC 9110 §5.1)', () => {
    for (const name of NEARLY_KNOWN) {
      const section = octets(`${name}: v\r\n\r\n`)
      for (const pieces of [[section.length], everyOctet(section), [name.length, section.length]]) {
        expect(deliver(section, pieces)).toMatchObject({
          lines: [[name, 'v']],
          fields: [[name, 'v']],
          seen: 0,
        })
      }
    }
  })

  // A CR in the place of "-" is what folding the case of all octets at once would let through.
  test('are not found where any one octet is another (RFC 9110 §5.1)', () => {
    const differing: object[] = []
    for (const name of KNOWN_NAMES) {
      const section = octets(`${name}: v\r\n\r\n`)
      for (let i = 0; i <= name.length; i++) {
        const right = section[i]
        for (const octet of FRAMING_NAMES.has(name) ? EVERY_OCTET : similarOctets(right)) {
          section[i] = octet
          const outcome = deliver(section, [section.length])
          const naive = readNaively(String.fromCharCode(...section), NO_LIMITS)
          if (!agree(outcome, naive)) differing.push({ name, i, octet, outcome })
        }
        section[i] = right
      }
    }
    expect(differing).toEqual([])
  })

  test('are told apart on the place where another one stood (RFC 9110 §5.1)', () => {
    const random = seededRandom(7)
    const reader = new FieldSectionReader(NO_LIMITS)
    for (let round = 1; round <= 500; round++) {
      const names = Array.from({ length: 12 }, () => KNOWN_NAMES[random(KNOWN_NAMES.length)])
      const section = octets(`${names.map((name) => `${name}: v\r\n`).join('')}\r\n`)
      const ends = round % 2 === 0 ? [section.length] : randomEnds(section.length, round)
      const outcome = deliver(section, ends, NO_LIMITS, reader)
      expect(outcome).toMatchObject({ fields: names.map((name) => [name, 'v']) })
    }
  })
})

describe('bits of names', () => {
  test('are one for each of the first 31 known names, all different', () => {
    const bits = KNOWN_NAMES.map(nameBit)
    expect(bits.slice(0, 31)).toEqual(Array.from({ length: 31 }, (_, index) => 2 ** index))
    expect(new Set(bits.slice(31))).toEqual(new Set([0]))
  })

  test('are there for the fields that frame a message or speak of its connection', () => {
    for (const name of ['host', 'connection', 'content-length', 'transfer-encoding', 'expect']) {
      expect(nameBit(name)).toBeGreaterThan(0)
    }
  })

  test('are none for another name', () => {
    expect(nameBit('x-own')).toBe(0)
    expect(nameBit('')).toBe(0)
  })

  test('the names are tokens in lower case, each once', () => {
    for (const name of KNOWN_NAMES) expect(name).toMatch(/^[a-z][a-z-]*[a-z]$/)
    expect(new Set(KNOWN_NAMES).size).toBe(KNOWN_NAMES.length)
  })
})

// Those of which one bit is another, and those that mean something in a field line.
function similarOctets(octet: number): number[] {
  const flipped = Array.from({ length: 8 }, (_, bit) => octet ^ (1 << bit))
  return [octet, ...flipped, ...octets('\0\t\n\r :-_\x7f')]
}

function mixed(name: string, upper: (index: number) => boolean): string {
  return Array.from(name, (letter, index) => (upper(index) ? letter.toUpperCase() : letter)).join(
    '',
  )
}

function randomCase(name: string): string {
  const random = seededRandom(name.length)
  return mixed(name, () => random(2) === 0)
}
