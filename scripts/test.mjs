// npm test: installs, builds, runs the tests of every package and app, and counts them.
import { install } from './install.mjs'
import { readReports, removeReports } from './reports.mjs'
import { pnpm, stage } from './stage.mjs'

const tests = [
  ...pnpm,
  'exec',
  'turbo',
  'run',
  'test',
  '--output-logs=errors-only',
  '--continue=dependencies-successful',
]

removeReports()
const succeeded = (await install()) && (await stage('build and test', tests))
const reports = readReports().map(({ report }) => report)
const passed = reports.reduce((sum, report) => sum + report.numPassedTests, 0)
const failed = reports.reduce((sum, report) => sum + report.numFailedTests, 0)
// A run can fail without a failed test: a file that cannot be loaded, or an install without a network.
const failures = succeeded ? failed : Math.max(failed, 1)
console.log(`${passed} passed, ${failures} failed`)
process.exitCode = failures === 0 ? 0 : 1
