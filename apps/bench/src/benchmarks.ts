import type { Bench, Benchmark } from './benchmark.ts'
import { benchGrowth } from './growth/growth-bench.ts'
import { benchLatency } from './latency-bench.ts'
import { benchMemory } from './memory/memory-bench.ts'
import type { Row } from './model.ts'
import { benchProfile } from './profile/profile-bench.ts'
import { SCENARIOS } from './scenarios.ts'
import type { Scenario } from './scenarios.ts'
import { benchServers } from './server-bench.ts'
import { benchStart } from './start-bench.ts'
import { ServerProcess } from './system/server-process.ts'
import { benchVersions } from './versions-bench.ts'
import { benchWork } from './work-bench.ts'

/** Everything that can be measured, in the order of the report. */
export const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'request-parser',
    group: 'parsers',
    title: 'Request parser',
    run: (bench) => benchWork(bench, 'request-parser'),
  },
  {
    name: 'response-parser',
    group: 'parsers',
    title: 'Response parser',
    run: (bench) => benchWork(bench, 'response-parser'),
  },
  {
    name: 'writer',
    group: 'writers',
    title: 'Response writer',
    run: (bench) => benchWork(bench, 'writer'),
  },
  ...SCENARIOS.map(benchmarkOf),
  {
    name: 'latency',
    group: 'servers',
    title: 'Latency at the same rate',
    run: benchLatency,
  },
  {
    name: 'memory',
    group: 'processes',
    title: 'Memory of idle connections',
    run: benchMemory,
  },
  {
    name: 'start',
    group: 'processes',
    title: 'Start to first response',
    run: benchStart,
  },
  { name: 'profile', group: 'profile', title: 'Where the time goes', run: benchProfile },
  { name: 'versions', group: 'versions', title: 'Other releases of Node', run: benchVersions },
  { name: 'growth', group: 'growth', title: 'Growth of cost', run: benchGrowth },
]

function benchmarkOf(scenario: Scenario): Benchmark {
  const { name, group, title } = scenario
  return {
    name,
    group,
    title,
    run: (bench) => measure(bench, scenario),
  }
}

async function measure(bench: Bench, scenario: Scenario): Promise<readonly Row[]> {
  const { name: benchmark, title: name, load, peers, upstream } = scenario
  const { workshop } = bench
  const duty = { workshop, secure: load.secure }
  if (upstream === undefined)
    return [await benchServers(bench, { benchmark, name, load, peers, duty })]
  const origin = await ServerProcess.start(await upstream.prepare(duty))
  try {
    const proxyDuty = { ...duty, upstreamPort: origin.place.port }
    return [await benchServers(bench, { benchmark, name, load, peers, duty: proxyDuty })]
  } finally {
    await origin.stop()
  }
}
