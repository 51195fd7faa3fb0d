import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { readInvocation, USAGE_EXIT_CODE } from 'command-line'
import { Command, Option } from 'commander'
import { startServer } from './server-process.ts'
import { runSuite } from './suite.ts'
import type { Counts } from './suite.ts'

/** The suites that are known. */
type SuiteName = 'conformance' | 'reliability'

interface Config {
  readonly suites: string
}

const SUITES = fileURLToPath(new URL('../../../../shared', import.meta.url))
const SERVER = fileURLToPath(new URL('../../httpserver/dist/main.js', import.meta.url))
// What both suites want to find behind a path without a route.
const SURROUNDINGS = { UNKNOWN: '404' }
const DELIVERIES = [[], ['--fragment', 'bytes'], ['--fragment', 'split']]

/**
 * The program: runs one suite when it is there, and says so when it is not, for a clone of this repository alone must pass. The
 * last line is `N passed, M failed`.
 *
 * @param server what is started; by default the built httpserver
 * @returns the exit code: 0; or 1 when a case failed; or 2 for bad usage
 */
export async function run(
  commandLine: readonly string[],
  output: Writable,
  server: string = SERVER,
): Promise<number> {
  const command = new Command('conformance')
    .description('Runs a suite of black-box cases against the built httpserver.')
    .argument('<suite>', 'conformance: every delivery of every case; reliability: every scenario')
    .argument('[options...]', 'for the suite itself, behind --')
    .addOption(new Option('--suites <folder>', 'where the suites are').default(SUITES, '../shared'))
  const invocation = readInvocation<Config>(command, commandLine)
  if ('text' in invocation) {
    output.write(invocation.text)
    return invocation.exitCode
  }
  const [name = '', ...options] = command.args
  if (!isSuiteName(name)) {
    output.write(`conformance: expected the suite conformance or reliability, got ${name}\n`)
    return USAGE_EXIT_CODE
  }
  const program = join(invocation.config.suites, name, 'run.mjs')
  if (!existsSync(program)) {
    output.write(`skipped: there is no suite ${program}\n`)
    return 0
  }
  const runs = { conformance: runConformance, reliability: runReliability }
  const { passed, failed } = await runs[name](program, options, output, server)
  output.write(`${passed} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
}

function isSuiteName(name: string): name is SuiteName {
  return name === 'conformance' || name === 'reliability'
}

// One server for all deliveries, so that what one of them left behind would show in the next.
async function runConformance(
  program: string,
  options: readonly string[],
  output: Writable,
  server: string,
): Promise<Counts> {
  const started = await startServer(server, { ...SURROUNDINGS, TEST_ROUTES: '1' })
  const total = { passed: 0, failed: 0 }
  try {
    for (const delivery of DELIVERIES) {
      const { passed, failed } = await runSuite(
        program,
        ['127.0.0.1', String(started.port), ...delivery, ...options],
        {},
        output,
      )
      total.passed += passed
      total.failed += failed
    }
  } finally {
    const code = await started.stop()
    if (code !== 0) {
      output.write(`the server ended with exit code ${code}, not 0\n`)
      total.failed++
    }
  }
  return total
}

// The suite starts the server itself, one for each scenario.
function runReliability(
  program: string,
  options: readonly string[],
  output: Writable,
  server: string,
): Promise<Counts> {
  const command = [process.execPath, server].map((part) => `'${part}'`).join(' ')
  return runSuite(program, ['--cmd', command, ...options], SURROUNDINGS, output)
}
