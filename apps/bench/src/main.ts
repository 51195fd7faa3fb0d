import { BENCHMARKS } from './benchmarks.ts'
import { writePage } from './report/write-page.ts'
import { run } from './run.ts'
import { endAllChildren } from './system/children.ts'

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    endAllChildren()
    process.exit(exitCode)
  })
}
process.exitCode = await run(process.argv.slice(2), process.stdout, BENCHMARKS, writePage)
