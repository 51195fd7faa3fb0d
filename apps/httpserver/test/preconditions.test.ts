import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { failedPrecondition, rangeApplies } from '../src/preconditions.ts'

const MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT'
const VALIDATORS = { etag: '"a"', lastModifiedMs: Date.parse(MODIFIED) }
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
    {
      fields: { 'If-Modified-Since': 'Xyz, 99 Abc 1994 99:99:99 GMT' },
      method: 'GET',
      status: undefined,
    },
  ])('$method with $fields gives $status (§13.1)', ({ fields, method, status }) => {
    expect(failedPrecondition(new Headers(Object.entries(fields)), method, VALIDATORS)).toBe(status)
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
    { ifRange: 'nonsense', applies: false },
  ])('$ifRange: $applies (§13.1.5)', ({ ifRange, applies }) => {
    const headers = new Headers(ifRange === undefined ? [] : [['If-Range', ifRange]])
    expect(rangeApplies(headers, VALIDATORS)).toBe(applies)
  })
})
