// What the house's commands share: a stage is one command and one line that says what runs, how it ended and how long it took.
// Its output is shown only when it fails.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** pnpm in the version that package.json pins, so that a machine needs npm only. */
export const pnpm = [
  'npx',
  '-y',
  JSON.parse(readFileSync(`${root}package.json`, 'utf8')).packageManager,
]

/** A locked install; it asks the network only for what the machine does not have yet. */
export const install = [...pnpm, 'install', '--frozen-lockfile', '--prefer-offline']

// Nothing here reports to anyone or looks for news of itself. What passed on one release of Node proves nothing of another, so turbo
// keeps them apart (turbo.json).
const environment = () => ({
  ...process.env,
  NODE_RELEASE: process.version,
  TURBO_TELEMETRY_DISABLED: '1',
  NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
})

/**
 * Runs a command as a stage.
 *
 * @param {string} name what the line starts with
 * @param {readonly string[]} command the program and its arguments
 * @param {string} directory where it runs
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function stage(name, command, directory = root) {
  const started = performance.now()
  process.stdout.write(`${name} … `)
  const { code, output } = await run(command, directory)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(code === 0 ? `ok (${seconds} s)\n` : `FAILED (${seconds} s)\n`)
  if (code !== 0) process.stdout.write(`\n$ ${command.join(' ')}\n${output.trim()}\n\n`)
  return code === 0
}

/** Runs stages in order and stops the program at the first that fails. */
export async function stages(list) {
  for (const [name, command, directory] of list) {
    if (!(await stage(name, command, directory))) process.exit(1)
  }
}

/**
 * Runs a command and keeps what it prints.
 *
 * @param {readonly string[]} command
 * @param {string} directory
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run([program, ...args], directory = root) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: directory, env: environment() })
    const pieces = []
    const collect = (piece) => pieces.push(piece)
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code) =>
      resolve({ code: code ?? 1, output: Buffer.concat(pieces).toString() }),
    )
  })
}
