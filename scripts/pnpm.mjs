// pnpm in the version that package.json pins. npx takes seconds to find it, or minutes when no registry answers, so it comes last.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/**
 * Looks for pnpm on the path, as corepack keeps it, and where npx has put it before.
 *
 * @param {string} pinned what package.json says: `pnpm@10.34.9`
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ command: string[], directory: string | undefined }} the command, and the folder that has to be on the path for others to
 *   find the same pnpm; undefined with npx, which sees to that
 */
export function findPnpm(pinned, environment = process.env) {
  const version = pinned.slice(pinned.indexOf('@') + 1)
  const cache = join(environment.npm_config_cache ?? join(homedir(), '.npm'), '_npx')
  const places = [
    ...(environment.PATH ?? '').split(delimiter),
    ...entries(cache).map((name) => join(cache, name, 'node_modules', '.bin')),
  ]
  const directory = places.find((place) => place !== '' && isPnpm(place, version, environment))
  if (directory !== undefined) return { command: [join(directory, 'pnpm')], directory }
  return { command: ['npx', '--prefer-offline', '--yes', pinned], directory }
}

function isPnpm(directory, version, environment) {
  let manifest
  try {
    // The program is a link into its package.
    const program = realpathSync(join(directory, 'pnpm'))
    manifest = JSON.parse(readFileSync(join(dirname(program), '..', 'package.json'), 'utf8'))
  } catch {
    return false
  }
  if (manifest.name === 'pnpm') return manifest.version === version
  return manifest.name === 'corepack' && corepackHas(version, environment)
}

// corepack's program runs what package.json pins, and loads it first when it is not there.
function corepackHas(version, { COREPACK_HOME, XDG_CACHE_HOME }) {
  const home = COREPACK_HOME ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'node/corepack')
  return existsSync(join(home, 'v1/pnpm', version))
}

function entries(directory) {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
