import type { Config } from './config.ts'
import type { Exit, Handles } from './server-process.ts'
import { fitLine } from './statistics.ts'
import type { Line } from './statistics.ts'
import { KINDS } from './tally.ts'
import type { Tally } from './tally.ts'
import type { VitalSigns } from './vital-signs.ts'

/** The server at one moment of the run. */
export interface Sample extends VitalSigns {
  /** Requests sent so far. */
  readonly requests: number
}

/** What the server had open at one moment. */
export interface Possessions {
  readonly vitalSigns: VitalSigns | undefined
  /** Descriptors that are connections to clients. */
  readonly clientConnections: number
  /** Descriptors that are ends of connections between the proxy and the httpbin within the server. */
  readonly upstreamConnections: number
  readonly handles: Handles
}

/** All that a run found out. */
export interface Findings {
  readonly config: Config
  /** Time in which requests were made. */
  readonly seconds: number
  readonly tally: Tally
  /** In the order of time; none on a system that does not tell. */
  readonly samples: readonly Sample[]
  readonly before: Possessions
  /** When the server has settled. */
  readonly after: Possessions
  /** What the server wrote to its standard error. */
  readonly complaints: readonly string[]
  readonly exit: Exit
}

// Descriptors that a server may open once and keep.
const DESCRIPTOR_TOLERANCE = 4
// The proxy keeps as many idle connections as it needed at once, and both ends of them are in the server. A client needs one, and
// may leave some behind that the server has not seen it leave.
const UPSTREAM_ENDS_A_CLIENT = 20

// Collections of garbage make memory rise and fall by more than this; a rise of less says nothing, however few the requests.
const MEMORY_NOISE_MIB = 32
const MILLION = 1_000_000

/** How resident memory grew over the second half of the run, when what is made once has been made. */
export interface Growth extends Line {
  /** By the line, over the whole half. */
  readonly riseMiB: number
}

/** The slope is in MiB for each million requests. */
export function memoryGrowth(samples: readonly Sample[]): Growth {
  const half = samples.slice(Math.floor(samples.length / 2))
  const line = fitLine(half.map(({ requests, rssMiB }) => ({ x: requests / MILLION, y: rssMiB })))
  const requests = (half.at(-1)?.requests ?? 0) - (half[0]?.requests ?? 0)
  return { ...line, riseMiB: (line.slope * requests) / MILLION }
}

/** What is wrong with the server, a line each; none: it has passed. */
export function judge(findings: Findings): readonly string[] {
  const { tally, before, after, exit, complaints, config, samples } = findings
  const faults: string[] = []
  if (tally.requests === 0) faults.push('no request was made')
  for (const kind of KINDS) {
    const { failures } = tally.kinds[kind]
    if (failures > 0) faults.push(`${failures} failures of ${kind} clients`)
  }
  const leak = descriptorLeak(before, after, config)
  if (leak !== undefined) faults.push(leak)
  const { slope, error, riseMiB } = memoryGrowth(samples)
  if (slope - 2 * error > config.maxSlope && riseMiB > MEMORY_NOISE_MIB) {
    faults.push(`memory grows by ${slope.toFixed(1)} MiB for each million requests`)
  }
  if (complaints.length > 0) faults.push(`the server complained: ${complaints[0]}`)
  if (exit.code !== 0) faults.push(`the server ended with ${exit.signal ?? exit.code}`)
  return faults
}

/** What of its descriptors the server should have closed; undefined: it has, or the system does not tell. */
export function descriptorLeak(
  before: Possessions,
  after: Possessions,
  { clients }: Config,
): string | undefined {
  const { clientConnections, upstreamConnections } = after
  if (clientConnections > before.clientConnections) {
    return `${clientConnections} connections to clients that are gone`
  }
  if (upstreamConnections > UPSTREAM_ENDS_A_CLIENT * clients + DESCRIPTOR_TOLERANCE) {
    return `${upstreamConnections} ends of connections between proxy and upstream`
  }
  const more = otherDescriptors(after) - otherDescriptors(before)
  return more > DESCRIPTOR_TOLERANCE ? `${more} more file descriptors than before` : undefined
}

function otherDescriptors(possessions: Possessions): number {
  const { vitalSigns, clientConnections, upstreamConnections } = possessions
  return (vitalSigns?.descriptors ?? 0) - clientConnections - upstreamConnections
}

/** All findings, a line each. */
export function describeFindings(findings: Findings): readonly string[] {
  const { config, seconds, tally, samples, before, after, exit } = findings
  const { latencies } = tally
  const rate = tally.requests / seconds
  return [
    `seed ${config.seed}, ${config.clients} clients, ${seconds.toFixed(1)} s, ${rate.toFixed(0)} requests a second`,
    `${'kind'.padEnd(8)}${['connections', 'requests', 'answers', 'failures'].map(rightAlign).join('')}`,
    ...KINDS.map((kind) => describeKind(kind, tally)),
    `latency of good requests: p50 ${milliseconds(latencies.percentile(0.5))}, p99 ${milliseconds(latencies.percentile(0.99))}, of ${latencies.count}`,
    ...describeMemory(samples, before, after),
    ...describeDescriptors(samples, before, after),
    `open handles: ${describeHandles(before.handles)} before; ${describeHandles(after.handles)} after`,
    `exit code after SIGTERM: ${exit.code ?? exit.signal}`,
    ...tally.examples.map((example) => `failure: ${example}`),
    ...findings.complaints.map((line) => `standard error: ${line}`),
  ]
}

function describeKind(kind: (typeof KINDS)[number], tally: Tally): string {
  const { connections, requests, answers, failures } = tally.kinds[kind]
  const numbers = [connections, requests, answers, failures]
  return `${kind.padEnd(8)}${numbers.map((number) => rightAlign(String(number))).join('')}`
}

function describeMemory(
  samples: readonly Sample[],
  before: Possessions,
  after: Possessions,
): readonly string[] {
  if (before.vitalSigns === undefined || after.vitalSigns === undefined) {
    return ['memory and file descriptors: not looked at, as there is no /proc']
  }
  const peak = Math.max(...samples.map(({ rssMiB }) => rssMiB), after.vitalSigns.rssMiB)
  const { slope, error, riseMiB } = memoryGrowth(samples)
  return [
    `memory: ${before.vitalSigns.rssMiB.toFixed(1)} MiB before, ${peak.toFixed(1)} at most, ${after.vitalSigns.rssMiB.toFixed(1)} after`,
    `memory over the second half: ${signed(slope)} ± ${(2 * error).toFixed(1)} MiB for each million requests, ${signed(riseMiB)} MiB in all`,
  ]
}

function describeDescriptors(
  samples: readonly Sample[],
  before: Possessions,
  after: Possessions,
): readonly string[] {
  if (before.vitalSigns === undefined || after.vitalSigns === undefined) return []
  const most = Math.max(0, ...samples.map(({ descriptors }) => descriptors))
  return [
    `file descriptors: ${before.vitalSigns.descriptors} before, ${most} at most, ${after.vitalSigns.descriptors} after`,
    `of them to clients: ${before.clientConnections} before, ${after.clientConnections} after; between proxy and upstream: ${before.upstreamConnections} before, ${after.upstreamConnections} after`,
  ]
}

function describeHandles(handles: Handles): string {
  const parts = Object.entries(handles).map(([type, count]) => `${count} ${type}`)
  return parts.length === 0 ? 'none' : parts.toSorted().join(', ')
}

function rightAlign(text: string): string {
  return text.padStart(12)
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`
}
