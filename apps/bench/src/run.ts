import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { readInvocation, USAGE_EXIT_CODE } from 'command-line'
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
 * @param writeReport writes the page of the documents
 * @returns the exit code: 0, or 1 when something of ours could not be measured, or 2 for bad usage
 */
export async function run(
  commandLine: readonly string[],
  output: Writable,
  benchmarks: readonly Benchmark[],
  writeReport: (report: Report) => Promise<void>,
): Promise<number> {
  const invocation = readInvocation<Config>(makeCommand(benchmarks), commandLine)
  if ('text' in invocation) {
    output.write(invocation.text)
    return invocation.exitCode
  }
  const { quick, only, markdown } = invocation.config
  const [json, from] = [invocation.config.json, invocation.config.from].map(fromWhereItWasStarted)
  const print = (line: string): void => {
    output.write(`${line}\n`)
  }
  const report =
    from === undefined
      ? await measure(selected(benchmarks, only), quick, print)
      : await readReport(from)
  if (report === undefined) {
    print(`bench: ${from} is not what --json has written`)
    return USAGE_EXIT_CODE
  }
  if (from !== undefined) for (const row of report.rows) print(rowLine(row))
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`)
  if (markdown) await writeReport(report)
  const failures = failuresOf(report.rows)
  for (const failure of failures) print(`FAULT: ${failure}`)
  return failures.length === 0 ? 0 : 1
}

// pnpm changes to the folder of the package, and says where it was.
function fromWhereItWasStarted(file: string | undefined): string | undefined {
  return file === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '', file)
}

async function measure(
  benchmarks: readonly Benchmark[],
  quick: boolean,
  print: (line: string) => void,
): Promise<Report> {
  const machine = readMachine()
  const startedAt = performance.now()
  const { cores, cpu, node, system, loadBefore } = machine
  print(`${cores} × ${cpu}, ${system}, Node ${node}, load ${loadBefore.toFixed(2)}`)
  const workshop = await Workshop.open()
  const rows: Row[] = []
  try {
    const generator = await LoadClient.start()
    const bench: Bench = { workshop, generator, quick, print }
    for (const [i, benchmark] of benchmarks.entries()) {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
      print(`[${i + 1}/${benchmarks.length}, ${seconds} s] ${benchmark.title}`)
      const found = await benchmark.run(bench)
      for (const row of found) print(`  ${rowLine(row)}`)
      rows.push(...found)
    }
  } finally {
    endAllChildren()
    workshop.close()
  }
  return { machine: { ...machine, loadAfter: readLoad() }, quick, rows }
}

async function readReport(file: string): Promise<Report | undefined> {
  const report = JSON.parse(await readFile(file, 'utf8')) as Partial<Report> | null
  return Array.isArray(report?.rows) && report.machine !== undefined
    ? (report as Report)
    : undefined
}

// A peer that is not there is a skipped row; one that is there and does not do its work is a fault of the bench.
function failuresOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ name, outcomes }) =>
    outcomes
      .filter(({ skipped }) => skipped?.startsWith('failed: '))
      .map(({ contender, skipped }) => `${name}: ${contender} ${skipped}`),
  )
}
