// Whose time a sample of V8's profiler is.

/** What `node --cpu-prof` writes, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
  }[]
  /** Microseconds on the clock of `process.hrtime`. */
  readonly startTime: number
  readonly samples: readonly number[]
  /** Microseconds since the sample before, the first since the start. */
  readonly timeDeltas: readonly number[]
}

const SYSTEM = 'system calls and C++'
const GARBAGE = 'garbage collection'
const NODE = 'Node’s JavaScript'
const CLIENT = 'tcp-client and below'
const HANDLER = 'handler, app, libraries'
const IDLE = '(idle)'

/** All of them, in the order of the table. */
export const LAYERS: readonly string[] = [
  SYSTEM,
  NODE,
  GARBAGE,
  'tcp-server',
  'request-parser',
  'message-framing',
  'headers',
  'response-writer',
  CLIENT,
  HANDLER,
]

/**
 * How much of the time in which the process was busy each layer took, from 0 to 1.
 *
 * @param from microseconds on the clock of the profile; what was before, such as the start of the process, does not count
 * @param to nor does what came behind
 */
export function layerShares(
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  from: number,
  to: number,
): ReadonlyMap<string, number> {
  const layerOf = new Map(nodes.map(({ id, callFrame }) => [id, layer(callFrame)]))
  const times = new Map<string, number>(LAYERS.map((name) => [name, 0]))
  let busy = 0
  let now = startTime
  for (const [i, sample] of samples.entries()) {
    const time = timeDeltas[i] ?? 0
    now += time
    const name = layerOf.get(sample) ?? SYSTEM
    if (now < from || now > to || name === IDLE) continue
    busy += time
    times.set(name, (times.get(name) ?? 0) + time)
  }
  return new Map([...times].map(([name, time]) => [name, busy === 0 ? 0 : time / busy]))
}

function layer({ functionName, url }: { functionName: string; url: string }): string {
  if (functionName === IDLE) return IDLE
  if (functionName === '(garbage collector)') return GARBAGE
  if (url.startsWith('node:')) return NODE
  const owner = /\/packages\/([a-z-]+)\//.exec(url)?.[1]
  if (owner !== undefined) return LAYERS.includes(owner) ? owner : CLIENT
  return url === '' ? SYSTEM : HANDLER
}
