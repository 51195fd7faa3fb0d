import type { Bench } from './benchmark.ts'
import type { Outcome, Row, Sample } from './model.ts'
import { SERVERS } from './peers.ts'
import { inRounds } from './rounds.ts'
import { scenarioOf } from './scenarios.ts'
import { benchServers, reasonOf } from './server-bench.ts'
import { findNode } from './system/programs.ts'
import { WorkClient } from './work/work-client.ts'
import { workNames } from './work/workloads.ts'

const RELEASES = [20, 22, 24, 26]
const SCENARIOS = ['keep-alive', 'browser', 'pipelined', 'post', 'one-shot', 'large']
const PARSERS = ['rawhttp', 'node-binding']
// The body of 64 MiB says nothing that the others do not.
const PARSED = 7
const FULL = { rounds: 5, span: { durationMs: 300 }, warmUpMs: 500 }
const QUICK = { rounds: 1, span: { durationMs: 150 }, warmUpMs: 150 }

/** Ours and node:http, server and parser, on the releases of Node that the other tables are not about. */
export async function benchVersions(bench: Bench): Promise<readonly Row[]> {
  const own = Number(process.versions.node.split('.')[0])
  const rows: Row[] = []
  const others = RELEASES.filter((release) => release !== own)
  for (const release of bench.quick ? others.slice(-1) : others) {
    try {
      const node = await findNode(release)
      rows.push(...(await onRelease(bench, release, node)))
    } catch (error) {
      rows.push(missing(release, reasonOf(error)))
    }
  }
  return rows
}

async function onRelease(bench: Bench, release: number, node: string): Promise<readonly Row[]> {
  const rows = [...(await benchParsers(bench, release, node))]
  const { rawhttp, nodeHttp } = SERVERS
  for (const scenario of SCENARIOS) {
    const { title, load } = scenarioOf(scenario)
    rows.push(
      await benchServers(bench, {
        benchmark: 'versions',
        name: `Node ${release}: ${title}`,
        load,
        peers: [rawhttp, nodeHttp],
        duty: { workshop: bench.workshop, secure: false, node },
        effort: bench.quick ? QUICK : FULL,
      }),
    )
  }
  return rows
}

async function benchParsers(bench: Bench, release: number, node: string): Promise<readonly Row[]> {
  const clients = new Map<string, WorkClient>()
  const rows: Row[] = []
  const warmUpMs = bench.quick ? 30 : 120
  try {
    for (const parser of PARSERS) {
      clients.set(parser, await WorkClient.start('request-parser', parser, node))
    }
    for (const [work, name] of workNames('request-parser').slice(0, PARSED).entries()) {
      const contenders = [...clients].map(([parser, client]) => ({
        name: parser,
        version: client.version,
        measure: async (): Promise<Sample> => ({
          ns: await client.round({ work, cpuMs: 30, warmUpMs }),
        }),
      }))
      const outcomes = await inRounds(contenders, bench.quick ? 1 : 5)
      rows.push({ benchmark: 'versions', name: `Node ${release}: ${name}`, figure: 'ns', outcomes })
    }
  } finally {
    await Promise.all([...clients.values()].map((client) => client.end()))
  }
  return rows
}

function missing(release: number, skipped: string): Row {
  const outcomes: readonly Outcome[] = [{ contender: 'rawhttp', version: '', skipped, samples: [] }]
  return { benchmark: 'versions', name: `Node ${release}`, figure: 'cpuUs', outcomes }
}
