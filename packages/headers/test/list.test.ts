import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasListMember, listMembers } from '../src/index.ts'

describe('RFC 9110 §5.6.1: lists', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['a', ['a']],
    ['a, b', ['a', 'b']],
    ['a,b', ['a', 'b']],
    ['a \t,\t b', ['a', 'b']],
    [' a ', ['a']],
    ['a b, c', ['a b', 'c']],
    ['gzip;q=0.5, *;q=0', ['gzip;q=0.5', '*;q=0']],
    ['A, a, A', ['A', 'a', 'A']],
  ])('%j has the members %j (RFC 9110 §5.6.1)', (value, members) => {
    expect(listMembers(value)).toEqual(members)
  })

  test.each<[string, string[]]>([
    [',', []],
    [' , \t,, ', []],
    [',a', ['a']],
    ['a,', ['a']],
    ['a,,b', ['a', 'b']],
    ['a, , ,b', ['a', 'b']],
  ])('%j has empty members, which are left out (RFC 9110 §5.6.1.2)', (value, members) => {
    expect(listMembers(value)).toEqual(members)
  })

  test.each<[string, string[]]>([
    ['"a,b", c', ['"a,b"', 'c']],
    ['a="b, c";d, e', ['a="b, c";d', 'e']],
    ['"a\\",b", c', ['"a\\",b"', 'c']],
    ['"a\\\\", c', ['"a\\\\"', 'c']],
    ['a\\,b', ['a\\', 'b']],
    ['""', ['""']],
    ['"', ['"']],
    ['a, "b\\', ['a', '"b\\']],
    ['W/"a,b", "c,d"', ['W/"a,b"', '"c,d"']],
    ['for="a,b";by="c,d", for=e', ['for="a,b";by="c,d"', 'for=e']],
    ['<a>; rel="b, c", <d>', ['<a>; rel="b, c"', '<d>']],
    ['199 a "b, c" "d, e", f', ['199 a "b, c" "d, e"', 'f']],
  ])('%j is not parted inside a quoted string (RFC 9110 §5.6.4)', (value, members) => {
    expect(listMembers(value)).toEqual(members)
  })

  // No quoted string: who goes by tokens, and splits at every comma, must see the same members.
  test.each<[string, string[]]>([
    ['"a, b', ['"a', 'b']],
    ['"a, h2c, b', ['"a', 'h2c', 'b']],
    ['a, "h2c, b', ['a', '"h2c', 'b']],
    ['"a", "h2c, b', ['"a"', '"h2c', 'b']],
    ['"a\\", h2c', ['"a\\"', 'h2c']],
    ['a"b, c"d', ['a"b', 'c"d']],
    ['a", h2c, b"', ['a"', 'h2c', 'b"']],
    ['"a"b, "c', ['"a"b', '"c']],
  ])('%j is parted at a quote that opens none (RFC 9110 §5.6.4)', (value, members) => {
    expect(listMembers(value)).toEqual(members)
  })

  test('a value of escaped quotes takes time in proportion to its length', () => {
    // In proportion to the square of it, this would take an hour.
    expect(listMembers('"\\'.repeat(2_000_000))).toHaveLength(1)
  })

  test('has every member that splitting at commas finds outside of quoted strings', () => {
    const value = fc.string({ unit: fc.constantFrom(...'ab=", \t\\'.split('')), maxLength: 20 })
    fc.assert(
      fc.property(value, (list) => {
        const unquoted = list.replace(/(^|[^ab])"(?:[^"\\]|\\.)*"/gs, '$1Q')
        const found = listMembers(list).filter((member) => !member.includes('"'))
        const wanted = unquoted.split(',').map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
        expect(found).toEqual(wanted.filter((member) => member !== '' && !/["Q]/.test(member)))
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['\xa0a\xa0', '\xa0a\xa0'],
    ['\x0ba\x0c', '\x0ba\x0c'],
    ['\ufeffa', '\ufeffa'],
  ])('%j keeps what is no space or tab (RFC 9110 §5.6.3)', (value, member) => {
    expect(listMembers(value)).toEqual([member])
  })

  test('members joined by commas are the members again (RFC 9110 §5.6.1)', () => {
    const member = fc
      .string({
        unit: fc.constantFrom(...'abcXYZ019;=-* \t'.split('')),
        minLength: 1,
        maxLength: 8,
      })
      .map((text) => text.replaceAll(/^[ \t]+|[ \t]+$/g, ''))
      .filter((text) => text !== '')
    const separator = fc.constantFrom(',', ', ', ' ,', ',, ', '\t,\t')
    fc.assert(
      fc.property(fc.array(fc.tuple(member, separator)), (parts) => {
        expect(listMembers(parts.flat().join(''))).toEqual(parts.map(([text]) => text))
      }),
    )
  })

  test('any text gives members that stand in it in order (RFC 9110 §5.6.1)', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab", \t\\'.split('')), maxLength: 20 }),
        (value) => {
          let position = 0
          for (const member of listMembers(value)) {
            expect(member).not.toBe('')
            const start = value.indexOf(member, position)
            expect(start).toBeGreaterThanOrEqual(position)
            position = start + member.length
          }
        },
      ),
    )
  })
})

describe('RFC 9110 §5.6.1: whether a list has a member', () => {
  test.each<[string, string]>([
    ['close', 'close'],
    ['Close', 'close'],
    ['keep-alive, Upgrade', 'upgrade'],
    [' close', 'close'],
    ['close\t', 'close'],
    [',close', 'close'],
    ['close,', 'close'],
    ['"a,b", close', 'close'],
    ['KEEP-ALIVE', 'keep-alive'],
    ['"a, close', 'close'],
  ])('%j has %s (RFC 9110 §5.6.1)', (value, token) => {
    expect(hasListMember(value, token)).toBe(true)
  })

  test.each<[string | undefined, string]>([
    [undefined, 'close'],
    ['', 'close'],
    [',', 'close'],
    [' ', 'close'],
    ['closed', 'close'],
    ['clos', 'close'],
    ['not-close', 'close'],
    ['close;x', 'close'],
    ['close x', 'close'],
    ['"close"', 'close'],
    ['"a, close"', 'close'],
    ['a, b', 'close'],
    ['\xa0close', 'close'],
    ['\u212aeep-alive', 'keep-alive'],
    ['a, \u212aeep-alive', 'keep-alive'],
  ])('%j has no %s (RFC 9110 §5.6.1)', (value, token) => {
    expect(hasListMember(value, token)).toBe(false)
  })

  test('is what splitting at every comma says: a token has no quotes (RFC 9110 §5.6.1)', () => {
    const value = fc.string({ unit: fc.constantFrom('a', 'A', 'b', ',', ' ', '"'), maxLength: 8 })
    fc.assert(
      fc.property(value, fc.constantFrom('a', 'b', 'ab'), (list, token) => {
        const members = list.toLowerCase().split(',')
        const found = members.some((member) => member.replace(/^ *| *$/g, '') === token)
        expect(hasListMember(list, token)).toBe(found)
      }),
      { numRuns: 1000 },
    )
  })
})
