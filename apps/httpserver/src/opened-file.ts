import { constants } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/** A regular file, to be closed by whoever has it. */
export interface OpenedFile {
  readonly handle: FileHandle
  /** As it was when it was opened. */
  readonly stats: BigIntStats
}

// A pipe without a writer would keep its reader waiting, a terminal would become the one of this process.
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

// For whoever asks, a file that this process may not read is not there either.
const ABSENT = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'EACCES',
  'EPERM',
  'ENXIO',
  'ENODEV',
])

/**
 * Opens a regular file for reading; whatever else the path leads to, it does not wait.
 *
 * @returns undefined: there is no such file
 * @throws what is wrong with the system rather than the path, such as EMFILE and EIO
 */
export async function openFile(path: string): Promise<OpenedFile | undefined> {
  let handle: FileHandle
  try {
    handle = await open(path, FLAGS)
  } catch (error) {
    if (ABSENT.has(codeOf(error))) return undefined
    throw error
  }
  try {
    // Asked of what was opened: the path may lead elsewhere by now.
    const stats = await handle.stat({ bigint: true })
    if (stats.isFile()) return { handle, stats }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return undefined
}

/**
 * Reads a regular file whole. A pipe or a device is refused: it could keep its reader waiting, or have no end.
 *
 * @throws when it cannot be read, is no regular file, or has more octets than `maxBytes`
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<Buffer> {
  const handle = await open(path, FLAGS)
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new Error(`${path} is no regular file`)
    if (stats.size > maxBytes) throw new Error(`${path} has more than ${maxBytes} octets`)
    const content = Buffer.alloc(stats.size)
    const { bytesRead } = await handle.read(content, 0, content.length, 0)
    return content.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** The code of an error of the system, or "". */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
