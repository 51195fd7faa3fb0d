// Runs one command as a named stage: a line when it starts, a line with its time when it ends, its own exit code.
// usage: stage.mjs NAME 'what it does' -- COMMAND [ARGUMENT…]
import { spawn } from 'node:child_process'

const [name, purpose, , command, ...args] = process.argv.slice(2)
const started = Date.now()
console.error(`[${name}] ${purpose} …`)
const child = spawn(command, args, { stdio: 'inherit' })
child.on('error', (error) => {
  console.error(`[${name}] could not start ${command}: ${error.message}`)
  process.exitCode = 1
})
child.on('exit', (code, signal) => {
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  const failed = signal !== null || code !== 0
  console.error(`[${name}] ${failed ? `FAILED (${signal ?? `exit code ${code}`})` : 'ok'}, ${seconds} s`)
  process.exitCode = failed ? (code ?? 1) : 0
})
