// pnpm test:browser: the tests that drive Chromium. A fresh machine may not have it, so they are no part of npm test.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { workspaces } from './reports.mjs'
import { root, stage, stages } from './stage.mjs'

const CONFIG = 'vitest.browser.config.ts'
const REPORT = 'reports/browser.json'

await stages([['build', [`${root}node_modules/.bin/tsc`, '-b']]])
let passed = 0
let failed = 0
for (const workspace of workspaces('apps').filter((name) =>
  existsSync(`${root}${name}/${CONFIG}`),
)) {
  const directory = root + workspace
  const report = `${directory}/${REPORT}`
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`]
  const vitest = [`${root}node_modules/.bin/vitest`, 'run', '--config', CONFIG, ...reporters]
  const succeeded = await stage(`${workspace} in Chromium`, vitest, directory)
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined
  passed += counts?.numPassedTests ?? 0
  failed += succeeded ? 0 : Math.max(counts?.numFailedTests ?? 0, 1)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
