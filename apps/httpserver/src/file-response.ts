// A file as the response to GET or HEAD: whole, in ranges, or not at all when the client has it already.
import { Headers } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import { requestedRanges } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'
import { writeFileContent } from './file-content.ts'
import { contentRange, multipartRanges } from './multipart-ranges.ts'
import { codeOf } from './opened-file.ts'
import type { OpenedFile } from './opened-file.ts'
import { respondPlain } from './plain-response.ts'
import { failedPrecondition, rangeApplies } from './preconditions.ts'
import type { ReadBuffers } from './read-buffers.ts'
import { fileValidators } from './validators.ts'

type Field = readonly [name: string, value: string]

// A file that is there must not be told to be missing because too many others are open.
const OUT_OF_HANDLES = new Set(['EMFILE', 'ENFILE'])

/**
 * Answers with a file, and closes it.
 *
 * @param opening gives the file, or undefined when there is none
 * @param contentType its media type
 * @returns false: there is none, and nothing was written
 * @throws FileChangedError, TransportError: the response cannot be completed
 */
export async function respondWithFile(
  request: IncomingRequest,
  writer: ResponseWriter,
  opening: Promise<OpenedFile | undefined>,
  contentType: string,
  buffers: ReadBuffers,
): Promise<boolean> {
  let file: OpenedFile | undefined
  try {
    file = await opening
  } catch (error) {
    if (!OUT_OF_HANDLES.has(codeOf(error))) throw error
    respondPlain(writer, 503, 'Too many files are open.', [['Retry-After', '1']])
    return true
  }
  if (file === undefined) return false
  try {
    await respond(request, writer, file, contentType, buffers)
  } finally {
    await file.handle.close()
  }
  return true
}

async function respond(
  request: IncomingRequest,
  writer: ResponseWriter,
  { handle, stats }: OpenedFile,
  contentType: string,
  buffers: ReadBuffers,
): Promise<void> {
  const { headers, requestLine } = request
  const now = Date.now()
  const validators = fileValidators(stats, now)
  const failed = failedPrecondition(headers, requestLine.method, validators, now)
  if (failed === 304) {
    // RFC 9110 §15.4.5: the tag says it all.
    writer.respond(304, '', new Headers([['ETag', validators.etag]]))
    return
  }
  // A 206 that If-Range asked for should leave out what the client has from before (§15.3.7). Behind a cache it may have nothing, so
  // all is told.
  const fields: readonly Field[] = [
    ['Accept-Ranges', 'bytes'],
    ['ETag', validators.etag],
    ['Last-Modified', new Date(validators.lastModifiedMs).toUTCString()],
    ['X-Content-Type-Options', 'nosniff'],
  ]
  if (failed === 412) {
    respondPlain(writer, 412, 'The file is not the one that the request was made for.', fields)
    return
  }
  const size = Number(stats.size)
  const write = (range: ByteRange): Promise<void> =>
    writeFileContent(writer, handle, range, buffers)
  // Range has no meaning but for GET (§14.2).
  const field = requestLine.method === 'GET' ? headers.get('range') : undefined
  if (field !== undefined && rangeApplies(headers, validators, now)) {
    const ranges = requestedRanges(field, size)
    if (ranges !== undefined) {
      await writeRanges(writer, ranges, { size, contentType, fields, write })
      return
    }
  }
  writeHead(writer, 200, [...fields, ['Content-Type', contentType]], size)
  // §9.3.2: no content for HEAD, so none is read.
  if (requestLine.method !== 'HEAD') await write({ first: 0, last: size - 1 })
}

interface Representation {
  readonly size: number
  readonly contentType: string
  readonly fields: readonly Field[]
  readonly write: (range: ByteRange) => Promise<void>
}

async function writeRanges(
  writer: ResponseWriter,
  ranges: readonly ByteRange[],
  { size, contentType, fields, write }: Representation,
): Promise<void> {
  const [range] = ranges
  if (range === undefined) {
    const unsatisfied: Field = ['Content-Range', `bytes */${size}`]
    respondPlain(writer, 416, `The file has ${size} octets.`, [...fields, unsatisfied])
  } else if (ranges.length === 1) {
    const described: readonly Field[] = [
      ['Content-Type', contentType],
      ['Content-Range', contentRange(range, size)],
    ]
    writeHead(writer, 206, [...fields, ...described], range.last + 1 - range.first)
    await write(range)
  } else {
    const parts = multipartRanges(ranges, size, contentType)
    writeHead(writer, 206, [...fields, ['Content-Type', parts.contentType]], parts.length)
    for (const [i, range] of ranges.entries()) {
      writer.writeBody(parts.openings[i] ?? '')
      await write(range)
    }
    writer.writeBody(parts.ending)
  }
}

function writeHead(
  writer: ResponseWriter,
  statusCode: number,
  fields: readonly Field[],
  length: number,
): void {
  writer.writeStatusLine(statusCode)
  writer.writeHeaders(new Headers([...fields, ['Content-Length', String(length)]]))
}
