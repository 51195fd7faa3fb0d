import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Bench } from '../benchmark.ts'
import { HELLO } from '../servers/site.ts'
import type { Load } from '../load/load.ts'
import type { Row, Sample } from '../model.ts'
import { SERVERS } from '../peers.ts'
import type { Peer } from '../peers.ts'
import { absent, inRounds } from '../rounds.ts'
import type { Contender } from '../rounds.ts'
import { reasonOf } from '../server-bench.ts'
import { answerOf } from '../system/children.ts'
import { hasProc, parseOpenFiles } from '../system/proc.ts'
import { ServerProcess } from '../system/server-process.ts'
import type { Launch } from '../system/server-process.ts'

const WANTED = 5000
const WANTED_QUICKLY = 1000
// What a process has open besides connections.
const OTHER_FILES = 100
// Long enough for a runtime that lets go of memory by itself to do so.
const SETTLE_MS = 300
const HOOK = new URL('../../dist/memory/memory-hook.js', import.meta.url)

/** What a server holds for connections that have had a response each and now wait. */
export async function benchMemory(bench: Bench): Promise<readonly Row[]> {
  const { rawhttp, again, nodeHttp, bun, deno, go, floor } = SERVERS
  const wanted = bench.quick ? WANTED_QUICKLY : WANTED
  const connections = Math.min(wanted, openFiles() - OTHER_FILES)
  const contenders: Contender[] = []
  for (const peer of [rawhttp, again, nodeHttp, bun, deno, go, floor]) {
    contenders.push(await contender(bench, peer, connections))
  }
  const outcomes = await inRounds(contenders, bench.quick ? 1 : 3)
  return [
    {
      benchmark: 'memory',
      name: `${connections} idle connections`,
      figure: 'residentKiB',
      outcomes,
    },
  ]
}

// This process has the limit that its children inherit.
function openFiles(): number {
  return hasProc() ? parseOpenFiles(readFileSync('/proc/self/limits', 'utf8')) : WANTED
}

async function contender(bench: Bench, peer: Peer, connections: number): Promise<Contender> {
  try {
    const launch = await peer.prepare({ workshop: bench.workshop, secure: false })
    const isNode = launch.command === process.execPath
    const watched = isNode ? withHook(launch) : launch
    return {
      name: peer.name,
      version: '',
      // Each time is a process of its own.
      warmUp: () => Promise.resolve(),
      measure: () => measure(bench, watched, isNode, connections),
    }
  } catch (error) {
    return absent(peer.name, reasonOf(error))
  }
}

function withHook(launch: Launch): Launch {
  return { ...launch, args: ['--expose-gc', '--import', HOOK.href, ...launch.args] }
}

// A process of its own each time: what a server has grown to once, it keeps.
async function measure(
  { generator }: Bench,
  launch: Launch,
  isNode: boolean,
  connections: number,
): Promise<Sample> {
  const server = await ServerProcess.start(launch, isNode)
  try {
    const load: Load = {
      port: server.place.port,
      secure: false,
      request: { method: 'GET', target: '/hello' },
      statusCode: 200,
      responseBytes: HELLO.length,
      connections,
      pipelined: 1,
      oneShot: false,
    }
    // What the first requests bring into memory once and for all is there before anything is compared.
    await generator.open({ ...load, connections: 10 })
    await generator.run({ durationMs: 200 })
    await generator.close()
    const before = await held(server, isNode)
    await generator.open(load)
    await generator.run({ durationMs: 10_000, maxRequests: connections })
    const after = await held(server, isNode)
    await generator.close()
    return {
      residentKiB: (after.residentKiB - before.residentKiB) / connections,
      heapKiB: (after.heldKiB - before.heldKiB) / connections,
    }
  } finally {
    await server.stop()
  }
}

async function held(
  server: ServerProcess,
  isNode: boolean,
): Promise<{ readonly residentKiB: number; readonly heldKiB: number }> {
  await setTimeout(SETTLE_MS)
  let heldKiB = NaN
  if (isNode) {
    const answered = answerOf(server.child)
    server.child.send('memory')
    heldKiB = ((await answered) as { heldKiB: number }).heldKiB
  }
  return { residentKiB: server.residentKiB(), heldKiB }
}
