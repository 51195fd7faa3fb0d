import type { Bench } from './benchmark.ts'
import type { Row } from './model.ts'
import { inRounds } from './rounds.ts'
import type { Contender } from './rounds.ts'
import type { WorkKind } from './work/work.ts'
import { WorkClient } from './work/work-client.ts'
import { WORKERS, workNames } from './work/workloads.ts'

const FULL = { rounds: 11, cpuMs: 40, warmUpMs: 250 }
const QUICK = { rounds: 3, cpuMs: 20, warmUpMs: 60 }

/** Measures all contenders of a kind, each in its own process. */
export async function benchWork(bench: Bench, kind: WorkKind): Promise<readonly Row[]> {
  const { rounds, cpuMs, warmUpMs } = bench.quick ? QUICK : FULL
  const clients = new Map<string, WorkClient>()
  const rows: Row[] = []
  try {
    for (const worker of WORKERS[kind]) {
      clients.set(worker, await WorkClient.start(kind, worker, process.execPath))
    }
    for (const [work, name] of workNames(kind).entries()) {
      const contenders: Contender[] = [...clients].map(([worker, client]) => ({
        name: worker,
        version: client.version,
        measure: async () => ({ ns: await client.round({ work, cpuMs, warmUpMs }) }),
      }))
      rows.push({
        benchmark: kind,
        name,
        figure: 'ns',
        outcomes: await inRounds(contenders, rounds),
      })
    }
  } finally {
    await Promise.all([...clients.values()].map((client) => client.end()))
  }
  return rows
}
