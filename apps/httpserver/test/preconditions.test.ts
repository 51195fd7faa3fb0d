import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { failedPrecondition, rangeApplies } from '../src/preconditions.ts'

const MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT'
const VALIDATORS = { etag: '"a"', lastModifiedMs: Date.parse(MODIFIED) }
const RECENT = { ...VALIDATORS, etag: 'W/"a"' }
const NOW = Date.parse('Tue, 08 Nov 1994 08:49:37 GMT')
const EARLIER = 'Sat, 05 Nov 1994 08:49:37 GMT'
const LATER = 'Mon, 07 Nov 1994 08:49:37 GMT'

describe('preconditions, in their order (RFC 9110 §13.2.2)', () => {
  test.each([
    { fields: {}, method: 'GET', status: undefined },
    { fields: { 'If-Match': '"a"' }, method: 'GET', status: undefined },
    { fields: { 'If-Match': '*' }, method: 'GET', status: undefined },
    { fields: { 'If-Match': '"b", "c"' }, method: 'GET', status: 412 },
    { fields: { 'If-Match': 'W/"a"' }, method: 'GET', status: 412 },
    {
      fields: { 'If-Match': '"a"', 'If-Unmodified-Since': EARLIER },
      method: 'GET',
      status: undefined,
    },
    { fields: { 'If-Unmodified-Since': EARLIER }, method: 'GET', status: 412 },
    { fields: { 'If-Unmodified-Since': MODIFIED }, method: 'GET', status: undefined },
    { fields: { 'If-Unmodified-Since': 'yesterday' }, method: 'GET', status: undefined },
    { fields: { 'If-None-Match': '"a"' }, method: 'GET', status: 304 },
    { fields: { 'If-None-Match': 'W/"a"' }, method: 'HEAD', status: 304 },
    { fields: { 'If-None-Match': '"b", W/"a"' }, method: 'GET', status: 304 },
    { fields: { 'If-None-Match': '*' }, method: 'PUT', status: 412 },
    {
      fields: { 'If-None-Match': '"b"', 'If-Modified-Since': LATER },
      method: 'GET',
      status: undefined,
    },
    { fields: { 'If-Modified-Since': MODIFIED }, method: 'GET', status: 304 },
    { fields: { 'If-Modified-Since': LATER }, method: 'PUT', status: undefined },
    { fields: { 'If-Modified-Since': EARLIER }, method: 'GET', status: undefined },
    {
      fields: { 'If-Modified-Since': 'Sunday, 06-Nov-94 08:49:37 GMT' },
      method: 'GET',
      status: 304,
    },
    { fields: { 'If-Modified-Since': 'Sun Nov  6 08:49:37 1994' }, method: 'GET', status: 304 },
    { fields: { 'If-Modified-Since': `${LATER}, ${LATER}` }, method: 'GET', status: undefined },
    { fields: { 'If-None-Match': 'W/"b"', 'If-Modified-Since': LATER }, method: 'GET' },
    { fields: { 'If-Match': '"b"', 'If-None-Match': '"a"' }, method: 'GET', status: 412 },
    {
      fields: { 'If-Unmodified-Since': EARLIER, 'If-None-Match': '"a"' },
      method: 'GET',
      status: 412,
    },
    { fields: { 'If-None-Match': '*' }, method: 'GET', status: 304 },
    { fields: { 'If-None-Match': '"b", *' }, method: 'GET' },
    { fields: { 'If-None-Match': '' }, method: 'GET' },
    { fields: { 'If-None-Match': 'a' }, method: 'GET' },
    { fields: { 'If-None-Match': 'w/"a"' }, method: 'GET' },
    { fields: { 'If-None-Match': 'W/ "a"' }, method: 'GET' },
    { fields: { 'If-None-Match': '"a' }, method: 'GET' },
    { fields: { 'If-None-Match': '"x\\", "a"' }, method: 'GET', status: 304 },
    { fields: { 'If-None-Match': ', ,"x,y"\t,W/"a" ,' }, method: 'GET', status: 304 },
    { fields: { 'If-None-Match': '"x" "a"' }, method: 'GET' },
    { fields: { 'If-None-Match': '"", "\u00e9", "a"' }, method: 'GET', status: 304 },
    { fields: { 'If-Match': '"x", "a"' }, method: 'GET' },
    { fields: { 'If-Match': 'a' }, method: 'GET', status: 412 },
    {
      fields: { 'If-Modified-Since': 'Xyz, 99 Abc 1994 99:99:99 GMT' },
      method: 'GET',
      status: undefined,
    },
  ])('$method with $fields gives $status (§13.1)', ({ fields, method, status }) => {
    const headers = new Headers(Object.entries(fields))
    expect(failedPrecondition(headers, method, VALIDATORS, NOW)).toBe(status)
  })

  test.each([
    { fields: { 'If-Match': '"a"' }, status: 412 },
    { fields: { 'If-Match': 'W/"a"' }, status: 412 },
    { fields: { 'If-Match': '*' }, status: undefined },
    { fields: { 'If-None-Match': 'W/"a"' }, status: 304 },
    { fields: { 'If-None-Match': '"a"' }, status: 304 },
    { fields: { 'If-None-Match': '"b"' }, status: undefined },
  ])('$fields with a weak tag gives $status (§8.8.3.2)', ({ fields, status }) => {
    const headers = new Headers(Object.entries(fields))
    expect(failedPrecondition(headers, 'GET', RECENT, NOW)).toBe(status)
  })

  // Looked at again for each other one, so many would be a thousand billion steps.
  test.each([
    ['commas', `${','.repeat(1_000_000)}x`],
    ['spaces', `"b"${' '.repeat(1_000_000)}x`],
    ['quotes', '"'.repeat(1_000_001)],
    ['tags', `${'"b",'.repeat(300_000)}x`],
    ['letters', `"${'b'.repeat(1_000_000)}`],
  ])('a long run of %s is looked at once (§13.1.2)', (_title, list) => {
    const headers = new Headers([['If-None-Match', list]])
    expect(failedPrecondition(headers, 'GET', VALIDATORS, NOW)).toBeUndefined()
  })
})

describe('If-Range (RFC 9110 §13.1.5)', () => {
  test.each([
    { ifRange: undefined, applies: true },
    { ifRange: '"a"', applies: true },
    { ifRange: '"b"', applies: false },
    { ifRange: 'W/"a"', applies: false },
    { ifRange: MODIFIED, applies: true },
    { ifRange: LATER, applies: false },
    { ifRange: EARLIER, applies: false },
    { ifRange: 'Sunday, 06-Nov-94 08:49:37 GMT', applies: true },
    { ifRange: '"a", "b"', applies: false },
    { ifRange: '*', applies: false },
    { ifRange: '', applies: false },
    { ifRange: 'nonsense', applies: false },
  ])('$ifRange: $applies (§13.1.5)', ({ ifRange, applies }) => {
    const headers = new Headers(ifRange === undefined ? [] : [['If-Range', ifRange]])
    expect(rangeApplies(headers, VALIDATORS, NOW)).toBe(applies)
  })

  test.each(['"a"', 'W/"a"'])('%s does not apply to what has a weak tag (§8.8.3.2)', (ifRange) => {
    expect(rangeApplies(new Headers([['If-Range', ifRange]]), RECENT, NOW)).toBe(false)
  })

  test.each([
    [0, false],
    [999, false],
    [1000, true],
  ])('the date of what changed %i ms ago: %s (§8.8.2.2)', (ageMs, applies) => {
    const headers = new Headers([['If-Range', MODIFIED]])
    expect(rangeApplies(headers, VALIDATORS, VALIDATORS.lastModifiedMs + ageMs)).toBe(applies)
  })
})
