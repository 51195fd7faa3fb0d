import fc from 'fast-check'
import type { NaiveResponse } from './naive-reader.ts'
import { DICTIONARY, LINES } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const TCHAR = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz"
const text = (characters: string, maxLength: number, minLength = 0): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength, maxLength })

const token = text(TCHAR, 8, 1)
const whitespace = text(' \t', 3)
const visible = Array.from({ length: 256 }, (_, octet) => octet)
  .filter((octet) => (octet > 0x20 && octet < 0x7f) || octet > 0x7f)
  .map((octet) => String.fromCharCode(octet))
  .join('')
const fieldValue = fc.oneof(
  text(visible, 20),
  fc.tuple(text(visible, 9, 1), whitespace, text(visible, 9, 1)).map((parts) => parts.join('')),
)
const fieldName = token.map((name) => `X-${name}`)
const content = fc
  .string({ unit: 'binary', maxLength: 40 })
  .map((any) => any.replace(/[^\0-\xff]/gu, '?'))
const extension = fc.oneof(
  fc.constant(''),
  fc.tuple(whitespace, whitespace, token).map(([a, b, name]) => `${a};${b}${name}`),
  fc
    .tuple(token, whitespace, token)
    .map(([name, space, value]) => `;${name}${space}=${space}${value}`),
  fc.tuple(token, text('a;= \t\x80,', 8)).map(([name, value]) => `;${name}="${value}\\""`),
)

interface Field {
  readonly name: string
  readonly value: string
  readonly before: string
  readonly after: string
}

const field: fc.Arbitrary<Field> = fc.record({
  name: fieldName,
  value: fieldValue,
  before: whitespace,
  after: whitespace,
})
const lineOf = ({ name, value, before, after }: Field): string =>
  `${name}:${before}${value}${after}\r\n`

/** A response as octets are sent, one character an octet, and what it means. */
export interface SentResponse {
  readonly text: string
  readonly meaning: NaiveResponse
}

const chunkedBody = fc
  .tuple(
    fc.array(
      fc.tuple(
        content.filter((octets) => octets !== ''),
        extension,
        fc.boolean(),
      ),
      { maxLength: 4 },
    ),
    extension,
    fc.array(field, { maxLength: 2 }),
  )
  .map(([chunks, lastExtension, trailers]) => ({
    lines: 'Transfer-Encoding: chunked\r\n',
    text: `${chunks
      .map(([chunk, ext, upper]) => {
        const size = chunk.length.toString(16)
        return `${upper ? size.toUpperCase() : `00${size}`}${ext}\r\n${chunk}\r\n`
      })
      .join('')}0${lastExtension}\r\n${trailers.map(lineOf).join('')}\r\n`,
    content: chunks.map(([chunk]) => chunk).join(''),
    trailers,
  }))

const body = fc.oneof(
  content.map((octets) => ({
    lines: `Content-Length: ${octets.length}\r\n`,
    text: octets,
    content: octets,
    trailers: [] as readonly Field[],
  })),
  chunkedBody,
)

const pairs = (fields: readonly Field[]): (readonly [string, string])[] =>
  fields.map(({ name, value }) => [name, value] as const)

const statusLine = fc.record({
  minor: fc.constantFrom('1', '2'),
  statusCode: fc.constantFrom(200, 201, 205, 206, 301, 404, 500, 599, 999),
  reasonPhrase: text(`${visible} \t`, 12),
})

const interim = fc
  .tuple(fc.constantFrom(100, 102, 103, 199), fc.array(field, { maxLength: 2 }))
  .map(([statusCode, fields]) => ({
    text: `HTTP/1.1 ${statusCode} \r\n${fields.map(lineOf).join('')}\r\n`,
    statusCode,
  }))

/** A response to GET that is valid, in any of its forms but the one that ends with the connection. */
export const sentResponse: fc.Arbitrary<SentResponse> = fc
  .record({
    interims: fc.array(interim, { maxLength: 2 }),
    statusLine,
    fields: fc.array(field, { maxLength: 5 }),
    body,
  })
  .map(({ interims, statusLine: { minor, statusCode, reasonPhrase }, fields, body }) => ({
    text: [
      ...interims.map((response) => response.text),
      `HTTP/1.${minor} ${statusCode} ${reasonPhrase}\r\n`,
      `${body.lines}${fields.map(lineOf).join('')}\r\n${body.text}`,
    ].join(''),
    meaning: {
      interim: interims.map((response) => response.statusCode),
      httpVersion: '1.1',
      statusCode,
      reasonPhrase,
      headers: [body.lines.slice(0, -2).split(': ') as [string, string], ...pairs(fields)],
      body: body.content,
      trailers: pairs(body.trailers),
    },
  }))

const place = fc.nat(2 ** 20)
const anyOctet = fc.nat(255).map((octet) => String.fromCharCode(octet))

/** One change to a text. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('replace' as const, 'insert' as const),
    at: place,
    text: fc.oneof(anyOctet, fc.constantFrom(...DICTIONARY)),
  }),
  fc.record({
    kind: fc.constantFrom('delete' as const, 'repeat' as const),
    at: place,
    count: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('line' as const), at: place, text: fc.constantFrom(...LINES) }),
  fc.record({
    kind: fc.constant('lineEnd' as const),
    at: place,
    text: fc.constantFrom('\n', '\r', '\r\r\n', ' \r\n', ''),
  }),
)

/** Octets that are mostly none of a response, one character an octet. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(anyOctet, fc.constantFrom(...DICTIONARY), fc.constantFrom(...LINES)), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''))
