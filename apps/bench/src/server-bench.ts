import type { Bench } from './benchmark.ts'
import type { Load, LoadResult } from './load/load.ts'
import type { Row, Sample } from './model.ts'
import type { Duty, Peer } from './peers.ts'
import { inRounds } from './rounds.ts'
import type { Contender } from './rounds.ts'
import { Missing } from './system/programs.ts'
import { ServerProcess } from './system/server-process.ts'

const FULL = { rounds: 7, durationMs: 600 }
const QUICK = { rounds: 3, durationMs: 200 }

/** A peer that runs, or why it does not. */
interface Entrant {
  readonly name: string
  readonly server: ServerProcess | undefined
  readonly reason: string
}

/** Measures servers under the same load, all of them alive, one at a time. */
export async function benchServers(
  bench: Bench,
  benchmark: string,
  name: string,
  load: Omit<Load, 'port'>,
  peers: readonly Peer[],
  duty: Duty,
): Promise<Row> {
  const { rounds, durationMs } = bench.quick ? QUICK : FULL
  const entrants: Entrant[] = []
  try {
    for (const peer of peers) entrants.push(await enter(peer, duty))
    const contenders = entrants.map((entrant) =>
      contender(entrant, (server) => measure(bench, server, load, durationMs)),
    )
    const outcomes = await inRounds(contenders, rounds)
    return { benchmark, name, outcomes }
  } finally {
    for (const { server } of entrants) await server?.stop()
  }
}

async function enter({ name, prepare }: Peer, duty: Duty): Promise<Entrant> {
  try {
    return { name, server: await ServerProcess.start(await prepare(duty)), reason: '' }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const told = error instanceof Missing ? reason : `failed: ${reason}`
    return { name, server: undefined, reason: told }
  }
}

function contender(
  { name, server, reason }: Entrant,
  measureServer: (server: ServerProcess) => Promise<Sample>,
): Contender {
  if (server === undefined) {
    return { name, version: '', skipped: reason, measure: () => Promise.reject(new Error(reason)) }
  }
  return { name, version: server.place.version, measure: () => measureServer(server) }
}

async function measure(
  { generator }: Bench,
  server: ServerProcess,
  load: Omit<Load, 'port'>,
  durationMs: number,
): Promise<Sample> {
  await generator.open({ ...load, port: server.place.port })
  try {
    const before = server.cpuMs()
    const result = await generator.run({ durationMs })
    return figures(result, server.cpuMs() - before, load.responseBytes)
  } finally {
    await generator.close()
  }
}

/** The figures of one run: what it cost, how much came of it, how long each took. */
function figures(
  { requests, elapsedMs, p50Ms, p99Ms }: LoadResult,
  cpuMs: number,
  responseBytes: number,
): Sample {
  const seconds = elapsedMs / 1000
  return {
    cpuUs: (cpuMs * 1000) / requests,
    perSecond: requests / seconds,
    megabytesPerSecond: (requests * responseBytes) / 1e6 / seconds,
    busy: cpuMs / elapsedMs,
    p50Ms,
    p99Ms,
  }
}
