import { respondWithFile } from '../file-response.ts'
import { mediaType } from '../media-type.ts'
import { openFile } from '../opened-file.ts'
import { respondPlain } from '../plain-response.ts'
import type { ReadBuffers } from '../read-buffers.ts'
import type { RouteHandler } from '../route.ts'

/** Answers with a film, whole or in ranges; 404 while there is no such file. */
export function serveVideo(file: string, buffers: ReadBuffers): RouteHandler {
  const contentType = mediaType(file, 'video/mp4')
  return async (request, writer) => {
    const found = await respondWithFile(request, writer, openFile(file), contentType, buffers)
    if (!found) respondPlain(writer, 404, 'The video file is missing.')
  }
}
