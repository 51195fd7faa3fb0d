import { readlink, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { openFile } from './opened-file.ts'
import type { OpenedFile } from './opened-file.ts'
import { isHidden } from './public-place.ts'

// Where Linux tells what a descriptor of this process stands for.
const DESCRIPTORS = '/proc/self/fd'
// The folder may be a link that is just being set to the next release, but hardly twice.
const MAX_ATTEMPTS = 2

/**
 * Opens a regular file below a folder. Symbolic links are followed, but what they lead to must be below it too, and neither it nor
 * a folder on the way there may be hidden. This is asked of the file that was opened: whoever changes links meanwhile changes
 * nothing about it.
 *
 * @param names of the folders on the way and of the file, each without a separator
 * @returns undefined: there is no such file
 * @throws as openFile
 */
export async function openWithin(
  folder: string,
  names: readonly string[],
  descriptors: string = DESCRIPTORS,
): Promise<OpenedFile | undefined> {
  const path = join(folder, ...names)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const file = await openFile(path)
    if (file === undefined) return undefined
    const place = await realPlace(file, path, descriptors)
    if (place !== undefined && (await isPublic(place, folder))) return file
    await file.handle.close()
  }
  return undefined
}

// Where an opened file really is; undefined when nobody can tell.
async function realPlace(
  { handle, stats }: OpenedFile,
  path: string,
  descriptors: string,
): Promise<string | undefined> {
  try {
    return await readlink(`${descriptors}/${handle.fd}`)
  } catch {
    // No Linux: look where the path leads now, and whether it is the same file.
  }
  try {
    const place = await realpath(path)
    const { dev, ino } = await stat(place, { bigint: true })
    return dev === stats.dev && ino === stats.ino ? place : undefined
  } catch {
    return undefined
  }
}

async function isPublic(place: string, folder: string): Promise<boolean> {
  const root = await realpath(folder).catch(() => undefined)
  if (root === undefined) return false
  const start = root.endsWith(sep) ? root : root + sep
  return place.startsWith(start) && !place.slice(start.length).split(sep).some(isHidden)
}
