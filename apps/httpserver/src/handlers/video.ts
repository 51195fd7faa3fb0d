import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { Headers } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import { respondPlain } from '../plain-response.ts'
import type { RouteHandler } from '../route.ts'

// As much as a connection lets wait at once: more would only take memory.
const PIECE_BYTES = 65_536

/** Answers with the octets of an MP4 file, read as the client takes them; 404 while there is no such file. */
export function serveVideo(file: string): RouteHandler {
  return async (request, writer) => {
    const video = await openFile(file)
    if (video === undefined) {
      respondPlain(writer, 404, 'The video file is missing.')
      return
    }
    try {
      const { size } = await video.stat()
      writer.writeStatusLine(200)
      writer.writeHeaders(
        new Headers([
          ['Content-Type', 'video/mp4'],
          ['Content-Length', String(size)],
        ]),
      )
      if (request.requestLine.method !== 'HEAD') await writeFile(video, size, writer)
    } finally {
      await video.close()
    }
  }
}

async function openFile(file: string): Promise<FileHandle | undefined> {
  try {
    const handle = await open(file)
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
  } catch {
    // Whatever the reason, the client can only be told that there is nothing; the start of the program told the rest.
  }
  return undefined
}

// A file that shrinks meanwhile leaves the response short, which cuts the connection: the client must not take it for whole.
async function writeFile(video: FileHandle, size: number, writer: ResponseWriter): Promise<void> {
  for (let position = 0; position < size;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - position))
    const { bytesRead } = await video.read(piece, 0, piece.length, position)
    if (bytesRead === 0) return
    position += bytesRead
    if (!writer.writeBody(piece.subarray(0, bytesRead))) await writer.drained()
  }
}
