import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from '../benchmark.ts'
import type { Row } from '../model.ts'
import { FILE_SERVERS, PROXIES, SERVERS } from '../peers.ts'
import type { Duty, Peer } from '../peers.ts'
import { scenarioOf } from '../scenarios.ts'
import { loadFor, reasonOf } from '../server-bench.ts'
import type { Load } from '../load/load.ts'
import { within } from '../load/patience.ts'
import { hasProc } from '../system/proc.ts'
import { Missing } from '../system/programs.ts'
import { ServerProcess } from '../system/server-process.ts'
import { LAYERS, layerShares } from './layers.ts'
import type { CpuProfile } from './layers.ts'

const { rawhttp, nodeHttp } = SERVERS
const BOTH = [rawhttp, nodeHttp]
// By scenario: who is looked at. Ours is the first of those that send files and pass requests on.
const SUBJECTS: readonly (readonly [scenario: string, peers: readonly Peer[]])[] = [
  ...['keep-alive', 'browser', 'post', 'pipelined', 'one-shot', 'large', 'tls'].map(
    (name) => [name, BOTH] as const,
  ),
  ['file', [...FILE_SERVERS.slice(0, 1), nodeHttp]],
  ['proxy-small', PROXIES.slice(0, 1)],
  ['proxy-large', PROXIES.slice(0, 1)],
]
const QUICKLY = 3
const INTERVAL_US = 250
const WARM_UP_MS = 500
const SPAN_MS = 1000
const PATIENCE_MS = 10_000

/** Where the CPU time of a request goes, by whose code it is spent in: ours and node:http under a profiler. */
export async function benchProfile(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const [scenario, peers] of bench.quick ? SUBJECTS.slice(0, QUICKLY) : SUBJECTS) {
    for (const peer of peers) {
      const name = `${scenario}, ${peer.name}`
      rows.push({
        benchmark: 'profile',
        name,
        figure: 'spentUs',
        outcomes: await profile(bench, scenario, peer),
      })
    }
  }
  return rows
}

async function profile(bench: Bench, name: string, peer: Peer): Promise<Row['outcomes']> {
  try {
    if (!hasProc()) throw new Missing('this system has no /proc')
    const spent = await spentBy(bench, name, peer)
    return LAYERS.map((layer) => ({
      contender: layer,
      version: '',
      samples: [{ spentUs: spent.get(layer) ?? 0 }],
    }))
  } catch (error) {
    const skipped = reasonOf(error)
    return LAYERS.map((layer) => ({ contender: layer, version: '', skipped, samples: [] }))
  }
}

/** Microseconds a request, by layer. */
async function spentBy(
  bench: Bench,
  name: string,
  peer: Peer,
): Promise<ReadonlyMap<string, number>> {
  const { load, upstream } = scenarioOf(name)
  const duty = { workshop: bench.workshop, secure: load.secure }
  if (upstream === undefined) return profileUnder(bench, load, peer, name, duty)
  const origin = await ServerProcess.start(await upstream.prepare(duty))
  try {
    const proxyDuty = { ...duty, upstreamPort: origin.place.port }
    return await profileUnder(bench, load, peer, name, proxyDuty)
  } finally {
    await origin.stop()
  }
}

async function profileUnder(
  { workshop, generator, quick }: Bench,
  load: Omit<Load, 'port'>,
  peer: Peer,
  name: string,
  duty: Duty,
): Promise<ReadonlyMap<string, number>> {
  const launch = await peer.prepare(duty)
  const folder = join(workshop.folder, `profile-${name}-${peer.name.replace(':', '-')}`)
  const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`]
  const server = await ServerProcess.start({ ...launch, args: [...flags, ...launch.args] })
  try {
    await generator.open(loadFor(peer, load, server.place.port))
    await generator.run({ durationMs: quick ? 200 : WARM_UP_MS })
    const [before, from] = [server.cpuMs(), nowUs()]
    const { requests } = await generator.run({ durationMs: quick ? 300 : SPAN_MS })
    const [after, to] = [server.cpuMs(), nowUs()]
    await generator.close()
    const shares = layerShares(await profileOf(server, folder), from, to)
    return new Map(
      [...shares].map(([layer, share]) => [layer, (share * (after - before) * 1000) / requests]),
    )
  } finally {
    await server.stop()
  }
}

// All processes of a machine share this clock.
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

// It is written when the process ends by itself.
async function profileOf(server: ServerProcess, folder: string): Promise<CpuProfile> {
  const exited = once(server.child, 'exit')
  server.child.kill('SIGTERM')
  await within(PATIENCE_MS, 'writing a profile', exited)
  const [file] = await readdir(folder)
  if (file === undefined) throw new Error('there is no profile')
  return JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile
}
