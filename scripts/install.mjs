// The install that npm start and npm test begin with. It takes seconds to find nothing to do, so it is left out when nothing has
// changed since the last one: neither what it reads nor what it made.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaces } from './reports.mjs'
import { pnpm, root, stage } from './stage.mjs'

const LOCK = join(root, 'pnpm-lock.yaml')
const MODULES = join(root, 'node_modules')
const STAMP = join(MODULES, '.rawhttp-installed')
// A locked install; it asks the network only for what the machine does not have yet.
const INSTALL = [...pnpm, 'install', '--frozen-lockfile', '--prefer-offline']

/**
 * Installs what the lock file says, as a stage, unless it is there.
 *
 * @returns {Promise<boolean>} whether it is there now
 */
export async function install() {
  const folders = ['', ...workspaces('packages', 'apps')].map((folder) => join(root, folder))
  const stamp = fingerprint(folders)
  if (text(STAMP) === stamp && isComplete(folders)) return true
  if (!(await stage('install', INSTALL))) return false
  writeFileSync(STAMP, stamp)
  return true
}

// All that decides what an install makes. pnpm looks at engines, so the release of Node does too.
function fingerprint(folders) {
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'].map((name) => join(root, name))
  const manifests = folders.map((folder) => join(folder, 'package.json'))
  const parts = [process.version, process.platform, process.arch]
  const read = [...files, ...manifests].map((file) => [file, text(file)])
  return createHash('sha256')
    .update(JSON.stringify([parts, read]))
    .digest('hex')
}

// Whether pnpm has installed this lock file last, and none of the packages has gone since: each is where a link leads to.
function isComplete(folders) {
  if (text(join(MODULES, '.pnpm/lock.yaml')) !== text(LOCK)) return false
  const direct = folders.flatMap((folder) =>
    dependencies(folder).map((name) => join(folder, 'node_modules', name)),
  )
  const store = join(MODULES, '.pnpm')
  const inner = readdirSync(store).flatMap((name) => packagesIn(join(store, name, 'node_modules')))
  return [...direct, ...inner].every((place) => existsSync(join(place, 'package.json')))
}

function dependencies(folder) {
  const manifest = JSON.parse(text(join(folder, 'package.json')))
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
}

function packagesIn(folder) {
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(join(folder, name)).map((rest) => join(folder, name, rest))
        : [join(folder, name)],
    )
}

function text(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
