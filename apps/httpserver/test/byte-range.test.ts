import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestedRanges } from '../src/byte-range.ts'

const range = (first: number, last: number) => ({ first, last })

describe('Range over 1000 octets (RFC 9110 §14)', () => {
  test.each([
    { field: 'bytes=0-0', ranges: [range(0, 0)] },
    { field: 'bytes=0-499', ranges: [range(0, 499)] },
    { field: 'BYTES=500-', ranges: [range(500, 999)] },
    { field: 'bytes=-500', ranges: [range(500, 999)] },
    { field: 'bytes=-5000', ranges: [range(0, 999)] },
    { field: 'bytes=990-1010', ranges: [range(990, 999)] },
    { field: 'bytes=0-99999999999999999999999', ranges: [range(0, 999)] },
    { field: 'bytes=0-9, 200-209 ,-5', ranges: [range(0, 9), range(200, 209), range(995, 999)] },
    { field: 'bytes=-5,0-9', ranges: [range(995, 999), range(0, 9)] },
    { field: 'bytes=0-9,,1000-', ranges: [range(0, 9)] },
  ])('$field is satisfied (§14.1.2)', ({ field, ranges }) => {
    expect(requestedRanges(field, 1000)).toEqual(ranges)
  })

  test.each([
    'bytes=1000-',
    'bytes=1000-1005',
    'bytes=-0',
    'bytes=99999999999999999999-',
    'bytes=1000-,-0',
  ])('%s cannot be satisfied (§14.1.2)', (field) => {
    expect(requestedRanges(field, 1000)).toEqual([])
  })

  test.each([
    { field: 'bytes=0-', ranges: undefined },
    { field: 'bytes=000-', ranges: undefined },
    { field: 'bytes=5-9,0-', ranges: undefined },
    { field: 'bytes=0-0,5-', ranges: [] },
    { field: 'bytes=0-499', ranges: [] },
    { field: 'bytes=1-', ranges: [] },
    { field: 'bytes=-0', ranges: [] },
    { field: 'bytes=-00', ranges: [] },
    { field: 'bytes=-5', ranges: undefined },
    { field: 'bytes=0-,-10', ranges: undefined },
  ])('$field of an empty file gives $ranges (§14.1.2)', ({ field, ranges }) => {
    expect(requestedRanges(field, 0)).toEqual(ranges)
  })

  test.each([
    'chars=0-5',
    'bytes',
    'bytes=',
    'bytes=,',
    'bytes=-',
    'bytes=5-2',
    'bytes=a-b',
    'bytes=--5',
    'bytes=1-2-3',
    'bytes=0x0-0x5',
    'bytes=0-1,x',
    'bytes=1.0-2',
    'bytes =0-1',
    'bytes:0-1',
    'bytes=0-1;2-3',
    'bytes=0-1 2-3',
    'bytes=0 - 1',
    'bytes=+0-1',
    'bytes=0-1\u00a0',
    'bytes="0-1"',
    'bytes="0-1,2-3',
    'bytes=0-1, bytes=2-3',
    'bytes=\u0660-\u0661',
    '',
  ])('%s is ignored (§14.2)', (field) => {
    expect(requestedRanges(field, 1000)).toBeUndefined()
  })

  test('ranges that overlap or nearly touch become one (§14.2)', () => {
    expect(requestedRanges('bytes=0-9,5-14,90-99', 1000)).toEqual([range(0, 99)])
    expect(requestedRanges('bytes=0-,0-,0-,-1', 1000)).toEqual([range(0, 999)])
    expect(requestedRanges('bytes=0-9,89-99', 1000)).toEqual([range(0, 99)])
    expect(requestedRanges('bytes=0-9,90-99', 1000)).toEqual([range(0, 9), range(90, 99)])
  })

  test('what is joined stands where the first of it was asked for, and the rest keeps its order (§15.3.7.2)', () => {
    expect(requestedRanges('bytes=500-600,0-9,550-700', 1000)).toEqual([
      range(500, 700),
      range(0, 9),
    ])
    expect(requestedRanges('bytes=900-,300-400,100-110,399-500', 1000)).toEqual([
      range(900, 999),
      range(300, 500),
      range(100, 110),
    ])
  })

  // Looked at again for each other one, so many would be a thousand billion steps.
  test.each([
    ['white space', `bytes=0-1,${' '.repeat(1_000_000)}x`],
    ['tabs and spaces by turns', `bytes=0-1${' \t'.repeat(500_000)}2`],
    ['commas', `bytes=${','.repeat(1_000_000)}x`],
    ['digits', `bytes=${'9'.repeat(1_000_000)}x`],
    ['digits on both sides', `bytes=${'9'.repeat(500_000)}-${'9'.repeat(500_000)}-`],
    ['quotes', `bytes=${'"'.repeat(1_000_001)}`],
  ])('a long run of %s is looked at once (§17.15)', (_title, field) => {
    expect(requestedRanges(field, 1000)).toBeUndefined()
  })

  test('more ranges than anybody needs are ignored (§17.15)', () => {
    const many = (count: number): string =>
      `bytes=${Array.from({ length: count }, (_, i) => `${i * 1000}-${i * 1000}`).join(',')}`
    expect(requestedRanges(many(16), 100_000)).toHaveLength(16)
    expect(requestedRanges(many(17), 100_000)).toBeUndefined()
  })

  test('every octet asked for is in one range (§14.1.2)', () => {
    const pair = fc
      .tuple(fc.nat(3000), fc.nat(3000))
      .map(([a, b]) => range(Math.min(a, b), Math.max(a, b)))
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 16 }), (pairs) => {
        const field = `bytes=${pairs.map(({ first, last }) => `${first}-${last}`).join(',')}`
        const ranges = requestedRanges(field, 4000) ?? []
        for (const { first, last } of pairs) {
          expect(ranges.filter((range) => range.first <= first && last <= range.last)).toHaveLength(
            1,
          )
        }
      }),
    )
  })

  test('whatever comes, no octet is outside the file or sent twice (§14.1.2)', () => {
    const spec = fc.oneof(
      fc.tuple(fc.nat(60), fc.nat(60)).map(([first, last]) => `${first}-${last}`),
      fc.nat(60).map((first) => `${first}-`),
      fc.nat(60).map((length) => `-${length}`),
      fc.string({ maxLength: 4 }),
    )
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 20 }), fc.nat(50), (specs, size) => {
        const ranges = requestedRanges(`bytes=${specs.join(',')}`, size) ?? []
        const sorted = [...ranges].sort((a, b) => a.first - b.first)
        let end = 0
        for (const { first, last } of sorted) {
          expect(first).toBeGreaterThanOrEqual(end)
          expect(last).toBeGreaterThanOrEqual(first)
          end = last + 1
        }
        expect(end).toBeLessThanOrEqual(size)
        expect(ranges.length).toBeLessThanOrEqual(16)
      }),
    )
  })
})
