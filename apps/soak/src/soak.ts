import { setTimeout as pause } from 'node:timers/promises'
import { runCrowd } from './crowd.ts'
import type { Config } from './config.ts'
import { describeFindings, descriptorLeak, judge } from './report.ts'
import type { Findings, Possessions, Sample } from './report.ts'
import { ServerProcess } from './server-process.ts'
import type { Site } from './site.ts'
import { environmentOf, loadSite, SERVER_PROGRAM } from './site.ts'
import { Tally } from './tally.ts'

// Far longer than any deadline of the server, on a machine that is busy.
const PATIENCE_MS = 20_000
const SAMPLE_INTERVAL_MS = 250
const SAMPLES_A_PROGRESS_LINE = 20
const SETTLE_INTERVAL_MS = 200
// Longer than any deadline of the server.
const SETTLE_PATIENCE_MS = 15_000

/** How a soak is run besides its config. */
export interface Surroundings {
  /** Told what happens, a line at a time. */
  readonly print: (line: string) => void
  /** Ends the run before its time, with a report. */
  readonly stop: AbortSignal
  /** The server's program. Default: the built httpserver. */
  readonly program?: string
}

/** Soaks the server and prints what it found. Resolves to what is wrong with the server: nothing, if it has passed. */
export async function soak(config: Config, surroundings: Surroundings): Promise<readonly string[]> {
  const site = loadSite()
  const environment = environmentOf(site.settings)
  const server = await ServerProcess.start(surroundings.program ?? SERVER_PROGRAM, environment)
  try {
    const findings = await examine(server, site, config, surroundings)
    for (const line of describeFindings(findings)) surroundings.print(line)
    return judge(findings)
  } finally {
    server.kill()
  }
}

async function examine(
  server: ServerProcess,
  site: Site,
  config: Config,
  surroundings: Surroundings,
): Promise<Findings> {
  const before = await possessions(server)
  const tally = new Tally()
  const over = new AbortController()
  const end = (): void => {
    over.abort()
  }
  surroundings.stop.addEventListener('abort', end)
  void server.ended.finally(end)
  const timer = setTimeout(end, config.seconds * 1000)
  const samples: Sample[] = []
  const start = performance.now()
  const sampler = setInterval(() => {
    const vitalSigns = server.vitalSigns()
    if (vitalSigns !== undefined) samples.push({ ...vitalSigns, requests: tally.requests })
    ticks++
    if (ticks % SAMPLES_A_PROGRESS_LINE === 0) {
      surroundings.print(progress(performance.now() - start, tally, samples.at(-1)))
    }
  }, SAMPLE_INTERVAL_MS)
  let ticks = 0
  try {
    const tour = {
      port: server.ports.port,
      site,
      tally,
      patienceMs: PATIENCE_MS,
      stop: over.signal,
    }
    await runCrowd(tour, config.clients, config.seed)
  } finally {
    clearTimeout(timer)
    clearInterval(sampler)
    surroundings.stop.removeEventListener('abort', end)
  }
  const seconds = (performance.now() - start) / 1000
  const after = await settle(server, before, config)
  const exit = await server.stop(site.settings.gracePeriodMs + PATIENCE_MS)
  const { complaints } = server
  return { config, seconds, tally, samples, before, after, complaints, exit }
}

// All clients are gone, so what the server still has of them must go too.
async function settle(
  server: ServerProcess,
  before: Possessions,
  config: Config,
): Promise<Possessions> {
  const limit = performance.now() + SETTLE_PATIENCE_MS
  let after = await possessions(server)
  while (performance.now() < limit && descriptorLeak(before, after, config) !== undefined) {
    await pause(SETTLE_INTERVAL_MS)
    after = await possessions(server)
  }
  return after
}

async function possessions(server: ServerProcess): Promise<Possessions> {
  const { port, upstreamPort } = server.ports
  const handles = await server.handles()
  const connections = server.connections()
  return {
    vitalSigns: server.vitalSigns(),
    clientConnections: connections.filter(({ localPort }) => localPort === port).length,
    upstreamConnections: connections.filter(
      ({ localPort, remotePort }) => localPort === upstreamPort || remotePort === upstreamPort,
    ).length,
    handles,
  }
}

function progress(passedMs: number, tally: Tally, sample: Sample | undefined): string {
  const vitalSigns =
    sample === undefined
      ? ''
      : `, ${sample.rssMiB.toFixed(1)} MiB, ${sample.descriptors} descriptors, ${sample.sockets} sockets`
  return `${(passedMs / 1000).toFixed(0)} s: ${tally.requests} requests, ${tally.failures} failures${vitalSigns}`
}
