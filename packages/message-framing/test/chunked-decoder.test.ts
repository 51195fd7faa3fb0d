import { UsageError } from '@rawhttp/headers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChunkedDecoder } from '../src/index.ts'
import type { ChunkedLimits, UnfitTrailers } from '../src/index.ts'
import { END, LIMITS, ROWS } from './cases/chunked-bodies.ts'
import { decodeAll, deliveriesOf } from './support/decoding.ts'
import { cut, latin1, latin1Text } from './support/octets.ts'

function decoderOf(limits?: Partial<ChunkedLimits>, unfitTrailers?: UnfitTrailers): ChunkedDecoder {
  const decoder = new ChunkedDecoder({ ...LIMITS, ...limits }, unfitTrailers)
  decoder.begin()
  return decoder
}

describe('a chunked body, in every delivery (RFC 9112 §7.1)', () => {
  for (const row of ROWS) {
    test(row.title, () => {
      const { text, limits, unfitTrailers, content, rest, complete, error, offset } = row
      const { trailers, discarded } = row
      const whole = decodeAll(decoderOf(limits, unfitTrailers), [latin1(text)])
      expect(whole.error?.code).toBe(error)
      if (content !== undefined) expect(whole.content).toBe(content)
      if (offset !== undefined) expect(whole.error?.offset).toBe(offset)
      if (error === undefined) {
        expect(whole.complete).toBe(complete ?? true)
        expect(whole.rest).toBe(rest ?? '')
        expect(whole.trailers).toEqual(trailers ?? [])
        expect(whole.discarded).toEqual(discarded ?? [])
      }
      for (const pieces of deliveriesOf(text)) {
        expect(decodeAll(decoderOf(limits, unfitTrailers), pieces)).toEqual(whole)
      }
    })
  }

  for (const row of ROWS.filter(({ error }) => error !== undefined)) {
    const { title, text, limits, unfitTrailers, error } = row
    test(`${title}, in a later chunk too`, () => {
      const first = '1\r\na\r\n'
      const maxBodyBytes = (limits?.maxBodyBytes ?? LIMITS.maxBodyBytes) + 1
      const alone = decodeAll(decoderOf(limits, unfitTrailers), [latin1(text)])
      // A size line is read at a glance only where more octets follow.
      for (const behind of ['', 'x'.repeat(20)]) {
        const octets = latin1(first + text + behind)
        const later = decodeAll(decoderOf({ ...limits, maxBodyBytes }, unfitTrailers), [octets])
        expect(later.content).toBe(`a${alone.content}`)
        expect(later.error?.code).toBe(error)
        expect(later.error?.offset).toBe(first.length + (alone.error?.offset ?? Number.NaN))
      }
    })
  }

  // What stands behind a chunk that was read, where a size line is read at a glance.
  const bodyWith = (size: string, content: string): Uint8Array =>
    latin1(`1\r\na\r\n${size}\r\n${content}\r\n1\r\nb\r\n${END}${'x'.repeat(12)}`)

  test.each([
    ['1', 1],
    ['a', 10],
    ['A', 10],
    ['1F', 31],
    ['0000010', 16],
    ['00000010', 16],
    ['000000000010', 16],
    ['10;a', 16],
  ])('has a size %j also in a later chunk (RFC 9112 §7.1)', (size, count) => {
    const content = 'd'.repeat(count)
    const body = bodyWith(size, content)
    const whole = decodeAll(decoderOf(), [body])
    expect(whole).toMatchObject({ content: `a${content}b`, complete: true, rest: 'x'.repeat(12) })
    for (const pieces of deliveriesOf(latin1Text(body))) {
      expect(decodeAll(decoderOf(), pieces)).toEqual(whole)
    }
  })

  test.each([
    ['', 'ERR_CHUNK_SIZE', 6],
    ['g', 'ERR_CHUNK_SIZE', 6],
    ['0x1', 'ERR_CHUNK_SIZE', 7],
    ['-1', 'ERR_CHUNK_SIZE', 6],
    [' 1', 'ERR_CHUNK_SIZE', 6],
    ['1 ', 'ERR_CHUNK_EXTENSION', 8],
    ['1;a="\r"', 'ERR_CHUNK_EXTENSION', 11],
    ['1\r', 'ERR_CHUNK_SIZE', 8],
    ['1\n', 'ERR_CHUNK_SIZE', 7],
    ['0000000000010', 'ERR_CHUNK_SIZE', 18],
  ])('has no size %j in a later chunk either (RFC 9112 §7.1)', (size, code, offset) => {
    const body = bodyWith(size, 'd')
    for (const pieces of [[body], ...deliveriesOf(latin1Text(body))]) {
      expect(decodeAll(decoderOf(), pieces)).toMatchObject({
        content: 'a',
        error: { code, offset },
      })
    }
  })

  test.each(['\r\r', '\n\n', 'x\n', '\rx', '\0\n'])(
    'ends its data with CR LF, not with %j (RFC 9112 §7.1)',
    (lineEnd) => {
      const body = latin1(`1\r\na${lineEnd}1\r\nb\r\n${END}${'x'.repeat(12)}`)
      expect(decodeAll(decoderOf(), [body]).error?.code).toBe('ERR_CHUNK_DATA')
    },
  )

  test('is read back as it was cut into chunks (RFC 9112 §7.1.3)', () => {
    const chunk = fc.record({
      content: fc.uint8Array({ minLength: 1, maxLength: 300 }),
      extension: fc.constantFrom('', ';a', ' ; b = "c;\\""', ';d=e;f'),
      zeros: fc.nat(3),
    })
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 6 }),
        fc.array(fc.constantFrom('X: 1', 'Y:', 'Z: a b'), { maxLength: 3 }),
        fc.array(fc.nat(40)),
        (chunks, lines, lengths) => {
          const texts = chunks.map(({ content }) => String.fromCharCode(...content))
          const sent = texts.map((text, i) => {
            const { extension, zeros } = chunks[i]
            return `${'0'.repeat(zeros)}${text.length.toString(16)}${extension}\r\n${text}\r\n`
          })
          const body = `${sent.join('')}0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
          const read = decodeAll(decoderOf(), cut(latin1(`${body}rest`), lengths))
          expect(read).toMatchObject({ content: texts.join(''), complete: true, rest: 'rest' })
          expect(read.trailers.map(([name, value]) => `${name}:${value && ' '}${value}`)).toEqual(
            lines,
          )
        },
      ),
      { seed: 7, numRuns: 300 },
    )
  })
})

describe('one decoder', () => {
  test('reads one run of content a call at the most', () => {
    const octets = latin1(`xx2\r\nab\r\n1;a\r\nc\r\n${END}yy`)
    const decoder = decoderOf()
    const runs: [content: string, end: number][] = []
    for (let position = 2; !decoder.complete;) {
      position = decoder.decode(octets, position, octets.length)
      runs.push([latin1Text(octets, decoder.contentStart, decoder.contentEnd), position])
    }
    expect(runs).toEqual([
      ['ab', 7],
      ['c', 15],
      ['', 22],
    ])
    expect(decoder.decode(octets, 22, 24)).toBe(22)
  })

  test('reads no further than it may', () => {
    const octets = latin1(`5\r\nhello\r\n${END}`)
    const decoder = decoderOf()
    expect(decoder.decode(octets, 0, 5)).toBe(5)
    expect([decoder.contentStart, decoder.contentEnd]).toEqual([3, 5])
    expect(decoder.decode(octets, 5, 5)).toBe(5)
    expect(decoder.contentEnd - decoder.contentStart).toBe(0)
  })

  test('is ready for the next body, wherever it was left', () => {
    const decoder = decoderOf({ maxBodyBytes: 5 })
    const good = `5;a=b\r\nhello\r\n0\r\nX: 1\r\n\r\n`
    for (const before of [
      '5',
      '000000000000',
      '5;a',
      '5;a="',
      '5\r',
      '5\r\nhel',
      '5\r\nhello',
      '5\r\nhello\r',
      'z',
      '6\r\n',
      '0\r\nY',
      '0\r\nY: 1\r\n\r\n',
    ]) {
      decoder.begin()
      decodeAll(decoder, [latin1(before)])
      decoder.begin()
      expect(decoder.complete).toBe(false)
      expect(decoder.trailers).toBe(undefined)
      expect(decoder.heldBytes).toBe(0)
      expect(decodeAll(decoder, [latin1(good)])).toEqual({
        content: 'hello',
        complete: true,
        rest: '',
        trailers: [['X', '1']],
        discarded: [],
        error: undefined,
      })
    }
  })

  test('counts the content and the framing of each body for itself', () => {
    const decoder = decoderOf({ maxBodyBytes: 5, maxChunkExtensionBytes: 20_000 })
    const body = `5;${'e'.repeat(12_000)}\r\nhello\r\n${END}`
    for (let round = 0; round < 3; round++) {
      decoder.begin()
      expect(decodeAll(decoder, [latin1(body)])).toMatchObject({ content: 'hello', complete: true })
    }
  })

  test('counts offsets from where the body stands in its message', () => {
    for (const [text, offset] of [
      ['z', 100],
      ['1\r\naX', 104],
      ['0\r\nX 1', 104],
      ['0\r\nHost: a\r\n\r\n', 103],
    ] as const) {
      for (const pieces of [[latin1(text)], ...deliveriesOf(text)]) {
        const decoder = decoderOf()
        decoder.begin(100)
        expect(decodeAll(decoder, pieces).error?.offset).toBe(offset)
      }
    }
  })

  test('holds no octets but those of an unfinished trailer section', () => {
    const decoder = decoderOf()
    const held = (text: string): number => {
      decodeAll(decoder, [latin1(text)])
      return decoder.heldBytes
    }
    expect(held('5;a=b')).toBe(0)
    expect(held('\r\nhello\r\n0\r\n')).toBe(0)
    expect(held('\r')).toBe(1)
    expect(held('\n')).toBe(0)
    decoder.begin()
    expect(held('0\r\nX: 1')).toBe(4)
    expect(held('\r\n\r')).toBe(7)
    expect(held('\nrest')).toBe(0)
    expect(decoder.trailers?.get('x')).toBe('1')
  })

  test('reads a trailer section that is larger than its first room', () => {
    const decoder = decoderOf({ maxTrailerSectionBytes: 5000 })
    const lines = `X: ${'v'.repeat(4000)}\r\n`
    for (const lengths of [[], [1], [2000], [3, 1024, 1024]]) {
      decoder.begin()
      const pieces = cut(latin1(`0\r\n${lines}\r\nrest`), lengths)
      expect(decodeAll(decoder, pieces)).toMatchObject({
        complete: true,
        rest: 'rest',
        trailers: [['X', 'v'.repeat(4000)]],
      })
    }
  })
})

describe('what is not content (RFC 9112 §7.1.1)', () => {
  const limits = { maxChunkExtensionBytes: Infinity }
  const chunkOf = (overhead: number): string => `1;${'e'.repeat(overhead - 6)}\r\nx\r\n`

  test('may be 16384 octets and 16 for each octet of content (RFC 9112 §7.1.1)', () => {
    for (const [overhead, code] of [
      [16_400 - 5, undefined],
      [16_400 - 4, 'ERR_CHUNK_OVERHEAD_TOO_LARGE'],
    ] as const) {
      const whole = decodeAll(decoderOf(limits), [latin1(chunkOf(overhead) + END)])
      expect(whole).toMatchObject({ content: 'x', complete: code === undefined })
      expect(whole.error?.code).toBe(code)
    }
  })

  test('is refused before the data of the chunk that goes beyond (RFC 9112 §7.1.1)', () => {
    const { content, error } = decodeAll(decoderOf(limits), [latin1(chunkOf(16_401))])
    expect(content).toBe('')
    expect(error?.code).toBe('ERR_CHUNK_OVERHEAD_TOO_LARGE')
    expect(error?.message).toContain('got 16401')
  })

  test('lets chunks of one octet pass, however many (RFC 9112 §7.1)', () => {
    const chunks = '1\r\nq\r\n'.repeat(20_000)
    const { content, complete } = decodeAll(decoderOf(), [latin1(chunks + END)])
    expect(content).toHaveLength(20_000)
    expect(complete).toBe(true)
  })
})

describe('what a decoder refuses or lets go', () => {
  test.each(['maxBodyBytes', 'maxChunkExtensionBytes', 'maxTrailerSectionBytes', 'maxFieldLines'])(
    'a %s that is none would be no limit',
    (name) => {
      expect(() => new ChunkedDecoder({ ...LIMITS, [name]: NaN })).toThrow(UsageError)
    },
  )

  test.each(['5', null, {}, true])('a limit of %o would be none', (value) => {
    const limits = { ...LIMITS, maxBodyBytes: value } as unknown as ChunkedLimits
    expect(() => new ChunkedDecoder(limits)).toThrow(UsageError)
  })

  test('its limits are copied: what becomes of the object later does not matter', () => {
    const limits = { ...LIMITS, maxBodyBytes: 1 }
    const decoder = new ChunkedDecoder(limits)
    limits.maxBodyBytes = 100
    expect(() => decoder.decode(latin1('2\r\nok'), 0, 5)).toThrow('at most 1 octets')
  })

  test.each(['keep', '__proto__', 'toString'])('no unfit trailer can be told to %s', (unfit) => {
    expect(() => new ChunkedDecoder(LIMITS, unfit as UnfitTrailers)).toThrow(
      'unfitTrailers: expected one of refuse, discard, discard-in-request',
    )
  })

  test('stays failed until the next body begins (RFC 9112 §7.1)', () => {
    const decoder = new ChunkedDecoder(LIMITS)
    decoder.begin()
    const decode = (text: string): number => decoder.decode(latin1(text), 0, text.length)
    expect(() => decode('1\r\naXX')).not.toThrow()
    expect(() => decode('XX')).toThrow('Chunk data: expected CR behind the data')
    expect(() => decode(END)).toThrow('Chunk data: expected CR behind the data')
    decoder.begin()
    expect(decode(END)).toBe(END.length)
    expect(decoder.complete).toBe(true)
  })

  test('does not blame the body for octets that its caller does not have', () => {
    const decoder = new ChunkedDecoder(LIMITS)
    decoder.begin()
    decoder.decode(latin1('0\r\n'), 0, 3)
    expect(() => decoder.decode(latin1('X-A: 1\r\n'), 0, 1000)).toThrow(UsageError)
    expect(decoder.decode(latin1('\r\n'), 0, 2)).toBe(2)
    expect(decoder.complete).toBe(true)
  })

  test('keeps no large trailer section in memory for the next body', () => {
    const decoder = new ChunkedDecoder({ ...LIMITS, maxTrailerSectionBytes: 8192 })
    for (let i = 0; i < 2; i++) {
      decoder.begin()
      const text = `0\r\nX-Long: ${'v'.repeat(4000)}\r\n\r\n`
      expect(decodeAll(decoder, cut(latin1(text), [10]))).toMatchObject({ content: '', rest: '' })
      expect(decoder.trailers?.get('x-long')).toHaveLength(4000)
      expect(decoder.heldBytes).toBe(0)
    }
  })
})
