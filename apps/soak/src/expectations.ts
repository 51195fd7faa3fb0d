import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { expectSame, Failure, show } from './failure.ts'
import { valuesOf } from './response-reader.ts'
import type { Answer, AnswerFraming, FieldLine } from './response-reader.ts'

// RFC 9110 §5.6.7: the one form that may be sent.
const IMF_FIXDATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/

/** Status, framing, and what every answer of an origin server has (RFC 9110 §6.6.1). */
export function expectAnswer(answer: Answer, statusCode: number, framing?: AnswerFraming): void {
  expectSame('status code', answer.statusCode, statusCode)
  if (framing !== undefined) expectSame('framing', answer.framing, framing)
  const dates = valuesOf(answer.fields, 'date')
  expectSame('Date lines', dates.length, 1)
  expectSame(`Date ${show(dates[0])} in its form`, IMF_FIXDATE.test(dates[0] ?? ''), true)
}

/** Whether the answer says that the connection ends with it (RFC 9112 §9.3, §9.6). */
export function saysClose(answer: Answer): boolean {
  const options = valuesOf(answer.fields, 'connection').join(',').toLowerCase()
  return options.split(',').some((option) => option.trim() === 'close')
}

/** A refusal says that it is the last answer. */
export function expectRefusal(answer: Answer, statusCode: number): void {
  expectAnswer(answer, statusCode, 'length')
  expectSame('Connection: close', saysClose(answer), true)
  expectSame('text of the refusal', answer.body.length > 0, true)
}

/** The body, octet by octet. */
export function expectBody(answer: Answer, expected: Buffer): void {
  if (answer.body.equals(expected)) return
  throw new Failure(
    `body: expected ${expected.length} octets that begin ${show(expected.toString('latin1', 0, 32))}, ` +
      `got ${answer.body.length} that begin ${show(answer.body.toString('latin1', 0, 32))}`,
  )
}

/** The first value of a field. */
export function expectField(answer: Answer, name: string, expected: string): void {
  expectSame(name, valuesOf(answer.fields, name).join(', '), expected)
}

/** The trailers by which the proxy vouches for what it passed on. */
export function expectProxyTrailers({ body, trailers }: Answer): void {
  expectSame('X-Content-SHA256', valuesOf(trailers, 'x-content-sha256').join(), sha256(body))
  expectSame('X-Content-Length', valuesOf(trailers, 'x-content-length').join(), String(body.length))
}

/** What /echo should have seen. */
export interface ExpectedEcho {
  readonly method: string
  readonly target: string
  readonly body?: Buffer
  readonly field?: FieldLine
  readonly trailers?: readonly FieldLine[]
}

/** The answer of /echo, which is JSON. */
export function expectEcho(answer: Answer, expected: ExpectedEcho): void {
  const { method, target, body = Buffer.alloc(0), field, trailers = [] } = expected
  expectAnswer(answer, 200, 'length')
  expectField(answer, 'content-type', 'application/json')
  const echo = readJson(answer.body)
  expectValue('method', property(echo, 'method'), method)
  expectValue('target', property(echo, 'target'), target)
  const echoedBody = property(echo, 'body')
  expectValue('size', property(echoedBody, 'size'), body.length)
  expectValue('sha256', property(echoedBody, 'sha256'), sha256(body))
  expectValue('trailers', property(echo, 'trailers'), trailers)
  if (field === undefined) return
  const headers = property(echo, 'headers')
  const found = Array.isArray(headers) && headers.some((line) => isDeepStrictEqual(line, field))
  expectSame(`field line ${show(field)}`, found, true)
}

/** JSON, or a failure. */
export function readJson(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString('utf8'))
  } catch {
    throw new Failure(`expected JSON, got ${show(octets.toString('latin1', 0, 64))}`)
  }
}

/** A property of what JSON gave; undefined where there is none. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** @throws Failure unless both are the same JSON */
export function expectValue(what: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Failure(`${what}: expected ${show(expected)}, got ${show(actual)}`)
  }
}

function sha256(octets: Buffer): string {
  return createHash('sha256').update(octets).digest('hex')
}
