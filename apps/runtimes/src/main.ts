// Performs the exercises in every runtime and compares what came of them. A runtime that cannot be had is a failure.
import { fileURLToPath } from 'node:url'
import { performInChromium } from './chromium.ts'
import { ENGINES, installEngines, runIn } from './engines.ts'
import { EXERCISES } from './exercises.ts'

const PROGRAM = fileURLToPath(new URL('print.js', import.meta.url))

// Whoever reads has gone, as `head` does.
process.stdout.once('error', () => process.exit(1))

let passed = 0
let failed = 0

await report('Runtimes from npm', async () => {
  await installEngines()
  return 'there'
})
for (const engine of ENGINES) {
  await report(`${engine.name} ${engine.version}`, async () =>
    compare(JSON.parse(await runIn(engine, PROGRAM))),
  )
}
await report('Chromium', async () => compare(await performInChromium()))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

async function report(name: string, action: () => Promise<string>): Promise<void> {
  process.stdout.write(`${name} … `)
  try {
    console.log(await action())
  } catch (error) {
    failed++
    console.log(`FAILED\n${error instanceof Error ? error.message : String(error)}`)
  }
}

function compare(outcomes: unknown): string {
  const seen: readonly unknown[] = Array.isArray(outcomes) ? outcomes : []
  const wrong = EXERCISES.flatMap(({ title, expected }, i) =>
    seen[i] === expected
      ? []
      : [`${title}\n  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(seen[i])}`],
  )
  passed += EXERCISES.length - wrong.length
  failed += wrong.length
  return wrong.length === 0 ? `ok (${EXERCISES.length} exercises)` : `FAILED\n${wrong.join('\n')}`
}
