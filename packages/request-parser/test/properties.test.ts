import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALL_CASES } from './cases/all.ts'
import { RequestParser } from '../src/index.ts'
import type { ParserLimits } from '../src/index.ts'
import { anyText, mutation, sentRequest } from './support/arbitraries.ts'
import { cutAtRandom, deliveries, wholeLog } from './support/deliveries.ts'
import { disturbed } from './support/disturbed-parser.ts'
import { readLog } from './support/event-log.ts'
import { mutate } from './support/mutation.ts'
import { readNaively } from './support/naive-reader.ts'
import { latin1, latin1Text } from './support/octets.ts'
import { Random } from './support/random.ts'
import { endsAtLimit, readingOf } from './support/requests-of.ts'

const RUNS = { seed: 9112, numRuns: 400 }

const corpus = ALL_CASES.filter(({ octets }) => octets.length < 500).map(({ octets }) =>
  latin1Text(octets),
)
const sent = fc.oneof(
  sentRequest.map(({ text }) => text),
  fc.tuple(sentRequest, sentRequest).map(([first, second]) => first.text + second.text),
  fc.constantFrom(...corpus),
)
const mutated = fc
  .tuple(sent, fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([text, mutations]) => mutations.reduce(mutate, text))

const limit = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most })
const smallLimits: fc.Arbitrary<ParserLimits> = fc.record({
  initialBufferBytes: limit(64),
  maxRequestLineBytes: limit(60),
  maxHeaderSectionBytes: limit(120),
  maxFieldLines: limit(6),
  maxChunkExtensionBytes: limit(20),
  maxTrailerSectionBytes: limit(40),
  maxBodyBytes: fc.nat(60),
})

describe('whatever is sent', () => {
  test('reads what was sent (RFC 9112 §2.1)', () => {
    fc.assert(
      fc.property(fc.array(sentRequest, { minLength: 1, maxLength: 4 }), (requests) => {
        const text = requests.map((request) => request.text).join('')
        const log = wholeLog(new RequestParser(), latin1(text), true)
        expect(readingOf(log)).toEqual({
          requests: requests.map(({ meaning }) => meaning),
          clean: true,
        })
      }),
      RUNS,
    )
  })

  test('is read the same in whatever pieces it comes (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(fc.oneof(sent, mutated, anyText), fc.boolean(), fc.nat(), (text, end, seed) => {
        expectSameInEveryDelivery(text, end, seed, undefined)
      }),
      { ...RUNS, numRuns: 150 },
    )
  })

  test('is read the same when other parsers read in between (RFC 9112 §2.2)', () => {
    const Disturbed = disturbed(RequestParser)
    fc.assert(
      fc.property(fc.oneof(sent, mutated), fc.nat(), (text, seed) => {
        const octets = latin1(text)
        const log = wholeLog(new RequestParser(), octets)
        for (const manner of ['when asked', 'at once', 'also when Done'] as const) {
          const pieces = cutAtRandom(octets, new Random(seed))
          expect(readLog(new Disturbed(), pieces, false, manner)).toEqual(log)
        }
        expect(wholeLog(new Disturbed(), octets)).toEqual(log)
      }),
      RUNS,
    )
  })

  test('meets the same limit in whatever pieces it comes (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(
        fc.oneof(sent, mutated),
        fc.boolean(),
        fc.nat(),
        smallLimits,
        (text, end, seed, limits) => expectSameInEveryDelivery(text, end, seed, limits),
      ),
      { ...RUNS, numRuns: 250 },
    )
  })

  test('is read or refused with a ProtocolError, and nothing else (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (octets, seed) => {
        // readLog throws what is no ProtocolError.
        const log = readLog(
          new RequestParser(),
          cutAtRandom(octets, new Random(seed)),
          true,
          'when asked',
        )
        expect(log.at(-1)?.event).toMatch(/Error|Waiting/)
      }),
      RUNS,
    )
  })

  test('is accepted when, and only when, a simple reader of the grammar accepts it (RFC 9112 §11.2)', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, mutated, anyText), (text) => {
        const log = wholeLog(new RequestParser(), latin1(text), true)
        if (!endsAtLimit(log)) expect(readingOf(log)).toEqual(readNaively(text))
      }),
      { ...RUNS, numRuns: 4000 },
    )
  })

  test('takes no more memory than its limits and the last piece (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(fc.oneof(sent, mutated), fc.nat(), smallLimits, (text, seed, limits) => {
        const parser = new RequestParser(limits)
        const head = limits.maxRequestLineBytes + limits.maxHeaderSectionBytes
        const most = Math.max(head, limits.maxTrailerSectionBytes)
        for (const piece of cutAtRandom(latin1(text), new Random(seed))) {
          parser.push(piece)
          try {
            for (let event = parser.next(); event !== null; event = parser.next()) {
              if (event === 'End') parser.startNextMessage()
            }
          } catch {
            return
          }
          expect(parser.heldBytes).toBeLessThanOrEqual(most)
        }
      }),
      RUNS,
    )
  })
})

describe('every row of the tables', () => {
  test('is accepted when, and only when, a simple reader of the grammar accepts it (RFC 9112 §11.2)', () => {
    for (const { title, octets } of ALL_CASES) {
      const log = wholeLog(new RequestParser(), octets, true)
      if (!endsAtLimit(log)) expect(readingOf(log), title).toEqual(readNaively(latin1Text(octets)))
    }
  })
})

function expectSameInEveryDelivery(
  text: string,
  end: boolean,
  seed: number,
  limits: ParserLimits | undefined,
): void {
  const octets = latin1(text)
  const log = wholeLog(new RequestParser(limits), octets, end)
  const wanted = JSON.stringify(log)
  for (const { title, pieces, manner } of deliveries(octets, seed)) {
    const delivered = readLog(new RequestParser(limits), pieces, end, manner)
    if (JSON.stringify(delivered) !== wanted) expect(delivered, title).toEqual(log)
  }
}
