import type { Bench } from './benchmark.ts'
import type { Load, LoadResult, Span } from './load/load.ts'
import type { Row, Sample } from './model.ts'
import type { Duty, Peer } from './peers.ts'
import { absent, inRounds } from './rounds.ts'
import type { Contender } from './rounds.ts'
import { hasProc } from './system/proc.ts'
import { Missing } from './system/programs.ts'
import { ServerProcess } from './system/server-process.ts'

/** How often and how long servers are measured. */
interface Effort {
  readonly rounds: number
  readonly span: Span
  /** CPU time of the server before its first round. */
  readonly warmUpMs?: number
}

/** Who is asked what. */
export interface Contest {
  readonly benchmark: string
  readonly name: string
  readonly load: Omit<Load, 'port'>
  readonly peers: readonly Peer[]
  readonly duty: Duty
  /** The figure that counts. Default: CPU time a request. */
  readonly figure?: string
  /** Default: what a run of ten minutes has time for. */
  readonly effort?: Effort
}

// Compilers of servers that are this fast have seen all that they will see.
const WARM_UP_MS = 500
const WARM_UP_STEPS = 6
const FULL: Effort = { rounds: 7, span: { durationMs: 400 } }
const QUICK: Effort = { rounds: 3, span: { durationMs: 150 }, warmUpMs: 200 }

/** A peer that runs, or why it does not. */
interface Entrant {
  readonly peer: Peer
  readonly server: ServerProcess | undefined
  readonly reason: string
}

/** Measures servers under the same load, all of them alive, one at a time. */
export async function benchServers(bench: Bench, contest: Contest): Promise<Row> {
  const {
    benchmark,
    name,
    load,
    peers,
    duty,
    figure = 'cpuUs',
    effort = bench.quick ? QUICK : FULL,
  } = contest
  const entrants: Entrant[] = []
  try {
    for (const peer of peers) entrants.push(await enter(peer, duty))
    const contenders = entrants.map((entrant) => contender(bench, entrant, load, effort))
    return { benchmark, name, figure, outcomes: await inRounds(contenders, effort.rounds) }
  } finally {
    for (const { server } of entrants) await server?.stop()
  }
}

async function enter(peer: Peer, duty: Duty): Promise<Entrant> {
  try {
    if (!hasProc())
      throw new Missing('this system has no /proc, which tells the CPU time of servers')
    const server = await ServerProcess.start(await peer.prepare(duty))
    return { peer, server, reason: '' }
  } catch (error) {
    return { peer, server: undefined, reason: reasonOf(error) }
  }
}

/** Why a peer is not measured, as an outcome says it. */
export function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return error instanceof Missing ? reason : `failed: ${reason}`
}

function contender(
  bench: Bench,
  { peer, server, reason }: Entrant,
  load: Omit<Load, 'port'>,
  { span, warmUpMs = WARM_UP_MS }: Effort,
): Contender {
  const { name } = peer
  if (server === undefined) return absent(name, reason)
  const { port, version } = server.place
  const own = loadFor(peer, load, port)
  return {
    name,
    version,
    warmUp: () => warmUp(bench, server, own, warmUpMs),
    measure: () => measureServer(bench, server, own, span),
  }
}

/** The load as a peer gets it. */
export function loadFor({ targetOf }: Peer, load: Omit<Load, 'port'>, port: number): Load {
  if (targetOf === undefined) return { ...load, port }
  return { ...load, port, request: { ...load.request, target: targetOf(load.request.target) } }
}

// By its own CPU time: on a machine with other work a second may be a tenth of one. Bounded, for one that never uses much.
async function warmUp(
  { generator }: Bench,
  server: ServerProcess,
  load: Load,
  cpuMs: number,
): Promise<void> {
  const start = server.cpuMs()
  await generator.open(load)
  try {
    for (let i = 0; i < WARM_UP_STEPS && server.cpuMs() - start < cpuMs; i++) {
      await generator.run({ durationMs: cpuMs / 2 })
    }
  } finally {
    await generator.close()
  }
}

/** Loads one server once. */
async function measureServer(
  { generator }: Bench,
  server: ServerProcess,
  load: Load,
  span: Span,
): Promise<Sample> {
  await generator.open(load)
  try {
    const before = server.cpuMs()
    const result = await generator.run(span)
    return figures(result, server.cpuMs() - before, load)
  } finally {
    await generator.close()
  }
}

// What it cost, how much came of it, how long each took.
function figures(
  { requests, elapsedMs, p50Ms, p99Ms }: LoadResult,
  cpuMs: number,
  { responseBytes, request: { contentBytes = 0 } }: Load,
): Sample {
  const seconds = elapsedMs / 1000
  return {
    cpuUs: (cpuMs * 1000) / requests,
    perSecond: requests / seconds,
    megabytesPerSecond: (requests * (responseBytes + contentBytes)) / 1e6 / seconds,
    busy: cpuMs / elapsedMs,
    p50Ms,
    p99Ms,
  }
}
