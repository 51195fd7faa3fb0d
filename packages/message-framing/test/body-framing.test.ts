import { Headers, ProtocolError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import {
  FRAMING_FAULTS,
  parseContentLength,
  requestBodyFraming,
  responseBodyFraming,
} from '../src/index.ts'
import type {
  BodyFraming,
  FramingFaultCode,
  HttpVersion,
  ResponseBodyFraming,
} from '../src/index.ts'

interface Row {
  readonly title: string
  /** Values of Transfer-Encoding, a line each. */
  readonly codings?: readonly string[]
  /** Values of Content-Length, a line each. */
  readonly lengths?: readonly string[]
  readonly httpVersion?: HttpVersion
  readonly framing?: BodyFraming
  readonly error?: FramingFaultCode
}

const ROWS: readonly Row[] = [
  {
    title: 'rule 3: refuses both Transfer-Encoding and Content-Length (RFC 9112 §6.3)',
    codings: ['chunked'],
    lengths: ['5'],
    error: 'ERR_FRAMING_CONFLICT',
  },
  {
    title: 'rule 3: refuses both when the length is 0 or none (RFC 9112 §6.3)',
    codings: ['chunked'],
    lengths: ['0', 'x'],
    error: 'ERR_FRAMING_CONFLICT',
  },
  {
    title: 'rule 3: refuses both in HTTP/1.0 too (RFC 9112 §6.3)',
    codings: ['chunked'],
    lengths: ['5'],
    httpVersion: '1.0',
    error: 'ERR_FRAMING_CONFLICT',
  },
  ...['chunked', 'gzip', ''].map((coding): Row => ({
    title: `refuses Transfer-Encoding: ${JSON.stringify(coding)} in HTTP/1.0 (RFC 9112 §6.1)`,
    codings: [coding],
    httpVersion: '1.0',
    error: 'ERR_TRANSFER_ENCODING',
  })),
  ...[['chunked'], ['CHUNKED']].map((codings): Row => ({
    title: `rule 4: frames by ${JSON.stringify(codings)} (RFC 9112 §6.3)`,
    codings,
    framing: { kind: 'chunked' },
  })),
  ...[
    [''],
    ['identity'],
    ['gzip'],
    ['chunked, gzip'],
    ['chunked', 'identity'],
    ['chunked, chunked'],
    ['chunked', 'chunked'],
    ['gzip, chunked, chunked'],
    ['xchunked'],
    [',chunked,'],
    ['', 'chunked'],
    ['chunked', ','],
    ['chunked;q=1'],
    ['"chunked"'],
    ['"gzip, chunked'],
    ['chunked\u00e9'],
  ].map((codings): Row => ({
    title: `rule 4: refuses ${JSON.stringify(codings)}, where chunked is not once and last (RFC 9112 §6.3)`,
    codings,
    error: 'ERR_TRANSFER_ENCODING',
  })),
  ...[['gzip, chunked'], ['gzip', 'chunked'], ['identity,CHUNKED'], ['x;a="b,c", chunked']].map(
    (codings): Row => ({
      title: `rule 4: answers 501 to a coding that is unknown in ${JSON.stringify(codings)} (RFC 9112 §6.1)`,
      codings,
      error: 'ERR_TRANSFER_CODING_UNKNOWN',
    }),
  ),
  ...[['x'], [''], ['5, 5'], ['5', '5'], ['5', '6'], ['5', ''], ['-1'], ['9007199254740992']].map(
    (lengths): Row => ({
      title: `rule 5: refuses the length ${JSON.stringify(lengths)} (RFC 9112 §6.3)`,
      lengths,
      error: 'ERR_CONTENT_LENGTH',
    }),
  ),
  ...(['1.0', '1.1'] as const).flatMap((httpVersion): Row[] => [
    {
      title: `rule 6: frames by the length in HTTP/${httpVersion} (RFC 9112 §6.3)`,
      lengths: ['5'],
      httpVersion,
      framing: { kind: 'length', length: 5 },
    },
    {
      title: `rule 7: finds no body where neither is sent in HTTP/${httpVersion} (RFC 9112 §6.3)`,
      httpVersion,
      framing: { kind: 'none' },
    },
  ]),
  {
    title: 'rule 6: frames by a length of 0 (RFC 9112 §6.3)',
    lengths: ['0'],
    framing: { kind: 'length', length: 0 },
  },
]

describe('the length of a request’s body (RFC 9112 §6.3)', () => {
  for (const { title, codings = [], lengths = [], httpVersion = '1.1', framing, error } of ROWS) {
    test(title, () => {
      const headers = new Headers([
        ['Host', 'a'],
        ...lengths.map((value) => ['Content-Length', value.trim()] as const),
        ...codings.map((value) => ['Transfer-Encoding', value.trim()] as const),
      ])
      if (framing !== undefined) {
        expect(requestBodyFraming(headers, httpVersion)).toEqual(framing)
        return
      }
      try {
        requestBodyFraming(headers, httpVersion)
        expect.unreachable('nothing thrown')
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ProtocolError)
        const fault = error === undefined ? undefined : FRAMING_FAULTS[error]
        expect(thrown).toMatchObject({ code: error, status: fault?.status, hint: fault?.hint })
      }
    })
  }

  test('says where the field stands that is wrong', () => {
    const headers = new Headers()
    const section = Buffer.from('Content-Length: x\r\n', 'latin1')
    headers.parse(section)
    expect(() => requestBodyFraming(headers, '1.1')).toThrow(
      'Content-Length: expected one decimal number up to 9007199254740991, got "x" at octet 0',
    )
  })

  test('shows 32 characters of a value at most', () => {
    const headers = new Headers([['Content-Length', 'x'.repeat(100)]])
    expect(() => requestBodyFraming(headers, '1.1')).toThrow(`got "${'x'.repeat(32)}"… at`)
  })
})

interface ResponseRow {
  readonly title: string
  readonly requestMethod?: string
  readonly statusCode?: number
  readonly httpVersion?: HttpVersion
  readonly fields?: readonly (readonly [name: string, value: string])[]
  readonly framing?: ResponseBodyFraming['kind']
  readonly error?: FramingFaultCode
}

const LENGTH = ['Content-Length', '5'] as const
const codings = (...values: readonly string[]): (readonly [string, string])[] =>
  values.map((value) => ['Transfer-Encoding', value] as const)
const ALL_SORTS = [
  [],
  [LENGTH],
  codings('chunked'),
  [LENGTH, ...codings('x')],
  [['Content-Length', 'x']],
] as const

const RESPONSE_ROWS: readonly ResponseRow[] = [
  ...ALL_SORTS.flatMap((fields): ResponseRow[] => [
    {
      title: `rule 1: finds no body in a response to HEAD with ${JSON.stringify(fields)}`,
      requestMethod: 'HEAD',
      fields,
      framing: 'none',
    },
    ...[100, 101, 103, 199, 204, 304].map((statusCode): ResponseRow => ({
      title: `rule 1: finds no body with ${statusCode} and ${JSON.stringify(fields)}`,
      statusCode,
      fields,
      framing: 'none',
    })),
    ...[200, 201, 299].map((statusCode): ResponseRow => ({
      title: `rule 2: finds no body with ${statusCode} to CONNECT and ${JSON.stringify(fields)}`,
      requestMethod: 'CONNECT',
      statusCode,
      fields,
      framing: 'none',
    })),
  ]),
  {
    title: 'rule 2: frames a refused CONNECT as any response',
    requestMethod: 'CONNECT',
    statusCode: 300,
    fields: [LENGTH],
    framing: 'length',
  },
  {
    title: 'rule 3: refuses both Transfer-Encoding and Content-Length',
    fields: [LENGTH, ...codings('chunked')],
    error: 'ERR_FRAMING_CONFLICT',
  },
  {
    title: 'refuses Transfer-Encoding in HTTP/1.0',
    httpVersion: '1.0',
    fields: codings('chunked'),
    error: 'ERR_TRANSFER_ENCODING',
  },
  ...[['chunked'], ['CHUNKED']].map((values): ResponseRow => ({
    title: `rule 4: frames by ${JSON.stringify(values)}`,
    fields: codings(...values),
    framing: 'chunked',
  })),
  ...[[''], ['identity'], ['gzip'], ['chunked, gzip'], ['chunked', 'identity'], ['xchunked']].map(
    (values): ResponseRow => ({
      title: `rule 4: leaves the body to the end of the connection by ${JSON.stringify(values)}`,
      fields: codings(...values),
      framing: 'close-delimited',
    }),
  ),
  ...[['chunked,'], ['', 'chunked']].map((values): ResponseRow => ({
    title: `rule 4: refuses ${JSON.stringify(values)}, a list with nothing in it`,
    fields: codings(...values),
    error: 'ERR_TRANSFER_ENCODING',
  })),
  {
    title: 'rule 4: refuses chunked twice',
    fields: codings('chunked, chunked'),
    error: 'ERR_TRANSFER_ENCODING',
  },
  {
    title: 'rule 4: refuses a coding that is unknown before chunked',
    fields: codings('gzip', 'chunked'),
    error: 'ERR_TRANSFER_CODING_UNKNOWN',
  },
  ...['x', '', '5, 5', '-1'].map((value): ResponseRow => ({
    title: `rule 5: refuses the length ${JSON.stringify(value)}`,
    fields: [['Content-Length', value]],
    error: 'ERR_CONTENT_LENGTH',
  })),
  ...(['1.0', '1.1'] as const).flatMap((httpVersion): ResponseRow[] => [
    {
      title: `rule 6: frames by the length in HTTP/${httpVersion}`,
      httpVersion,
      fields: [LENGTH],
      framing: 'length',
    },
    {
      title: `rule 8: leaves the body to the end of the connection in HTTP/${httpVersion}`,
      httpVersion,
      framing: 'close-delimited',
    },
  ]),
  {
    title: 'rule 6: frames 205 by its length',
    statusCode: 205,
    fields: [LENGTH],
    framing: 'length',
  },
]

describe('the length of a response’s body (RFC 9112 §6.3)', () => {
  for (const row of RESPONSE_ROWS) {
    const { requestMethod = 'GET', statusCode = 200, httpVersion = '1.1', fields, error } = row
    test(`${row.title} (RFC 9112 §6.3)`, () => {
      const headers = new Headers(fields)
      const framing = (): ResponseBodyFraming =>
        responseBodyFraming(headers, httpVersion, statusCode, requestMethod)
      if (error === undefined) {
        expect(framing().kind).toBe(row.framing)
        return
      }
      let thrown: unknown
      try {
        framing()
      } catch (caught) {
        thrown = caught
      }
      expect(thrown).toBeInstanceOf(ProtocolError)
      expect(thrown).toMatchObject({ code: error, status: FRAMING_FAULTS[error].status })
    })
  }
})

describe('parseContentLength (RFC 9110 §8.6)', () => {
  for (const [value, length] of [
    ['0', 0],
    ['5', 5],
    ['00005', 5],
    ['4294967301', 4_294_967_301],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['0'.repeat(400), 0],
    ['9007199254740992', undefined],
    ['18446744073709551621', undefined],
    ['9'.repeat(400), undefined],
    ...['', ' 5', '5 ', '5 5', '+5', '-5', '-0', '0x5', '5.0', '5e0', '5n', '5_0', '5,5', '5, 5'],
    ...['NaN', 'Infinity', '٥', '\u00b2', '５', '5\n', '\t5', ','],
  ].map((row) => (typeof row === 'string' ? ([row, undefined] as const) : row))) {
    const shown = JSON.stringify(String(value).slice(0, 30))
    test(`reads ${shown} as ${length === undefined ? 'no length' : length} (RFC 9110 §8.6)`, () => {
      expect(parseContentLength(String(value))).toBe(length)
    })
  }
})
