// The packages as npm would publish them.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workspaces } from './reports.mjs'
import { pnpm, root, stages } from './stage.mjs'

/**
 * Packs every package into a folder that is gone when the program ends.
 *
 * @returns {Promise<{ name: string, directory: string, tarball: string }[]>} a package's name, folder and tarball
 */
export async function packAll() {
  const folder = temporaryFolder()
  const pack = [
    ...pnpm,
    '--recursive',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    folder,
  ]
  await stages([['pack', pack]])
  const tarballs = readdirSync(folder)
  return workspaces('packages').map((workspace) => {
    const directory = join(root, workspace)
    const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
    // npm's own naming: @rawhttp/headers 0.1.0 becomes rawhttp-headers-0.1.0.tgz.
    const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
    if (!tarballs.includes(file)) throw new Error(`pnpm pack made no ${file}`)
    return { name, directory, tarball: join(folder, file) }
  })
}

/** A folder outside the repository, removed when the program ends. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'rawhttp-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
