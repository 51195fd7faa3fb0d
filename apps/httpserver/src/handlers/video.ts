import { respondWithFile } from '../file-response.ts'
import { respondPlain } from '../plain-response.ts'
import type { RouteHandler } from '../route.ts'

/** Answers with an MP4 file, whole or in ranges; 404 while there is no such file. */
export function serveVideo(file: string): RouteHandler {
  return async (request, writer) => {
    const found = await respondWithFile(request, writer, file, 'video/mp4')
    if (!found) respondPlain(writer, 404, 'The video file is missing.')
  }
}
