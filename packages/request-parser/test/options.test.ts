import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, RequestParser } from '../src/index.ts'
import type { ParserLimits } from '../src/index.ts'
import { readLog } from './support/event-log.ts'
import { latin1, octets } from './support/octets.ts'
import { HEAD, usageCode } from './support/parsers.ts'

describe('limits', () => {
  test('have the defaults that are documented', () => {
    expect(DEFAULT_LIMITS).toEqual({
      initialBufferBytes: 1024,
      maxRequestLineBytes: 8192,
      maxHeaderSectionBytes: 16_384,
      maxFieldLines: 100,
      maxChunkExtensionBytes: 4096,
      maxTrailerSectionBytes: 8192,
      maxBodyBytes: 10_485_760,
    })
  })

  test('that are left out keep their default', () => {
    const parser = new RequestParser({ maxFieldLines: 1 })
    parser.push(octets`POST / HTTP/1.0
Content-Length: 10485760

`)
    expect(parser.next()).toBe('Head')
  })

  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof ParserLimits)[]) {
    const least = name === 'maxBodyBytes' ? 0 : 1
    test(`refuses a ${name} that is no whole number of at least ${least}`, () => {
      for (const value of [
        least - 1,
        -1,
        1.5,
        Number.NaN,
        -Infinity,
        2 ** 53,
        '1',
        null,
        undefined,
      ]) {
        const limits = { [name]: value } as Partial<ParserLimits>
        expect(
          usageCode(() => new RequestParser(limits)),
          String(value),
        ).toBe('ERR_OPTION')
        expect(() => new RequestParser(limits)).toThrow(`${name}: expected a whole number`)
      }
      expect(() => new RequestParser({ [name]: least })).not.toThrow()
    })
  }

  test('that there are none of are refused: a misspelt one would be the default', () => {
    // @ts-expect-error what a caller without types may hand over
    expect(usageCode(() => new RequestParser({ maxBodyByte: 10 }))).toBe('ERR_OPTION')
  })

  test('have a bound where memory is taken at once', () => {
    expect(usageCode(() => new RequestParser({ initialBufferBytes: 2 ** 50 }))).toBe('ERR_OPTION')
  })

  test('may be Infinity, but not the first room of the buffer', () => {
    const { initialBufferBytes: _, ...maxima } = DEFAULT_LIMITS
    const unbounded = Object.fromEntries(Object.keys(maxima).map((name) => [name, Infinity]))
    const log = readLog(
      new RequestParser(unbounded),
      [
        latin1(
          `${HEAD}${'X: 1\r\n'.repeat(200)}Transfer-Encoding: chunked\r\n\r\n1;${'e'.repeat(5000)}\r\nx\r\n0\r\n${'Y: 1\r\n'.repeat(2000)}\r\n`,
        ),
      ],
      true,
      'when asked',
    )
    expect(log).toMatchObject([{ event: 'Head' }, { content: 'x' }, { event: 'End' }, {}])
    expect(usageCode(() => new RequestParser({ initialBufferBytes: Infinity }))).toBe('ERR_OPTION')
  })
})
