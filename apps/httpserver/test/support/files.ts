import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for the files of a test file, removed after it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'httpserver-'))
  afterAll(() => rm(folder, { recursive: true }))
  return folder
}

/** How many descriptors of this process stand for something in `folder`. */
export async function openFilesIn(folder: string): Promise<number> {
  const descriptors = await readdir('/proc/self/fd')
  const places = await Promise.all(
    descriptors.map((descriptor) => readlink(`/proc/self/fd/${descriptor}`).catch(() => '')),
  )
  return places.filter((place) => place.startsWith(folder)).length
}

/** Makes a named pipe. */
export function makePipe(path: string): void {
  execFileSync('mkfifo', [path])
}
