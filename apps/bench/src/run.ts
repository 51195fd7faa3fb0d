import { writeFile } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { readInvocation } from 'command-line'
import type { Bench, Benchmark } from './benchmark.ts'
import { makeCommand, selected } from './config.ts'
import type { Config } from './config.ts'
import { LoadClient } from './load/load-client.ts'
import { readLoad, readMachine } from './machine.ts'
import type { Report, Row } from './model.ts'
import { rowLine } from './report/text.ts'
import { endAllChildren } from './system/children.ts'
import { Workshop } from './system/workshop.ts'

/**
 * The program.
 *
 * @returns the exit code: 0, or 1 when something of ours could not be measured, or 2 for bad usage
 */
export async function run(
  commandLine: readonly string[],
  output: Writable,
  benchmarks: readonly Benchmark[],
): Promise<number> {
  // pnpm passes on the "--" that some put before flags.
  const flags = commandLine[0] === '--' ? commandLine.slice(1) : commandLine
  const invocation = readInvocation<Config>(makeCommand(benchmarks), flags)
  if ('text' in invocation) {
    output.write(invocation.text)
    return invocation.exitCode
  }
  const { quick, only, json } = invocation.config
  const print = (line: string): void => {
    output.write(`${line}\n`)
  }
  const report = await measure(selected(benchmarks, only), quick, print)
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`)
  const failures = failuresOf(report.rows)
  for (const failure of failures) print(`FAULT: ${failure}`)
  return failures.length === 0 ? 0 : 1
}

async function measure(
  benchmarks: readonly Benchmark[],
  quick: boolean,
  print: (line: string) => void,
): Promise<Report> {
  const machine = readMachine()
  const { cores, cpu, node, system, loadBefore } = machine
  print(`${cores} × ${cpu}, ${system}, Node ${node}, load ${loadBefore.toFixed(2)}`)
  const workshop = await Workshop.open()
  const rows: Row[] = []
  try {
    const generator = await LoadClient.start()
    const bench: Bench = { workshop, generator, quick, print }
    for (const [i, benchmark] of benchmarks.entries()) {
      print(`[${i + 1}/${benchmarks.length}] ${benchmark.title}`)
      const found = await benchmark.run(bench)
      for (const row of found) print(`  ${rowLine(row)}`)
      rows.push(...found)
    }
  } finally {
    endAllChildren()
    await workshop.close()
  }
  return { machine: { ...machine, loadAfter: readLoad() }, quick, rows }
}

// A peer that is not there is a skipped row; one that is there and does not do its work is a fault of the bench.
function failuresOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ name, outcomes }) =>
    outcomes
      .filter(({ skipped }) => skipped?.startsWith('failed: '))
      .map(({ contender, skipped }) => `${name}: ${contender} ${skipped}`),
  )
}
