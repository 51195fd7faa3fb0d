import { connect } from 'node:net'
import type { Bench } from './benchmark.ts'
import { within } from './load/patience.ts'
import type { Row, Sample } from './model.ts'
import { HTTPSERVER_PAGE, SERVERS } from './peers.ts'
import type { Peer } from './peers.ts'
import { absent, inRounds } from './rounds.ts'
import type { Contender } from './rounds.ts'
import { reasonOf } from './server-bench.ts'
import { ServerProcess } from './system/server-process.ts'
import type { Launch } from './system/server-process.ts'

const PATIENCE_MS = 10_000

/** From starting the process to the first octet of its first response. */
export async function benchStart(bench: Bench): Promise<readonly Row[]> {
  const { rawhttp, again, nodeHttp, fastify, hono, bun, deno, go } = SERVERS
  const contenders: Contender[] = []
  for (const peer of [rawhttp, again, nodeHttp, fastify, hono, bun, deno, go, HTTPSERVER_PAGE]) {
    contenders.push(await contender(bench, peer))
  }
  const outcomes = await inRounds(contenders, bench.quick ? 3 : 9)
  return [{ benchmark: 'start', name: 'Start to first response', figure: 'firstMs', outcomes }]
}

async function contender({ workshop }: Bench, peer: Peer): Promise<Contender> {
  try {
    const launch = await peer.prepare({ workshop, secure: false })
    const target = peer.targetOf?.('/hello') ?? '/hello'
    return { name: peer.name, version: '', measure: () => measure(launch, target) }
  } catch (error) {
    return absent(peer.name, reasonOf(error))
  }
}

async function measure(launch: Launch, target: string): Promise<Sample> {
  const startedAt = performance.now()
  const server = await ServerProcess.start(launch)
  try {
    await within(PATIENCE_MS, 'the first response', firstOctets(server.place.port, target))
    return { firstMs: performance.now() - startedAt }
  } finally {
    await server.stop()
  }
}

function firstOctets(port: number, target: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('error', reject)
    socket.once('close', () => {
      reject(new Error('the server closed the first connection'))
    })
    socket.once('data', (octets) => {
      socket.destroy()
      if (octets.toString('latin1').startsWith('HTTP/1.1 200')) resolve()
      else reject(new Error('the first response is none, or says something else than 200'))
    })
    socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
  })
}
