// Where the programs are that are compared with, when they are anywhere.
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// What `pnpm test:runtimes` installs: Bun, Deno and four releases of Node.
const ENGINES = fileURLToPath(new URL('../../../../node_modules/.cache/engines/', import.meta.url))

/** Says why something cannot be measured here; it is then left out, and this is told. */
export class Missing extends Error {
  override readonly name = 'Missing'
}

/** The path of a program on PATH. @throws Missing */
export async function findProgram(name: string): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = await firstExecutable(folders.map((folder) => join(folder, name)))
  if (found === undefined) throw new Missing(`no ${name} on PATH`)
  return found
}

/** The path of a runtime: the one that the tests of runtimes use, else one on PATH. @throws Missing */
export async function findEngine(name: 'bun' | 'deno'): Promise<string> {
  const found = await firstExecutable([join(ENGINES, 'node_modules/.bin', name)])
  return (
    found ??
    findProgram(name).catch(() => {
      throw new Missing(`no ${name} on PATH; pnpm test:runtimes fetches one`)
    })
  )
}

/** The path of another release of Node. @throws Missing */
export async function findNode(major: number): Promise<string> {
  const own = Number(process.versions.node.split('.')[0])
  if (own === major) return process.execPath
  const found = await firstExecutable([join(ENGINES, `node_modules/node-${major}/bin/node`)])
  if (found === undefined) {
    throw new Missing(`no Node ${major} at hand; pnpm test:runtimes fetches one`)
  }
  return found
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      await access(path, constants.X_OK)
      return path
    } catch {
      // The next one may be there.
    }
  }
  return undefined
}
