// What the house's commands share: a stage is one command and one line that says what runs, how it ended and how long it took.
// Its output is shown only when it fails.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPnpm } from './pnpm.mjs'

// Whoever reads has gone, as `head` does: what runs goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** The root of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

const found = findPnpm(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).packageManager)

/** pnpm in the version that package.json pins, so that a machine needs npm only. */
export const pnpm = found.command

// Nothing here reports to anyone or looks for news of itself. What passed on one release of Node proves nothing of another, so turbo
// keeps them apart (turbo.json).
const environment = () => ({
  ...process.env,
  ...(found.directory !== undefined && {
    PATH: `${found.directory}${delimiter}${process.env.PATH}`,
  }),
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
    const endedBy = passOnSignals(child)
    const pieces = []
    const collect = (piece) => pieces.push(piece)
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code) => {
      const signal = endedBy()
      if (signal !== undefined) process.kill(process.pid, signal)
      else resolve({ code: code ?? 1, output: Buffer.concat(pieces).toString() })
    })
  })
}

// A signal for this program alone must not leave the command running. This program ends as the signal says when the command has.
function passOnSignals(child) {
  let received
  const passOn = (signal) => {
    received = signal
    child.kill(signal)
  }
  for (const signal of ENDING_SIGNALS) process.on(signal, passOn)
  return () => {
    for (const signal of ENDING_SIGNALS) process.off(signal, passOn)
    return received
  }
}
