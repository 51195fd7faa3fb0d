import { UsageError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { LengthDecoder } from '../src/index.ts'
import { decodeAll, deliveriesOf } from './support/decoding.ts'
import { latin1 } from './support/octets.ts'

function decoderOf(length: number): LengthDecoder {
  const decoder = new LengthDecoder()
  decoder.begin(length)
  return decoder
}

describe('a body of known length (RFC 9112 §6.2)', () => {
  test('is as long as it says, in whatever pieces it comes (RFC 9112 §6.2)', () => {
    for (const length of [0, 1, 4, 9, 10]) {
      for (const pieces of deliveriesOf('0123456789')) {
        expect(decodeAll(decoderOf(length), pieces)).toMatchObject({
          content: '0123456789'.slice(0, length),
          complete: true,
          rest: '0123456789'.slice(length),
        })
      }
    }
  })

  test('is not complete before its last octet (RFC 9112 §6.3 rule 6)', () => {
    const decoder = decoderOf(11)
    expect(decodeAll(decoder, [latin1('0123456789')])).toMatchObject({
      content: '0123456789',
      complete: false,
    })
    expect(decodeAll(decoder, [latin1('ab')])).toMatchObject({
      content: 'a',
      complete: true,
      rest: 'b',
    })
  })

  test('is read between the places that are given', () => {
    const decoder = decoderOf(3)
    expect(decoder.decode(latin1('0123456789'), 4, 6)).toBe(6)
    expect([decoder.contentStart, decoder.contentEnd, decoder.complete]).toEqual([4, 6, false])
    expect(decoder.decode(latin1('0123456789'), 0, 10)).toBe(1)
    expect([decoder.contentStart, decoder.contentEnd, decoder.complete]).toEqual([0, 1, true])
    expect(decoder.decode(latin1('0123456789'), 5, 10)).toBe(5)
    expect(decoder.contentEnd - decoder.contentStart).toBe(0)
  })

  test('can be as long as numbers go (RFC 9110 §8.6)', () => {
    const decoder = decoderOf(Number.MAX_SAFE_INTEGER)
    decoder.decode(new Uint8Array(1000), 0, 1000)
    expect(decoder.complete).toBe(false)
  })

  test('leaves the decoder ready for the next one', () => {
    const decoder = decoderOf(5)
    decoder.decode(latin1('ab'), 0, 2)
    decoder.begin(1)
    expect(decodeAll(decoder, [latin1('xy')])).toMatchObject({ content: 'x', rest: 'y' })
    decoder.begin(0)
    expect(decoder.complete).toBe(true)
  })

  test.each([NaN, -1, 1.5, Infinity])('of %s octets is refused', (length) => {
    expect(() => new LengthDecoder().begin(length)).toThrow(UsageError)
  })
})
