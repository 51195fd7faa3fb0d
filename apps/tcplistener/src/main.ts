import { run } from './run.ts'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
process.exitCode = await run(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  stop: stop.signal,
})
