// The runtimes with a command line. They come from the npm registry, are large, and are needed by nothing else: so they are not
// part of the install, but fetched when they are first asked for and kept in node_modules/.cache.
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/engines/', import.meta.url))
const PATIENCE_MS = 60_000
const INSTALL_PATIENCE_MS = 600_000

/** A runtime that is started with a file and prints to its standard output. */
export interface Engine {
  readonly name: string
  /** What to install: the alias under which, the package and its version. */
  readonly alias: string
  readonly from: string
  readonly version: string
  /** The program, in node_modules. */
  readonly program: string
  readonly args: readonly string[]
}

// npm's package `node` is an installer for these.
const NODE = `node-${process.platform}-${process.arch}`
const DENO_ARGS = ['run', '--quiet', '--no-remote', '--no-lock', '--node-modules-dir=manual']

/** The engines, in the versions that are tried. */
export const ENGINES: readonly Engine[] = [
  ...['20.20.2', '22.23.3', '24.21.0', '26.10.0'].map((version) => {
    const alias = `node-${version.split('.')[0]}`
    return { name: 'Node.js', alias, from: NODE, version, program: `${alias}/bin/node`, args: [] }
  }),
  { name: 'Bun', alias: 'bun', from: 'bun', version: '1.4.5', program: '.bin/bun', args: [] },
  {
    name: 'Deno',
    alias: 'deno',
    from: 'deno',
    version: '2.9.6',
    program: '.bin/deno',
    args: DENO_ARGS,
  },
]

/** Installs what is not there yet; throws when something cannot be had. */
export async function installEngines(): Promise<void> {
  const present = await Promise.all(ENGINES.map(isPresent))
  if (present.every(Boolean)) return
  await mkdir(CACHE, { recursive: true })
  const packages = ENGINES.map(({ alias, from, version }) => `${alias}@npm:${from}@${version}`)
  const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['install', '--prefix', CACHE, ...quiet, ...packages], {
    timeout: INSTALL_PATIENCE_MS,
  })
  for (const engine of ENGINES) {
    if (!(await isPresent(engine)))
      throw new Error(`${engine.name} ${engine.version} was installed but does not run`)
  }
}

/** Runs a file and gives what it prints. */
export async function runIn(engine: Engine, file: string): Promise<string> {
  const { stdout } = await run(programOf(engine), [...engine.args, file], { timeout: PATIENCE_MS })
  return stdout
}

async function isPresent(engine: Engine): Promise<boolean> {
  try {
    const { stdout } = await run(programOf(engine), ['--version'], { timeout: PATIENCE_MS })
    return stdout.includes(engine.version)
  } catch {
    return false
  }
}

function programOf(engine: Engine): string {
  return `${CACHE}node_modules/${engine.program}`
}
