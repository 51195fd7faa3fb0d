import { lookup } from 'mrmime'

/**
 * The media type that a file's name stands for; texts are taken for UTF-8.
 *
 * @param otherwise what a name that says nothing stands for
 */
export function mediaType(
  fileName: string,
  otherwise: string = 'application/octet-stream',
): string {
  const type = lookup(fileName) ?? otherwise
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}
