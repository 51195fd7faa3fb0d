import type { Bench, Benchmark } from './benchmark.ts'
import type { Row } from './model.ts'
import { SCENARIOS } from './scenarios.ts'
import type { Scenario } from './scenarios.ts'
import { benchServers } from './server-bench.ts'
import { benchWork } from './work-bench.ts'

/** Everything that can be measured, in the order of the report. */
export const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'request-parser',
    group: 'parsers',
    title: 'Request parser',
    figure: 'ns',
    run: (bench) => benchWork(bench, 'request-parser'),
  },
  {
    name: 'response-parser',
    group: 'parsers',
    title: 'Response parser',
    figure: 'ns',
    run: (bench) => benchWork(bench, 'response-parser'),
  },
  {
    name: 'writer',
    group: 'writers',
    title: 'Response writer',
    figure: 'ns',
    run: (bench) => benchWork(bench, 'writer'),
  },
  ...SCENARIOS.map(benchmarkOf),
]

function benchmarkOf(scenario: Scenario): Benchmark {
  const { name, title } = scenario
  return {
    name,
    group: 'servers',
    title,
    figure: 'cpuUs',
    run: (bench) => measure(bench, scenario),
  }
}

async function measure(bench: Bench, scenario: Scenario): Promise<readonly Row[]> {
  const { name, title, load, peers } = scenario
  const duty = { workshop: bench.workshop, secure: load.secure }
  return [await benchServers(bench, name, title, load, peers, duty)]
}
