import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { latin1Slice, latin1Write } from '../src/index.ts'
import { latin1SliceByLoop, latin1WriteByLoop } from '../src/latin1.ts'

const EVERY_OCTET = Uint8Array.from({ length: 0x100 }, (_, octet) => octet)

const WAYS = [
  { way: 'by the host', slice: latin1Slice, write: latin1Write },
  { way: 'by a loop', slice: latin1SliceByLoop, write: latin1WriteByLoop },
]

describe.each(WAYS)('octets and characters $way', ({ slice, write }) => {
  // 0x80 to 0x9F are where windows-1252, which some call latin1, has other characters.
  test('have the same numbers, all 256 of them', () => {
    const text = slice(EVERY_OCTET, 0, 0x100)
    expect(Array.from(text, (character) => character.charCodeAt(0))).toEqual([...EVERY_OCTET])
    const octets = new Uint8Array(0x100)
    write(text, octets, 0)
    expect(octets).toEqual(EVERY_OCTET)
  })

  test('can be a part of what is there', () => {
    expect(slice(EVERY_OCTET, 0x41, 0x44)).toBe('ABC')
    expect(slice(EVERY_OCTET.subarray(0x40), 1, 4)).toBe('ABC')
    expect(slice(EVERY_OCTET, 7, 7)).toBe('')
    const octets = new Uint8Array(6).fill(0x2e)
    write('AB', octets, 2)
    expect(octets).toEqual(Uint8Array.of(0x2e, 0x2e, 0x41, 0x42, 0x2e, 0x2e))
    write('', octets, 6)
    write('CD', octets, 4)
    expect(octets).toEqual(Uint8Array.of(0x2e, 0x2e, 0x41, 0x42, 0x43, 0x44))
  })
})

describe('the two ways', () => {
  test('give the same string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (octets, a, b) => {
        const [start, end] = [
          Math.min(a, b, octets.length),
          Math.min(Math.max(a, b), octets.length),
        ]
        expect(latin1Slice(octets, start, end)).toBe(latin1SliceByLoop(octets, start, end))
      }),
    )
  })

  test('write the same octets', () => {
    const text = fc.uint8Array({ maxLength: 100 }).map((octets) => String.fromCharCode(...octets))
    fc.assert(
      fc.property(text, fc.nat(20), fc.nat(20), (written, before, behind) => {
        const [host, loop] = [0, 0].map(() => new Uint8Array(before + written.length + behind))
        latin1Write(written, host, before)
        latin1WriteByLoop(written, loop, before)
        expect(host).toEqual(loop)
      }),
    )
  })
})

describe('a host without Buffer', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  test.each([
    ['there is none', undefined],
    ['it lacks the methods', { prototype: {} }],
  ])('is served by the loop when %s', async (_, substitute) => {
    vi.resetModules()
    vi.stubGlobal('Buffer', substitute)
    const module = await import('../src/latin1.ts')
    expect(module.latin1Slice).toBe(module.latin1SliceByLoop)
    expect(module.latin1Write).toBe(module.latin1WriteByLoop)
  })
})
