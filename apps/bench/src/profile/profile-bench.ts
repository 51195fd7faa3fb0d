import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from '../benchmark.ts'
import type { Row } from '../model.ts'
import { SERVERS } from '../peers.ts'
import type { Peer } from '../peers.ts'
import { scenarioOf } from '../scenarios.ts'
import { reasonOf } from '../server-bench.ts'
import { within } from '../load/patience.ts'
import { hasProc } from '../system/proc.ts'
import { Missing } from '../system/programs.ts'
import { ServerProcess } from '../system/server-process.ts'
import { LAYERS, layerShares } from './layers.ts'
import type { CpuProfile } from './layers.ts'

const SCENARIOS = ['keep-alive', 'browser', 'post', 'pipelined', 'one-shot', 'large', 'tls']
const INTERVAL_US = 250
const PATIENCE_MS = 10_000

/** Where the CPU time of a request goes, by whose code it is spent in: ours and node:http under a profiler. */
export async function benchProfile(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const scenario of SCENARIOS) {
    for (const peer of [SERVERS.rawhttp, SERVERS.nodeHttp]) {
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
  { workshop, generator, quick }: Bench,
  name: string,
  peer: Peer,
): Promise<ReadonlyMap<string, number>> {
  const { load } = scenarioOf(name)
  const launch = await peer.prepare({ workshop, secure: load.secure })
  const folder = join(workshop.folder, `profile-${name}-${peer.name.replace(':', '-')}`)
  const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`]
  const server = await ServerProcess.start({ ...launch, args: [...flags, ...launch.args] })
  try {
    await generator.open({ ...load, port: server.place.port })
    const before = server.cpuMs()
    const from = nowUs()
    const { requests } = await generator.run({ durationMs: quick ? 300 : 1500 })
    const cpuUs = ((server.cpuMs() - before) * 1000) / requests
    const to = nowUs()
    await generator.close()
    const shares = layerShares(await profileOf(server, folder), from, to)
    return new Map([...shares].map(([layer, share]) => [layer, share * cpuUs]))
  } finally {
    await server.stop()
  }
}

// All processes of a machine share this clock.
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

// It is written when the process ends by itself, which it does when its standard input ends.
async function profileOf(server: ServerProcess, folder: string): Promise<CpuProfile> {
  const exited = once(server.child, 'exit')
  server.child.stdin?.end()
  await within(PATIENCE_MS, 'writing a profile', exited)
  const [file] = await readdir(folder)
  if (file === undefined) throw new Error('there is no profile')
  return JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile
}
