import { BENCHMARKS } from './benchmarks.ts'
import { writePage } from './report/write-page.ts'
import { run } from './run.ts'
import { endAllChildren } from './system/children.ts'

process.once('exit', endAllChildren)
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    process.exit(exitCode)
  })
}
// Whoever reads has gone, as `head` does.
process.stdout.once('error', () => {
  process.exit(1)
})
process.exitCode = await run(process.argv.slice(2), process.stdout, BENCHMARKS, writePage)
