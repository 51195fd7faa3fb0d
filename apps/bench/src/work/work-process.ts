// One contender in a process of its own, asked for one round at a time, so that none spoils the inline caches of another.
import { setImmediate } from 'node:timers/promises'
import type { RoundAnswer, RoundOrder, Work, WorkKind } from './work.ts'
import { loadWorkload } from './workloads.ts'

const BATCH_US = 1000

const [, , kind = '', worker = ''] = process.argv
const { version, works } = await loadWorkload(kind as WorkKind, worker)
const warm = new Set<Work>()
// Read at the end, so that no result is dead code.
let consumed = 0

process.on('message', (order: RoundOrder) => {
  round(order).then(answer, (error: unknown) => {
    answer({ reason: error instanceof Error ? error.message : String(error) })
  })
})
process.on('disconnect', () => {
  process.exit(consumed === 0 ? 1 : 0)
})
process.send?.({ version })

async function round({ work: number, cpuMs, warmUpMs }: RoundOrder): Promise<RoundAnswer> {
  const work = works[number]
  if (work === undefined) throw new Error(`no work ${number}`)
  if (!warm.has(work)) await measure(work, warmUpMs)
  warm.add(work)
  return { ns: await measure(work, cpuMs) }
}

// Runs until the CPU time is used up; the clock is read once in about a millisecond, and what was put off to the next tick is done.
async function measure(work: Work, cpuMs: number): Promise<number> {
  let turns = 0
  let batch = 1
  let usedUs = 0
  const start = process.cpuUsage()
  while (usedUs < cpuMs * 1000) {
    const before = usedUs
    for (let i = 0; i < batch; i++) consumed += work.turn(turns++)
    await setImmediate()
    const used = process.cpuUsage(start)
    usedUs = used.user + used.system
    if (usedUs - before < BATCH_US) batch *= 2
  }
  return (usedUs * 1000) / (turns * work.messages)
}

function answer(message: RoundAnswer): void {
  process.send?.(message)
}
