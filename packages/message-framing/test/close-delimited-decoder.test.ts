import { describe, expect, test } from 'vitest'
import { CloseDelimitedDecoder } from '../src/index.ts'

const octets = Uint8Array.from({ length: 10 }, (_, i) => i)

describe('a body that ends with the connection (RFC 9112 §6.3)', () => {
  test('is all that comes, and never complete by itself', () => {
    const decoder = new CloseDelimitedDecoder(Infinity)
    decoder.begin()
    expect(decoder.decode(octets, 2, 7)).toBe(7)
    expect([decoder.contentStart, decoder.contentEnd]).toEqual([2, 7])
    expect(decoder.decode(octets, 7, 7)).toBe(7)
    expect([decoder.contentStart, decoder.contentEnd]).toEqual([7, 7])
    expect(decoder.complete).toBe(false)
  })

  test('is given up to its limit, and refused at the next octet (RFC 9110 §15.5.14)', () => {
    const decoder = new CloseDelimitedDecoder(6)
    decoder.begin(100)
    expect(decoder.decode(octets, 0, 4)).toBe(4)
    expect(decoder.decode(octets, 4, 10)).toBe(6)
    expect([decoder.contentStart, decoder.contentEnd]).toEqual([4, 6])
    expect(decoder.decode(octets, 6, 6)).toBe(6)
    expect(() => decoder.decode(octets, 6, 10)).toThrow(
      'expected at most 6 octets, got more at octet 106',
    )
  })

  test('begins anew', () => {
    const decoder = new CloseDelimitedDecoder(4)
    decoder.begin(3)
    decoder.decode(octets, 0, 4)
    decoder.begin()
    expect(decoder.decode(octets, 0, 4)).toBe(4)
    expect(() => decoder.decode(octets, 4, 5)).toThrow('at octet 4')
  })

  test.each([undefined, null, NaN, -1, '5', {}])('has a limit, and not %o', (limit) => {
    expect(() => new CloseDelimitedDecoder(limit as number)).toThrow(
      'maxBodyBytes: expected a number of at least 0',
    )
  })
})
