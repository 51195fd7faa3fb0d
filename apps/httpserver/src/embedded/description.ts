import { Headers, ReceiveBuffer } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import type { IncomingRequest, RequestBody } from '@rawhttp/tcp-server'
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

// More of a body is not repeated.
const MAX_TEXT_BYTES = 1_048_576
// Longer ones are repeated as text only, piece by piece: names and nesting cost more to read than their octets tell, and as JSON a
// text can be six times as long.
const MAX_PARSED_BYTES = 65_536
const MEDIA_TYPE = 'application/json'
const utf8 = new TextDecoder()

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

/** Answers with what head and body say. The whole body is read, and its first MiB kept. */
export async function respondWithBody(
  request: IncomingRequest,
  writer: ResponseWriter,
  target: Target,
): Promise<void> {
  const octets = await firstOctets(request.body)
  const head = { ...describe(request, target), method: request.requestLine.method }
  if (octets.length > MAX_PARSED_BYTES) {
    await streamText(writer, head, octets)
    return
  }
  const content = utf8.decode(octets)
  const contentType = request.headers.get('content-type') ?? ''
  const isForm = contentType.startsWith('application/x-www-form-urlencoded')
  // The names are httpbin's.
  // oxlint-disable-next-line id-denylist
  const body = { data: isForm ? '' : content, form: isForm ? unwrapSingle(readQuery(content)) : {} }
  respondJson(writer, { ...head, ...body }, isJson(content) ? content.trim() : 'null')
}

async function streamText(writer: ResponseWriter, head: object, octets: Uint8Array): Promise<void> {
  const decoder = new TextDecoder()
  writer.writeStatusLine(200)
  writer.writeHeaders(new Headers([['Content-Type', MEDIA_TYPE]]))
  writer.writeChunkedBody(`${withoutEnd(head)},\n  "data": "`)
  for (let start = 0; start < octets.length; start += MAX_PARSED_BYTES) {
    const end = start + MAX_PARSED_BYTES
    const piece = decoder.decode(octets.subarray(start, end), { stream: end < octets.length })
    if (!writer.writeChunkedBody(JSON.stringify(piece).slice(1, -1))) await writer.drained()
  }
  writer.writeChunkedBody('",\n  "form": {},\n  "json": null\n}\n')
  writer.writeChunkedBodyDone()
}

// The JSON of an object that has members, but for its last line.
function withoutEnd(content: object): string {
  return JSON.stringify(content, null, 2).slice(0, -2)
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

/**
 * Answers with JSON that people can read.
 *
 * @param json a further member, as text: written as it came it is no longer than that, whereas its indentation would grow with the
 *   square of its depth
 */
export function respondJson(writer: ResponseWriter, content: object, json?: string): void {
  const rest = json === undefined ? '' : `,\n  "json": ${json}`
  const headers = new Headers([['Content-Type', MEDIA_TYPE]])
  writer.respond(200, `${withoutEnd(content)}${rest}\n}\n`, headers)
}

async function firstOctets(body: RequestBody): Promise<Uint8Array> {
  const start = new ReceiveBuffer(0)
  for await (const octets of body.borrowed()) {
    const room = MAX_TEXT_BYTES - start.end
    if (room > 0) start.append(octets.subarray(0, room))
  }
  return start.octets.subarray(0, start.end)
}

function unwrapSingle(values: Record<string, string[]>): Values {
  const unwrapped: Values = Object.create(null)
  for (const [name, list] of Object.entries(values)) {
    unwrapped[name] = list.length === 1 ? list.join() : list
  }
  return unwrapped
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
