import { once } from 'node:events'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openFile } from '../src/opened-file.ts'
import { makePipe, openFilesIn, temporaryFolder } from './support/files.ts'

const folder = await temporaryFolder()
const pipe = join(folder, 'pipe')
const socket = join(folder, 'socket')

beforeAll(async () => {
  await writeFile(join(folder, 'film.mp4'), 'octets')
  await mkdir(join(folder, 'folder'))
  await symlink('loop', join(folder, 'loop'))
  makePipe(pipe)
})

describe('openFile', () => {
  test('opens a regular file', async () => {
    const file = await openFile(join(folder, 'film.mp4'))
    expect(file?.stats.size).toBe(6n)
    expect(await file?.handle.readFile('utf8')).toBe('octets')
    await file?.handle.close()
  })

  test.each([
    ['nothing', join(folder, 'missing')],
    ['a folder', join(folder, 'folder')],
    ['a pipe that nobody writes to', pipe],
    ['an endless device', '/dev/zero'],
    ['the terminal', '/dev/tty'],
    ['a file as if it were a folder', join(folder, 'film.mp4', 'a')],
    ['a link to itself', join(folder, 'loop')],
    ['too long a name', join(folder, 'a'.repeat(256))],
    ['too long a path', `${folder}${'/a'.repeat(5000)}`],
  ])('does not open %s, nor wait for it', async (_title, path) => {
    expect(await openFile(path)).toBeUndefined()
    expect(await openFilesIn(folder)).toBe(0)
  })

  test('does not open a socket', async () => {
    const server = createServer().listen(socket)
    await once(server, 'listening')
    expect(await openFile(socket)).toBeUndefined()
    server.close()
  })

  test('does not open what this process may not read', async () => {
    const path = join(folder, 'secret')
    await writeFile(path, 'octets')
    await chmod(path, 0)
    // The superuser may read all, so it has to be somebody else for a moment.
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid?.(65_534)
    try {
      expect(await openFile(path)).toBeUndefined()
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })

  test('does not say that a file is missing when something else is wrong', async () => {
    await expect(openFile('a\0b')).rejects.toThrow(/null bytes/)
  })
})
