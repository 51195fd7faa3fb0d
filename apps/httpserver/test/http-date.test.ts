import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseHttpDate } from '../src/http-date.ts'

const NOW = Date.UTC(2026, 10, 23)

describe('HTTP dates (RFC 9110 §5.6.7)', () => {
  test.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37Z'],
    ['Sun Nov 16 08:49:37 1994', '1994-11-16T08:49:37Z'],
    ['Thu, 29 Feb 2024 00:00:00 GMT', '2024-02-29T00:00:00Z'],
    ['Mon, 31 Dec 1990 23:59:60 GMT', '1991-01-01T00:00:00Z'],
    ['Fri, 01 Jan 0050 00:00:00 GMT', '0050-01-01T00:00:00Z'],
    ['Fri, 31 Dec 9999 23:59:59 GMT', '9999-12-31T23:59:59Z'],
    // The day's name is not compared.
    ['Mon, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
  ])('reads %s (§5.6.7)', (text, moment) => {
    expect(parseHttpDate(text, NOW)).toBe(Date.parse(moment))
  })

  test.each([
    ['26', '2026'],
    ['00', '2000'],
    ['75', '2075'],
    ['76', '2076'],
    ['77', '1977'],
    ['99', '1999'],
  ])('takes the two digits %s for %s in 2026 (§5.6.7)', (shortYear, year) => {
    const text = `Sunday, 06-Nov-${shortYear} 08:49:37 GMT`
    expect(parseHttpDate(text, NOW)).toBe(Date.parse(`${year}-11-06T08:49:37Z`))
  })

  test.each([
    '',
    'yesterday',
    '0',
    '1994-11-06T08:49:37Z',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Xyz, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 Abc 1994 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 31 Nov 1994 08:49:37 GMT',
    'Wed, 29 Feb 2023 00:00:00 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun, 06 Nov 19940 08:49:37 GMT',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'Sunday, 31-Nov-94 08:49:37 GMT',
    'Sun Nov 06 08:49:37 1994 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
  ])('refuses %j (§5.6.7)', (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined()
  })

  test('reads back every date that is written (§5.6.7)', () => {
    const date = fc.date({
      min: new Date('0001-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(date, (date) => {
        const seconds = Math.floor(date.getTime() / 1000) * 1000
        expect(parseHttpDate(new Date(seconds).toUTCString(), NOW)).toBe(seconds)
      }),
    )
  })
})
