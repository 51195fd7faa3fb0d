import type { Bench } from './benchmark.ts'
import type { Row } from './model.ts'
import { SERVERS } from './peers.ts'
import { scenarioOf } from './scenarios.ts'
import { benchServers } from './server-bench.ts'
import { median } from './statistics.ts'

// How much of what node:http can do at its best is offered to everybody.
const LOAD = 0.6

/**
 * Latency at one and the same rate of requests, which a server cannot slow down by being slow: a request that is due while all
 * connections wait counts from when it was due.
 */
export async function benchLatency(bench: Bench): Promise<readonly Row[]> {
  const { workshop, quick } = bench
  const scenario = scenarioOf('keep-alive')
  const { load } = scenario
  const duty = { workshop, secure: false }
  const { rawhttp, again, nodeHttp, bun, deno, go } = SERVERS
  const best = await benchServers(bench, {
    benchmark: 'latency',
    name: 'capacity',
    load,
    duty,
    peers: [nodeHttp],
    effort: { rounds: 3, span: { durationMs: 300 } },
  })
  const capacity = median(best.outcomes[0]?.samples.map(({ perSecond = NaN }) => perSecond) ?? [])
  const requestsPerSecond = Math.round((capacity * LOAD) / 1000) * 1000
  if (!(requestsPerSecond > 0)) throw new Error('node:http could not be measured')
  const row = await benchServers(bench, {
    benchmark: 'latency',
    name: `${requestsPerSecond / 1000},000 requests/s over 64 connections`,
    figure: 'p99Ms',
    load,
    duty,
    peers: [rawhttp, again, nodeHttp, bun, deno, go],
    effort: { rounds: quick ? 3 : 9, span: { durationMs: quick ? 300 : 700, requestsPerSecond } },
  })
  return [row]
}
