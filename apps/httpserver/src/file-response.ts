// A file as the response to GET or HEAD: whole, in ranges, or not at all when the client has it already.
import { randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { Headers } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import { requestedRanges } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'
import { respondPlain } from './plain-response.ts'
import { failedPrecondition, rangeApplies } from './preconditions.ts'
import type { Validators } from './preconditions.ts'

// As much as a connection lets wait at once: more would only take memory.
const PIECE_BYTES = 65_536

/**
 * Answers with the octets of a file, read as the client takes them.
 *
 * @param contentType media type of the file
 * @returns false: there is no such file, and nothing was written
 */
export async function respondWithFile(
  request: IncomingRequest,
  writer: ResponseWriter,
  path: string,
  contentType: string,
): Promise<boolean> {
  const file = await openFile(path)
  if (file === undefined) return false
  try {
    await respond(request, writer, file, contentType)
  } finally {
    await file.close()
  }
  return true
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    const handle = await open(path)
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
  } catch {
    // Whatever the reason, the client can only be told that there is nothing.
  }
  return undefined
}

async function respond(
  request: IncomingRequest,
  writer: ResponseWriter,
  file: FileHandle,
  contentType: string,
): Promise<void> {
  const { method } = request.requestLine
  const { size: bigSize, mtimeNs, mtimeMs } = await file.stat({ bigint: true })
  const size = Number(bigSize)
  const validators: Validators = {
    etag: `"${size.toString(16)}-${mtimeNs.toString(16)}"`,
    lastModifiedMs: Number(mtimeMs - (mtimeMs % 1000n)),
  }
  const fields: [string, string][] = [
    ['Accept-Ranges', 'bytes'],
    ['ETag', validators.etag],
    ['Last-Modified', new Date(validators.lastModifiedMs).toUTCString()],
  ]
  const failed = failedPrecondition(request.headers, method, validators)
  if (failed === 304) {
    writer.respond(304, '', new Headers(fields))
    return
  }
  if (failed === 412) {
    respondPlain(writer, 412, 'The file is not the one that the request was made for.', fields)
    return
  }
  const ranges = rangesOf(request, size, validators)
  if (ranges === undefined) {
    const whole = { first: 0, last: size - 1 }
    await writeRange(writer, file, method, 200, [...fields, ['Content-Type', contentType]], whole)
    return
  }
  const [range] = ranges
  if (range === undefined) {
    const contentRange: [string, string] = ['Content-Range', `bytes */${size}`]
    respondPlain(writer, 416, `The file has ${size} octets.`, [...fields, contentRange])
  } else if (ranges.length === 1) {
    fields.push(['Content-Type', contentType], ['Content-Range', contentRangeOf(range, size)])
    await writeRange(writer, file, method, 206, fields, range)
  } else {
    await writeParts(writer, file, fields, { contentType, size, ranges })
  }
}

// Range has no meaning but for GET (RFC 9110 §14.2).
function rangesOf(
  request: IncomingRequest,
  size: number,
  validators: Validators,
): readonly ByteRange[] | undefined {
  const field = request.headers.get('range')
  if (field === undefined || request.requestLine.method !== 'GET') return undefined
  return rangeApplies(request.headers, validators) ? requestedRanges(field, size) : undefined
}

async function writeRange(
  writer: ResponseWriter,
  file: FileHandle,
  method: string,
  statusCode: number,
  fields: readonly (readonly [string, string])[],
  range: ByteRange,
): Promise<void> {
  writer.writeStatusLine(statusCode)
  const length = range.last - range.first + 1
  writer.writeHeaders(new Headers([...fields, ['Content-Length', String(length)]]))
  if (method !== 'HEAD') await writeOctets(writer, file, range)
}

// multipart/byteranges (RFC 9110 §14.6). The length is known beforehand, so the response needs no chunks.
async function writeParts(
  writer: ResponseWriter,
  file: FileHandle,
  fields: readonly (readonly [string, string])[],
  content: { contentType: string; size: number; ranges: readonly ByteRange[] },
): Promise<void> {
  const { contentType, size, ranges } = content
  const boundary = randomBytes(18).toString('hex')
  const opening = (range: ByteRange): string =>
    `\r\n--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Range: ${contentRangeOf(range, size)}\r\n\r\n`
  const ending = `\r\n--${boundary}--\r\n`
  let length = ending.length
  for (const range of ranges) length += opening(range).length + range.last - range.first + 1
  writer.writeStatusLine(206)
  writer.writeHeaders(
    new Headers([
      ...fields,
      ['Content-Type', `multipart/byteranges; boundary=${boundary}`],
      ['Content-Length', String(length)],
    ]),
  )
  for (const range of ranges) {
    writer.writeBody(opening(range))
    if (!(await writeOctets(writer, file, range))) return
  }
  writer.writeBody(ending)
}

function contentRangeOf(range: ByteRange, size: number): string {
  return `bytes ${range.first}-${range.last}/${size}`
}

// A file that shrinks meanwhile leaves the response short, which cuts the connection: the client must not take it for whole.
async function writeOctets(
  writer: ResponseWriter,
  file: FileHandle,
  range: ByteRange,
): Promise<boolean> {
  for (let position = range.first; position <= range.last;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, range.last + 1 - position))
    const { bytesRead } = await file.read(piece, 0, piece.length, position)
    if (bytesRead === 0) return false
    position += bytesRead
    if (!writer.writeBody(piece.subarray(0, bytesRead))) await writer.drained()
  }
  return true
}
