import { stopOnSignals } from 'command-line'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  stop: stopOnSignals(),
})
