import { Headers } from '@rawhttp/headers'
import { ResponseWriter } from '@rawhttp/response-writer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALL_CASES } from './cases/all.ts'
import { LENIENT_RULES, ResponseParser } from '../src/index.ts'
import type { LenientRule, ResponseLimits, ResponseParserOptions } from '../src/index.ts'
import { anyText, mutation, sentResponse } from './support/arbitraries.ts'
import { cutAtRandom, wholeLog } from './support/deliveries.ts'
import { readLog } from './support/event-log.ts'
import type { Conversation } from './support/event-log.ts'
import { mutate } from './support/mutation.ts'
import { readNaively } from './support/naive-reader.ts'
import { latin1, latin1Text } from './support/octets.ts'
import { Random } from './support/random.ts'
import { endsAtLimit, readingOf } from './support/responses-of.ts'
import { expectSameInEveryDelivery } from './support/test-cases.ts'

const RUNS = { seed: 9112, numRuns: 400 }
const RULES = Object.keys(LENIENT_RULES) as LenientRule[]

const corpus = ALL_CASES.filter(({ octets }) => octets.length < 500).map(({ octets }) =>
  latin1Text(octets),
)
const sent = fc.oneof(
  sentResponse.map(({ text }) => text),
  fc.tuple(sentResponse, sentResponse).map(([first, second]) => first.text + second.text),
  fc.constantFrom(...corpus),
)
const mutated = fc
  .tuple(sent, fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([text, mutations]) => mutations.reduce(mutate, text))

const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'CONNECT')
const methodsOf = (one: string): string[] => Array.from({ length: 200 }, () => one)
const lenient = fc.subarray(RULES)
const limit = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most })
const smallLimits: fc.Arbitrary<ResponseLimits> = fc.record({
  initialBufferBytes: limit(64),
  maxStatusLineBytes: limit(40),
  maxHeaderSectionBytes: limit(120),
  maxFieldLines: limit(6),
  maxInterimResponses: fc.nat(2),
  maxChunkExtensionBytes: limit(20),
  maxTrailerSectionBytes: limit(40),
  maxBodyBytes: fc.nat(60),
})

function checkDeliveries(
  text: string,
  one: string,
  end: boolean,
  seed: number,
  options: ResponseParserOptions,
): void {
  const conversation: Conversation = { methods: methodsOf(one), end, options }
  const octets = latin1(text)
  expectSameInEveryDelivery(conversation, octets, wholeLog(conversation, octets), seed)
}

describe('whatever is sent', () => {
  test('reads what was sent (RFC 9112 §2.1)', () => {
    fc.assert(
      fc.property(
        fc.array(sentResponse, { minLength: 1, maxLength: 4 }),
        lenient,
        (responses, rules) => {
          const text = responses.map((response) => response.text).join('')
          const log = wholeLog({ end: true, options: { lenient: rules } }, latin1(text))
          expect(readingOf(log)).toEqual({
            responses: responses.map(({ meaning }) => meaning),
            clean: true,
          })
        },
      ),
      RUNS,
    )
  })

  test('is read the same in whatever pieces it comes (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(
        fc.oneof(sent, mutated, anyText),
        method,
        fc.boolean(),
        fc.nat(),
        (text, one, end, seed) => checkDeliveries(text, one, end, seed, {}),
      ),
      { ...RUNS, numRuns: 250 },
    )
  })

  test('is read the same in whatever pieces it comes, whatever is let pass (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(
        fc.oneof(sent, mutated, mutated, anyText),
        method,
        fc.boolean(),
        fc.nat(),
        lenient,
        (text, one, end, seed, rules) => checkDeliveries(text, one, end, seed, { lenient: rules }),
      ),
      { ...RUNS, numRuns: 250 },
    )
  })

  test('meets the same limit in whatever pieces it comes (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(
        fc.oneof(sent, mutated),
        method,
        fc.nat(),
        smallLimits,
        lenient,
        (text, one, seed, limits, rules) =>
          checkDeliveries(text, one, seed % 2 === 0, seed, { ...limits, lenient: rules }),
      ),
      { ...RUNS, numRuns: 250 },
    )
  })

  test('is read or refused with a ProtocolError, and nothing else (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), lenient, (octets, seed, rules) => {
        // readLog throws what is no ProtocolError.
        const pieces = cutAtRandom(octets, new Random(seed))
        const log = readLog({ end: true, options: { lenient: rules } }, pieces, 'when asked')
        expect(log.at(-1)?.event).toMatch(/Error|Waiting/)
      }),
      RUNS,
    )
  })

  test('is accepted when, and only when, a simple reader of the grammar accepts it (RFC 9112 §11.1)', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, mutated, anyText), method, (text, one) => {
        const log = wholeLog({ methods: methodsOf(one), end: true }, latin1(text))
        if (!endsAtLimit(log)) expect(readingOf(log)).toEqual(readNaively(text, one))
      }),
      { ...RUNS, numRuns: 4000 },
    )
  })

  test('is read with every rule on as it is read strictly, when it is in order (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(fc.oneof(sent, mutated), method, (text, one) => {
        const conversation = { methods: methodsOf(one), end: true }
        const strict = wholeLog(conversation, latin1(text))
        const log = wholeLog({ ...conversation, options: { lenient: RULES } }, latin1(text))
        // What the strict parser accepted is the same; only where it refused may the other go on.
        const whole = strict.at(-1)?.event === 'Error' ? strict.slice(0, -1) : strict
        expect(log.slice(0, whole.length)).toEqual(whole)
      }),
      { ...RUNS, numRuns: 1500 },
    )
  })

  test('takes no more memory than its limits and the last piece (RFC 9112 §2.2)', () => {
    fc.assert(
      fc.property(
        fc.oneof(sent, mutated),
        fc.nat(),
        smallLimits,
        lenient,
        (text, seed, limits, rules) => {
          const parser = new ResponseParser('GET', { ...limits, lenient: rules })
          const head = limits.maxStatusLineBytes + limits.maxHeaderSectionBytes
          const most = Math.max(head, limits.maxTrailerSectionBytes)
          for (const piece of cutAtRandom(latin1(text), new Random(seed))) {
            parser.push(piece)
            try {
              for (let event = parser.next(); event !== null; event = parser.next()) {
                if (event === 'End') {
                  if (parser.state === 'Switched') return
                  parser.startNextMessage('GET')
                }
              }
            } catch {
              return
            }
            expect(parser.heldBytes).toBeLessThanOrEqual(most)
          }
        },
      ),
      RUNS,
    )
  })
})

describe('every row of the tables', () => {
  test('is accepted when, and only when, a simple reader of the grammar accepts it (RFC 9112 §11.1)', () => {
    for (const { title, octets, methods = ['GET'] } of ALL_CASES) {
      if (new Set(methods).size > 1) continue
      const log = wholeLog({ methods: methodsOf(methods[0]), end: true }, octets)
      if (!endsAtLimit(log)) {
        expect(readingOf(log), title).toEqual(readNaively(latin1Text(octets), methods[0]))
      }
    }
  })
})

const field = fc.tuple(
  fc.stringMatching(/^X-[a-zA-Z0-9]{1,8}$/),
  fc.stringMatching(/^([!-~\x80-\xff]([\t -~\x80-\xff]{0,8}[!-~\x80-\xff])?)?$/),
)
const written = fc.record({
  requestMethod: fc.constantFrom('GET', 'HEAD', 'POST'),
  httpVersion: fc.constantFrom('1.0' as const, '1.1' as const),
  statusCode: fc.constantFrom(200, 201, 204, 304, 404, 500),
  fields: fc.array(field, { maxLength: 4 }),
  interim: fc.array(fc.constantFrom(100, 102, 103), { maxLength: 2 }),
  content: fc.uint8Array({ maxLength: 60 }),
  manner: fc.constantFrom('whole', 'chunked'),
  trailers: fc.array(field, { maxLength: 2 }),
})

describe('what @rawhttp/response-writer writes', () => {
  test('is read back as it was written (RFC 9112 §6.3)', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 3 }), fc.nat(), (given, seed) => {
        // A response whose body ends with the connection is the last one.
        const last = given.findIndex(
          ({ httpVersion, manner }) => httpVersion === '1.0' && manner === 'chunked',
        )
        const responses = last === -1 ? given : given.slice(0, last + 1)
        const pieces: Uint8Array[] = []
        for (const response of responses) {
          write((octets) => void pieces.push(octets.slice()), response)
        }
        const octets = Buffer.concat(pieces)
        const log = readLog(
          { methods: responses.map(({ requestMethod }) => requestMethod), end: true },
          cutAtRandom(octets, new Random(seed)),
          'when asked',
        )
        expect(readingOf(log)).toMatchObject({ responses: responses.map(expected), clean: true })
      }),
      RUNS,
    )
  })
})

type Written = typeof written extends fc.Arbitrary<infer Value> ? Value : never

const hasContent = ({ statusCode, requestMethod }: Written): boolean =>
  statusCode !== 204 && statusCode !== 304 && requestMethod !== 'HEAD'

function write(send: (octets: Uint8Array) => void, response: Written): void {
  const { requestMethod, httpVersion, statusCode, fields, manner, content, trailers } = response
  const allowed = statusCode !== 204 && statusCode !== 304
  const writer = new ResponseWriter({ write: send }, { requestMethod, httpVersion, date: null })
  for (const code of response.interim) writer.writeInformational(code)
  if (manner === 'whole') {
    writer.respond(statusCode, allowed ? content : '', new Headers(fields))
    return
  }
  writer.writeStatusLine(statusCode, 'As written')
  const headers = new Headers(fields)
  if (allowed) headers.set('Transfer-Encoding', 'chunked')
  if (allowed && trailers.length > 0) headers.set('Trailer', 'X')
  writer.writeHeaders(headers)
  if (allowed) {
    for (let i = 0; i < content.length; i += 16) writer.writeChunkedBody(content.slice(i, i + 16))
    writer.writeChunkedBodyDone()
    if (writer.state === 'AwaitingTrailers') writer.writeTrailers(new Headers(trailers))
  }
}

function expected(response: Written): object {
  const { httpVersion, statusCode, content, interim, manner, trailers } = response
  const trailing = manner === 'chunked' && hasContent(response) && httpVersion === '1.1'
  return {
    httpVersion: '1.1',
    statusCode,
    interim: httpVersion === '1.1' ? interim : [],
    body: hasContent(response) ? latin1Text(content) : '',
    trailers: trailing ? trailers : [],
  }
}
