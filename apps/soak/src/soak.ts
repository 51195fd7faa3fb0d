import { setTimeout as pause } from 'node:timers/promises'
import { runCrowd } from './crowd.ts'
import type { Config } from './config.ts'
import { DESCRIPTOR_TOLERANCE, describeFindings, judge } from './report.ts'
import type { Findings, Possessions, Sample } from './report.ts'
import { ServerProcess } from './server-process.ts'
import type { Site } from './site.ts'
import { environmentOf, loadSite, SERVER_PROGRAM } from './site.ts'
import { Tally } from './tally.ts'

const SAMPLE_INTERVAL_MS = 250
const SAMPLES_A_PROGRESS_LINE = 20
const SETTLE_INTERVAL_MS = 100
// The proxy keeps its idle connections for some seconds.
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
  const over = AbortSignal.any([
    surroundings.stop,
    AbortSignal.timeout(config.seconds * 1000),
    signalAfter(server.ended),
  ])
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
    await runCrowd({ port: server.port, site, tally, stop: over }, config.clients, config.seed)
  } finally {
    clearInterval(sampler)
  }
  const seconds = (performance.now() - start) / 1000
  await settle(server, before)
  const after = await possessions(server)
  const exit = await server.stop(site.settings.gracePeriodMs)
  const { complaints } = server
  return { config, seconds, tally, samples, before, after, complaints, exit }
}

// All clients are gone, so what the server still has of them must go too.
async function settle(server: ServerProcess, { vitalSigns }: Possessions): Promise<void> {
  const most = (vitalSigns?.descriptors ?? Infinity) + DESCRIPTOR_TOLERANCE
  const limit = performance.now() + SETTLE_PATIENCE_MS
  while (performance.now() < limit && (server.vitalSigns()?.descriptors ?? 0) > most) {
    await pause(SETTLE_INTERVAL_MS)
  }
}

async function possessions(server: ServerProcess): Promise<Possessions> {
  return { handles: await server.handles(), vitalSigns: server.vitalSigns() }
}

function signalAfter(ended: Promise<unknown>): AbortSignal {
  const controller = new AbortController()
  void ended.finally(() => {
    controller.abort()
  })
  return controller.signal
}

function progress(passedMs: number, tally: Tally, sample: Sample | undefined): string {
  const vitalSigns =
    sample === undefined
      ? ''
      : `, ${sample.rssMiB.toFixed(1)} MiB, ${sample.descriptors} descriptors, ${sample.sockets} sockets`
  return `${(passedMs / 1000).toFixed(0)} s: ${tally.requests} requests, ${tally.failures} failures${vitalSigns}`
}
