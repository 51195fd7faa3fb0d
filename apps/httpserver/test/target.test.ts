import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readQuery, splitTarget } from '../src/target.ts'

describe('splitTarget', () => {
  test.each([
    ['origin-form', '/a/b', '/a/b', ''],
    ['a query', '/a?x=1&y', '/a', 'x=1&y'],
    ['an empty query', '/a?', '/a', ''],
    ['a question mark inside the query', '/a?b?c', '/a', 'b?c'],
    ['a path that starts with "//"', '//a/b', '//a/b', ''],
    ['dot segments and escapes', '/a/../%2e/%zz', '/a/../%2e/%zz', ''],
    ['an absolute URI inside a path', '/http://b/c', '/http://b/c', ''],
    ['absolute-form', 'http://a:80/b?c', '/b', 'c'],
    ['absolute-form of another scheme', 'coap+tcp://[::1]:80/b', '/b', ''],
    ['absolute-form without a path', 'http://a', '/', ''],
    ['absolute-form with a query only', 'http://a?b', '/', 'b'],
    ['absolute-form with an empty first segment', 'http://a//b', '//b', ''],
    ['asterisk-form', '*', '*', ''],
    ['authority-form', 'a:443', 'a:443', ''],
  ])('takes %s apart (RFC 9112 §3.2)', (_title, requestTarget, path, query) => {
    expect(splitTarget(requestTarget)).toEqual({ path, query })
  })
})

describe('readQuery', () => {
  test.each([
    ['nothing', '', {}],
    ['empty parts', '&&', {}],
    ['names without a value', 'a&b=', { a: [''], b: [''] }],
    ['a value without a name', '=a', { '': ['a'] }],
    ['a repeated name', 'a=1&b=x&a=2&a=', { a: ['1', '2', ''], b: ['x'] }],
    ['escapes', 'q=caf%C3%A9&e=%26%3D%25', { q: ['café'], e: ['&=%'] }],
    ['escapes in names', '%61%5B%5D=1', { 'a[]': ['1'] }],
    ['a plus sign', 'a+b=1+2&c=1%2B2', { 'a b': ['1 2'], c: ['1+2'] }],
    ['what is no escape', 'a=%&b=%zz&c=%4', { a: ['%'], b: ['%zz'], c: ['%4'] }],
    ['escapes that are no UTF-8', 'a=%e9', { a: ['�'] }],
    ['a question mark at the front', '?a=1', { '?a': ['1'] }],
    ['equals signs in a value', 'a=b=c', { a: ['b=c'] }],
  ])('reads %s', (_title, query, values) => {
    expect(Object.entries(readQuery(query))).toEqual(Object.entries(values))
  })

  test('keeps names that objects have already', () => {
    const values = readQuery('__proto__=1&constructor=2&__proto__=3&toString=4')
    expect(JSON.stringify(values)).toBe(
      '{"__proto__":["1","3"],"constructor":["2"],"toString":["4"]}',
    )
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    expect({}).not.toHaveProperty('1')
  })

  test('reads any text without throwing', () => {
    assert(
      property(string({ unit: 'binary' }), (query) => {
        for (const list of Object.values(readQuery(query))) expect(list.length).toBeGreaterThan(0)
      }),
    )
  })

  test('gives back what was percent-encoded', () => {
    const text = string({ unit: 'grapheme' })
    assert(
      property(text, text, (name, value) => {
        const query = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
        expect(Object.entries(readQuery(query))).toEqual([[name, [value]]])
      }),
    )
  })
})
