import fc from 'fast-check'
import type { NaiveRequest } from './naive-reader.ts'
import { DICTIONARY, LINES } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const TCHAR = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz"
const text = (characters: string, maxLength: number, minLength = 0): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength, maxLength })

const token = text(TCHAR, 8, 1)
const method = fc.oneof(
  fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'DELETE'),
  text("!#$%&'*+-.^_`|~019AZ", 8, 1).filter((word) => word !== 'CONNECT'),
)
const pathCharacters = text("/?azAZ09-._~!$&'()*+,;=:@%|{}[]^`", 20)
const requestTarget = fc.oneof(
  pathCharacters.map((rest) => `/${rest}`),
  fc
    .tuple(
      fc.constantFrom('http', 'https', 'x+y'),
      fc.constantFrom('a', 'a:1', '[::1]:80', '1.2.3.4'),
    )
    .map(([scheme, authority]) => `${scheme}://${authority}/x?y`),
)
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

/** A request as octets are sent, one character an octet, and what it means. */
export interface SentRequest {
  readonly text: string
  readonly meaning: NaiveRequest
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
    waited: true,
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
  fc.constant({
    lines: '',
    waited: false,
    text: '',
    content: '',
    trailers: [] as readonly Field[],
  }),
  content.map((octets) => ({
    lines: `Content-Length: ${octets.length}\r\n`,
    waited: octets !== '',
    text: octets,
    content: octets,
    trailers: [] as readonly Field[],
  })),
  chunkedBody,
)

const pairs = (fields: readonly Field[]): (readonly [string, string])[] =>
  fields.map(({ name, value }) => [name, value] as const)

/** A request that is valid, in any of its forms. */
export const sentRequest: fc.Arbitrary<SentRequest> = fc
  .record({
    emptyLines: fc.nat(2),
    method,
    requestTarget,
    minor: fc.constantFrom('1', '2'),
    fields: fc.array(field, { maxLength: 5 }),
    option: fc.constantFrom(
      '',
      'Connection: close',
      'Connection: x, Close',
      'Expect: 100-Continue',
    ),
    body,
  })
  .map(({ emptyLines, method, requestTarget, minor, fields, option, body }) => {
    const lines = `${body.lines}${option && `${option}\r\n`}`
    const special = lines
      .split('\r\n')
      .slice(0, -1)
      .map((line) => line.split(': ') as [string, string])
    return {
      text: [
        '\r\n'.repeat(emptyLines),
        `${method} ${requestTarget} HTTP/1.${minor}\r\n`,
        `Host: a\r\n${lines}${fields.map(lineOf).join('')}\r\n${body.text}`,
      ].join(''),
      meaning: {
        method,
        requestTarget,
        httpVersion: '1.1',
        authority: /^[^/]+:\/\/([^/]+)/.exec(requestTarget)?.[1] ?? 'a',
        headers: [['Host', 'a'] as const, ...special, ...pairs(fields)],
        persistent: !option.startsWith('Connection'),
        expectsContinue: option.startsWith('Expect') && body.waited,
        body: body.content,
        trailers: pairs(body.trailers),
      },
    }
  })

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

/** Octets that are mostly none of a request, one character an octet. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(anyOctet, fc.constantFrom(...DICTIONARY), fc.constantFrom(...LINES)), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''))
