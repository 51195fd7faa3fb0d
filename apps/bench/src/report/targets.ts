// What this project wants to reach, as data. What was measured is compared with it on the page; where one is missed, the page says
// by how much.

/** One figure of one contender compared with that of another, in the same rounds. */
export interface Target {
  /** In words, as the page says it. */
  readonly claim: string
  readonly benchmark: string
  /** One of its rows. Default: all, of which the worst counts. */
  readonly row?: string
  readonly figure: string
  readonly of: string
  readonly to: string
  readonly bound: Bound
}

/** What the first divided by the second must be, or by how much it may be more. */
export type Bound =
  { readonly atMost: number } | { readonly atLeast: number } | { readonly atMostMore: number }

const OURS = 'rawhttp'
const NODE = 'node:http'

/** All of them, on Node 20. */
export const TARGETS: readonly Target[] = [
  ...(
    [
      ['minimal GET', 4],
      ['curl GET', 3],
      ['browser GET', 2],
      ['POST, 1 KiB body', 6],
      ['chunked POST, 16 chunks of 1 KiB, trailer', 17],
      ['browser GET in pieces of 7 octets', 1.7],
      ['64 pipelined GETs, each', 4],
    ] as const
  ).map(([row, times]) => faster('request-parser', row, 'node-binding', times)),
  faster('request-parser', undefined, 'llhttp-wasm', 1),
  faster('request-parser', undefined, 'http-parser-js', 1),
  faster('response-parser', undefined, 'llhttp-wasm', 2),
  ...(
    [
      ['keep-alive', 0.45],
      ['browser', 0.45],
      ['post', 0.45],
      ['pipelined', 0.1],
      ['one-shot', 0.75],
      ['large', 0.7],
      ['tls', 0.7],
    ] as const
  ).map(([benchmark, part]) => cheaper(benchmark, NODE, part)),
  ...['keep-alive', 'post', 'pipelined'].flatMap((benchmark) =>
    ['Bun', 'Deno'].map((peer) => cheaper(benchmark, peer, 1)),
  ),
  {
    claim: 'p99 latency at the same rate: no more than node:http’s',
    benchmark: 'latency',
    figure: 'p99Ms',
    of: OURS,
    to: NODE,
    bound: { atMost: 1 },
  },
  sendsFaster('file', NODE, 1.8),
  sendsFaster('file', 'Go', 1),
  faster('proxy-small', undefined, 'http-proxy', 4, 'cpuUs'),
  faster('proxy-small', undefined, 'on undici', 1.8, 'cpuUs'),
  faster('proxy-large', undefined, 'http-proxy', 2, 'cpuUs'),
  {
    claim: 'memory of an idle connection: at most 0.6 of node:http’s',
    benchmark: 'memory',
    figure: 'residentKiB',
    of: OURS,
    to: NODE,
    bound: { atMost: 0.6 },
  },
  {
    claim: 'start to first response: at most 30 ms behind node:http',
    benchmark: 'start',
    figure: 'firstMs',
    of: OURS,
    to: NODE,
    bound: { atMostMore: 30 },
  },
]

function faster(
  benchmark: string,
  row: string | undefined,
  peer: string,
  times: number,
  figure = 'ns',
): Target {
  const what = row === undefined ? benchmark : `${benchmark}: ${row}`
  const claim =
    times === 1 ? `${what}: never behind ${peer}` : `${what}: at least ${times} times ${peer}`
  const bound = { atLeast: times }
  const target = { claim, benchmark, figure, of: peer, to: OURS, bound }
  return row === undefined ? target : { ...target, row }
}

function cheaper(benchmark: string, peer: string, part: number): Target {
  const claim =
    part === 1
      ? `${benchmark}: no more CPU a request than ${peer}`
      : `${benchmark}: at most ${part} of the CPU a request of ${peer}`
  return { claim, benchmark, figure: 'cpuUs', of: OURS, to: peer, bound: { atMost: part } }
}

function sendsFaster(benchmark: string, peer: string, times: number): Target {
  const claim =
    times === 1
      ? `${benchmark}: not behind ${peer} in MB/s`
      : `${benchmark}: at least ${times} times the MB/s of ${peer}`
  const figure = 'megabytesPerSecond'
  return { claim, benchmark, figure, of: OURS, to: peer, bound: { atLeast: times } }
}
