import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openWithin } from '../src/public-folder.ts'
import { makePipe, openFilesIn, temporaryFolder } from './support/files.ts'

const base = await temporaryFolder()
const root = join(base, 'root')

beforeAll(async () => {
  for (const folder of ['root/folder', 'root/.hidden', 'root-beside', 'release']) {
    await mkdir(join(base, folder), { recursive: true })
  }
  const files = ['root/a', 'root/folder/b', 'root/.hidden/c', 'root/.env', 'root-beside/d', 'e']
  for (const file of [...files, 'release/a']) await writeFile(join(base, file), file)
  const links = {
    'to-file': 'a',
    'to-folder': 'folder',
    'to-itself-from-outside': '../root/a',
    absolute: join(root, 'a'),
    'to-parent': '..',
    'to-beside': '../root-beside/d',
    'to-secret': '../e',
    'to-system': '/etc/passwd',
    'to-process': '/proc/self/environ',
    'to-hidden': '.env',
    'to-hidden-folder': '.hidden',
    dangling: 'nothing',
  }
  for (const [name, target] of Object.entries(links)) await symlink(target, join(root, name))
  await symlink('root', join(base, 'current'))
  makePipe(join(root, 'pipe'))
})

async function content(
  folder: string,
  names: readonly string[],
  descriptors?: string,
): Promise<string | undefined> {
  const file = await openWithin(folder, names, descriptors)
  try {
    return await file?.handle.readFile('utf8')
  } finally {
    await file?.handle.close()
  }
}

// Without the descriptors that Linux shows it looks at the path once more.
describe.each([
  ['with descriptors that can be looked at', '/proc/self/fd'],
  ['without', '/nothing'],
])('a file of the public folder, %s (RFC 9110 §17.3)', (_title, descriptors) => {
  test.each([
    ['a file', ['a'], 'root/a'],
    ['a file in a folder', ['folder', 'b'], 'root/folder/b'],
    ['a link to a file', ['to-file'], 'root/a'],
    ['a link to a folder', ['to-folder', 'b'], 'root/folder/b'],
    ['a link that leads out and in again', ['to-itself-from-outside'], 'root/a'],
    ['an absolute link to a file of the folder', ['absolute'], 'root/a'],
  ])('is %s', async (_title, names, text) => {
    expect(await content(root, names, descriptors)).toBe(text)
  })

  test.each([
    ['what is not there', ['nothing']],
    ['the folder itself', []],
    ['a folder', ['folder']],
    ['a pipe', ['pipe']],
    ['a link to nothing', ['dangling']],
    ['a link to the system', ['to-system']],
    ['a link to the process', ['to-process']],
    ['a link to a file above', ['to-secret']],
    ['a file behind a link to the folder above', ['to-parent', 'e']],
    ['a file behind a link to the folder above, and back', ['to-parent', 'root-beside', 'd']],
    ['a link to a folder whose name begins the same', ['to-beside']],
    ['a link to a hidden file', ['to-hidden']],
    ['a file behind a link to a hidden folder', ['to-hidden-folder', 'c']],
  ])('is not %s', async (_title, names) => {
    expect(await content(root, names, descriptors)).toBeUndefined()
    expect(await openFilesIn(base)).toBe(0)
  })

  test('may be in a folder that a link stands for, or a hidden one', async () => {
    expect(await content(join(base, 'current'), ['a'], descriptors)).toBe('root/a')
    expect(await content(join(root, '.hidden'), ['c'], descriptors)).toBe('root/.hidden/c')
  })

  test('may be any, when the folder is the root of all', async () => {
    const names = `${base}/e`.split('/').slice(1)
    expect(await content('/', names, descriptors)).toBe('e')
  })

  test('is none when there is no such folder', async () => {
    expect(await content(join(base, 'nothing'), ['a'], descriptors)).toBeUndefined()
  })

  test('is never one outside, while links to in- and outside are swapped (RFC 9110 §17.3)', async () => {
    const seen = new Set<string | undefined>()
    const swap = async (): Promise<void> => {
      for (let i = 0; i < 1000; i++) {
        await symlink(i % 2 === 0 ? '../e' : 'a', join(root, 'next'))
        await rename(join(root, 'next'), join(root, 'swapped'))
      }
    }
    const look = async (): Promise<void> => {
      for (let i = 0; i < 500; i++) seen.add(await content(root, ['swapped'], descriptors))
    }
    await Promise.all([swap(), look()])
    expect(seen).toContain('root/a')
    expect(seen).not.toContain('e')
  })
})

test('the folder can be a link that is set to the next release meanwhile', async () => {
  const live = join(base, 'live')
  await symlink('root', live)
  const seen = new Set<string | undefined>()
  for (let i = 0; i < 200; i++) {
    await symlink(i % 2 === 0 ? 'release' : 'root', join(base, 'next'))
    const [text] = await Promise.all([content(live, ['a']), rename(join(base, 'next'), live)])
    seen.add(text)
  }
  expect(seen).toEqual(new Set(['release/a', 'root/a']))
})
