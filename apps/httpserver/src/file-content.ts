import type { FileHandle } from 'node:fs/promises'
import type { ResponseWriter } from '@rawhttp/response-writer'
import type { ByteRange } from './byte-range.ts'
import type { ReadBuffers } from './read-buffers.ts'

/** A file is not any more what the head of its response says. */
export class FileChangedError extends Error {
  readonly code = 'ERR_FILE_CHANGED'
}

/**
 * Writes octets of a file as the body of a response, or as a part of it, no faster than the client takes them: while the octets of
 * one buffer leave, a second one is filled. What the file grows by meanwhile is not looked at.
 *
 * @throws FileChangedError when the file has become shorter: the response must be cut, not padded (RFC 9112 §8); TransportError when
 *   the client has left
 */
export async function writeFileContent(
  writer: ResponseWriter,
  file: FileHandle,
  { first, last }: ByteRange,
  buffers: ReadBuffers,
): Promise<void> {
  const taken: Buffer[] = []
  // When all octets have left, the memory of the oldest ones can be used again.
  const giveOldest = async (): Promise<void> => {
    await writer.drained()
    const oldest = taken.shift()
    if (oldest !== undefined) buffers.give(oldest)
  }
  try {
    for (let position = first; position <= last;) {
      if (taken.length === 1 && buffers.scarce) await giveOldest()
      const rest = last + 1 - position
      const buffer = buffers.take(rest)
      taken.push(buffer)
      const { bytesRead } = await file.read(buffer, 0, Math.min(rest, buffer.length), position)
      if (bytesRead === 0) throw new FileChangedError(`The file ends at octet ${position} by now`)
      if (taken.length === 2) await giveOldest()
      writer.writeBody(buffer.subarray(0, bytesRead))
      position += bytesRead
    }
    if (taken.length > 0) await giveOldest()
  } finally {
    // After a failure the system may still read from them.
    for (const buffer of taken) buffers.drop(buffer)
  }
}
