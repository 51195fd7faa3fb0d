import { extname } from 'node:path'
import { lookup } from 'mrmime'

/**
 * The media type that the end of a file's name stands for; texts are taken for UTF-8.
 *
 * @param otherwise what a name that says nothing stands for
 */
export function mediaType(
  fileName: string,
  otherwise: string = 'application/octet-stream',
): string {
  // Asked for what every object has, as by "a.constructor", the table gives just that.
  const found: unknown = lookup(extname(fileName))
  const type = typeof found === 'string' ? found : otherwise
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}
