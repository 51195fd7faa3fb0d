import { createHash } from 'node:crypto'
import { Headers } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import type { IncomingRequest, RequestBody } from '@rawhttp/tcp-server'
import { readQuery } from '../target.ts'
import type { Target } from '../target.ts'

const MAX_TEXT_BYTES = 65_536

interface BodySummary {
  readonly size: number
  /** Lower-case hexadecimal, over all octets. */
  readonly sha256: string
  /** The first 64 KiB as UTF-8; a character that the cut divides is left out. */
  readonly text: string
}

const EMPTY_BODY: BodySummary = {
  size: 0,
  sha256: createHash('sha256').digest('hex'),
  text: '',
}
const NO_TRAILERS = new Headers()

/** Answers with what was parsed, as JSON. */
export function serveEcho(
  request: IncomingRequest,
  writer: ResponseWriter,
  target: Target,
): void | Promise<void> {
  if (request.framing.kind === 'none') {
    respondEcho(request, writer, target, EMPTY_BODY, NO_TRAILERS)
    return
  }
  return echoBody(request, writer, target)
}

async function echoBody(
  request: IncomingRequest,
  writer: ResponseWriter,
  target: Target,
): Promise<void> {
  const body = await summarize(request.body)
  respondEcho(request, writer, target, body, await request.body.trailers())
}

function respondEcho(
  { requestLine, headers }: IncomingRequest,
  writer: ResponseWriter,
  { path, query }: Target,
  body: BodySummary,
  trailers: Headers,
): void {
  const { method, requestTarget, httpVersion } = requestLine
  const echo = JSON.stringify({
    // The content of a HEAD is not sent, but its length is, and is to be that of GET (RFC 9110 §9.3.2).
    method: method === 'HEAD' ? 'GET' : method,
    target: requestTarget,
    path,
    query: readQuery(query),
    version: `HTTP/${httpVersion}`,
    headers: [...headers],
    body,
    trailers: [...trailers],
  })
  writer.respond(200, `${echo}\n`, new Headers([['Content-Type', 'application/json']]))
}

// Nothing but the first 64 KiB is kept.
async function summarize(body: RequestBody): Promise<BodySummary> {
  const hash = createHash('sha256')
  const start = Buffer.allocUnsafe(MAX_TEXT_BYTES)
  let size = 0
  for await (const octets of body.borrowed()) {
    hash.update(octets)
    if (size < MAX_TEXT_BYTES) start.set(octets.subarray(0, MAX_TEXT_BYTES - size), size)
    size += octets.length
  }
  const cut = size > MAX_TEXT_BYTES
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(start.subarray(0, size), {
    stream: cut,
  })
  return { size, sha256: hash.digest('hex'), text }
}
