import { Headers } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import { readQuery } from '../target.ts'
import type { Target } from '../target.ts'

type Values = Record<string, string | readonly string[]>

/** A request as httpbin describes it. */
export interface Description {
  readonly args: Values
  readonly headers: Record<string, string>
  readonly origin: string
  readonly url: string
}

/** As Description, with the body. */
export interface BodyDescription extends Description {
  readonly method: string
  // The names are httpbin's.
  // oxlint-disable-next-line id-denylist
  readonly data: string
  readonly form: Values
  readonly json: unknown
}

/** What the head says. */
export function describe(request: IncomingRequest, { path, query }: Target): Description {
  const host = request.headers.get('host') ?? ''
  return {
    args: unwrapSingle(readQuery(query)),
    headers: fieldValues(request.headers),
    origin: request.remoteAddress,
    url: `http://${host}${path}${query === '' ? '' : `?${query}`}`,
  }
}

/** What head and body say; the body is kept whole, up to the server's limit. */
export async function describeWithBody(
  request: IncomingRequest,
  target: Target,
): Promise<BodyDescription> {
  const content = await request.body.text()
  const contentType = request.headers.get('content-type') ?? ''
  const isForm = contentType.startsWith('application/x-www-form-urlencoded')
  return {
    ...describe(request, target),
    method: request.requestLine.method,
    // oxlint-disable-next-line id-denylist
    data: isForm ? '' : content,
    form: isForm ? unwrapSingle(readQuery(content)) : {},
    json: parseJson(content),
  }
}

/** Each field once, its lines joined, in the letter case it came in. */
export function fieldValues(headers: Headers): Record<string, string> {
  const values: Record<string, string> = Object.create(null)
  for (const [name, value] of headers.lines()) {
    const known = values[name]
    values[name] = known === undefined ? value : `${known}, ${value}`
  }
  return values
}

/** Answers with JSON that people can read. */
export function respondJson(writer: ResponseWriter, content: object): void {
  const headers = new Headers([['Content-Type', 'application/json']])
  writer.respond(200, `${JSON.stringify(content, null, 2)}\n`, headers)
}

function unwrapSingle(values: Record<string, string[]>): Values {
  const unwrapped: Values = Object.create(null)
  for (const [name, list] of Object.entries(values)) {
    unwrapped[name] = list.length === 1 ? list.join() : list
  }
  return unwrapped
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
