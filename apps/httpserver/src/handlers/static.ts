import { respondWithFile } from '../file-response.ts'
import { mediaType } from '../media-type.ts'
import { respondPlain } from '../plain-response.ts'
import { openWithin } from '../public-folder.ts'
import { publicPlace } from '../public-place.ts'
import type { PublicPlace } from '../public-place.ts'
import type { ReadBuffers } from '../read-buffers.ts'
import type { RouteHandler } from '../route.ts'

const INDEX = 'index.html'

/**
 * Answers with the files of a folder, whole or in ranges; for a folder within it with its `index.html`. All else is 404, whatever the
 * reason: nothing tells what there is besides.
 *
 * @param prefix the path that stands for the folder, such as `/static`
 */
export function serveFolder(folder: string, prefix: string, buffers: ReadBuffers): RouteHandler {
  return async (request, writer, { path, query }) => {
    const place = publicPlace(path.slice(prefix.length))
    if (place !== undefined) {
      const { names, isFolder } = place
      const fileNames = isFolder ? [...names, INDEX] : names
      const contentType = mediaType(fileNames.at(-1) ?? '')
      const opening = openWithin(folder, fileNames)
      if (await respondWithFile(request, writer, opening, contentType, buffers)) return
      if (!isFolder && (await hasIndex(folder, place))) {
        // Otherwise the links of its page would lead beside it.
        const address = [prefix, ...names.map(encodeURIComponent), query === '' ? '' : `?${query}`]
        respondPlain(writer, 301, 'The folder has a slash at its end.', [
          ['Location', address.join('/')],
        ])
        return
      }
    }
    respondPlain(writer, 404, 'There is no such file.')
  }
}

async function hasIndex(folder: string, { names }: PublicPlace): Promise<boolean> {
  const file = await openWithin(folder, [...names, INDEX])
  await file?.handle.close()
  return file !== undefined
}
