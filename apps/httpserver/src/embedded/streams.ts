import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Headers, isFieldValue, isToken } from '@rawhttp/headers'
import { isTrailerField } from '@rawhttp/message-framing'
import type { ResponseWriter } from '@rawhttp/response-writer'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import { respondPlain } from '../plain-response.ts'
import type { Target } from '../target.ts'
import { describe } from './description.ts'

const PIECE_BYTES = 10_240
const MAX_LINES_BYTES = 1_048_576
const MAX_DRIP_BYTES = 10_240
const MAX_DRIP_SECONDS = 10
// However many octets there are to drip: each turn costs the same.
const DRIP_INTERVAL_MS = 50
// What clients take of trailers, by default.
const MAX_TRAILERS = 64
const MAX_TRAILERS_BYTES = 4096

/** Lines of JSON, a chunk each. */
export async function streamLines(
  count: number,
  request: IncomingRequest,
  writer: ResponseWriter,
  target: Target,
): Promise<void> {
  const description = JSON.stringify(describe(request, target))
  if (count * description.length > MAX_LINES_BYTES) {
    respondPlain(writer, 400, `Expected lines of at most ${MAX_LINES_BYTES} octets altogether.`)
    return
  }
  startStream(writer, 'application/json')
  for (let id = 0; id < count; id++) {
    await writeChunk(writer, `${description.slice(0, -1)},"id":${id}}\n`)
  }
  writer.writeChunkedBodyDone()
}

/** Random octets, in chunks. */
export async function streamBytes(
  count: number,
  _request: IncomingRequest,
  writer: ResponseWriter,
): Promise<void> {
  startStream(writer, 'application/octet-stream')
  for (let left = count; left > 0; left -= PIECE_BYTES) {
    await writeChunk(writer, randomBytes(Math.min(left, PIECE_BYTES)))
  }
  writer.writeChunkedBodyDone()
}

/** `numbytes` octets over `duration` seconds, with a known length, at most twenty times a second. */
export async function drip(
  request: IncomingRequest,
  writer: ResponseWriter,
  { query }: Target,
): Promise<void> {
  const parameters = new URLSearchParams(query)
  const count = Number(parameters.get('numbytes') ?? 10)
  const seconds = Number(parameters.get('duration') ?? 2)
  const fits =
    Number.isInteger(count) &&
    count >= 1 &&
    count <= MAX_DRIP_BYTES &&
    seconds >= 0 &&
    seconds <= MAX_DRIP_SECONDS
  if (!fits) {
    respondPlain(
      writer,
      400,
      `Expected numbytes from 1 to ${MAX_DRIP_BYTES} and duration from 0 to ${MAX_DRIP_SECONDS} seconds.`,
    )
    return
  }
  writer.writeStatusLine(200)
  writer.writeHeaders(
    new Headers([
      ['Content-Type', 'application/octet-stream'],
      ['Content-Length', String(count)],
    ]),
  )
  writer.flushHead()
  const durationMs = seconds * 1000
  const pieces = Math.min(count, Math.floor(durationMs / DRIP_INTERVAL_MS) + 1)
  let written = 0
  for (let piece = 1; piece <= pieces; piece++) {
    if (piece > 1) await pause(durationMs / pieces, undefined, { signal: request.signal })
    const due = Math.floor((count * piece) / pieces)
    if (!writer.writeBody('*'.repeat(due - written))) await writer.drained()
    written = due
  }
}

/** A chunked body with a trailer section: what of the query can stand in one, or else a field of its own. */
export async function streamWithTrailers(
  _request: IncomingRequest,
  writer: ResponseWriter,
  { query }: Target,
): Promise<void> {
  const trailers = new Headers()
  for (const [name, value] of new URLSearchParams(query)) {
    const fits = isToken(name) && isTrailerField(name.toLowerCase()) && isFieldValue(value)
    if (fits) trailers.append(name, value)
  }
  if (trailers.size > MAX_TRAILERS || query.length > MAX_TRAILERS_BYTES) {
    const most = `${MAX_TRAILERS} trailer fields in ${MAX_TRAILERS_BYTES} octets`
    respondPlain(writer, 400, `Expected at most ${most}.`)
    return
  }
  if (trailers.size === 0) trailers.set('X-Embedded', 'a trailer')
  const names = [...trailers.lines()].map(([name]) => name).join(', ')
  startStream(writer, 'text/plain; charset=utf-8', [['Trailer', names]])
  await writeChunk(writer, `The trailer section has ${names}.\n`)
  writer.writeChunkedBodyDone()
  writer.writeTrailers(trailers)
}

function startStream(
  writer: ResponseWriter,
  contentType: string,
  fields: readonly (readonly [name: string, value: string])[] = [],
): void {
  writer.writeStatusLine(200)
  writer.writeHeaders(new Headers([['Content-Type', contentType], ...fields]))
}

async function writeChunk(writer: ResponseWriter, content: string | Uint8Array): Promise<void> {
  if (!writer.writeChunkedBody(content)) await writer.drained()
}
