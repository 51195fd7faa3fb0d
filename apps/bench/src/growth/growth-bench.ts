import type { Bench } from '../benchmark.ts'
import type { Row, Sample } from '../model.ts'
import { SERVERS } from '../peers.ts'
import { inRounds } from '../rounds.ts'
import { scenarioOf } from '../scenarios.ts'
import { benchServers } from '../server-bench.ts'
import { logLogSlope } from '../statistics.ts'
import { WorkClient } from '../work/work-client.ts'
import { WORKERS } from '../work/workloads.ts'
import { DIMENSIONS } from './dimensions.ts'

const CPU_MS = 10
const WARM_UP_MS = 30
const CONNECTIONS = [16, 64, 256, 1024, 4096]

/** How the cost of a message grows with what it has, and that of a server with its connections. */
export async function benchGrowth(bench: Bench): Promise<readonly Row[]> {
  return [...(await parserGrowth(bench)), await connectionGrowth(bench)]
}

async function parserGrowth({ quick }: Bench): Promise<readonly Row[]> {
  const clients = new Map<string, WorkClient>()
  const rows: Row[] = []
  try {
    for (const worker of WORKERS.growth) {
      clients.set(worker, await WorkClient.start('growth', worker, process.execPath))
    }
    let first = 0
    for (const { name, sizes } of DIMENSIONS) {
      const start = first
      const contenders = [...clients].map(([worker, client]) => ({
        name: worker,
        version: client.version,
        measure: () => slopeOf(client, start, sizes),
      }))
      rows.push({
        benchmark: 'growth',
        name,
        figure: 'slope',
        outcomes: await inRounds(contenders, quick ? 1 : 3),
      })
      first += sizes.length
    }
  } finally {
    await Promise.all([...clients.values()].map((client) => client.end()))
  }
  return rows
}

async function slopeOf(
  client: WorkClient,
  first: number,
  sizes: readonly number[],
): Promise<Sample> {
  const points: [number, number][] = []
  for (const [i, size] of sizes.entries()) {
    const order = { work: first + i, cpuMs: CPU_MS, warmUpMs: WARM_UP_MS }
    points.push([size, await client.round(order)])
  }
  return slopes(points)
}

// What all connections together cost when each has the same number of requests.
async function connectionGrowth(bench: Bench): Promise<Row> {
  const scenario = scenarioOf('keep-alive')
  const { rawhttp, nodeHttp } = SERVERS
  const costs = new Map<string, [number, number][][]>()
  const rounds = bench.quick ? 1 : 3
  const versions = new Map<string, string>()
  for (const connections of CONNECTIONS) {
    const { outcomes } = await benchServers(bench, {
      benchmark: 'growth',
      name: '',
      load: { ...scenario.load, connections },
      peers: [rawhttp, nodeHttp],
      duty: { workshop: bench.workshop, secure: false },
      effort: { rounds, span: { durationMs: 250 }, warmUpMs: 400 },
    })
    for (const { contender, version, samples } of outcomes) {
      versions.set(contender, version)
      const own = costs.get(contender) ?? Array.from({ length: rounds }, () => [])
      costs.set(contender, own)
      for (const [round, { cpuUs = NaN }] of samples.entries()) {
        own[round]?.push([connections, cpuUs * connections])
      }
    }
  }
  const outcomes = [...costs].map(([contender, points]) => ({
    contender,
    version: versions.get(contender) ?? '',
    samples: points.map(slopes),
  }))
  return { benchmark: 'growth', name: 'connections, 16 to 4,096', figure: 'slope', outcomes }
}

// Through all sizes, and through the largest two alone: what grows worse than linearly may do so only at the end.
function slopes(points: readonly (readonly [number, number])[]): Sample {
  return { slope: logLogSlope(points), endSlope: logLogSlope(points.slice(-2)) }
}
