import type { Machine, Report, Row } from '../model.ts'
import { contenderTable, pairTable, rowTable, verdictTable } from './tables.ts'
import { TARGETS } from './targets.ts'
import { judge } from './verdicts.ts'

const REQUESTS = ['cpuUs', 'perSecond', 'p50Ms', 'p99Ms']
const OCTETS = ['cpuUs', 'megabytesPerSecond', 'p50Ms', 'p99Ms']
const IN_OCTETS = new Set(['large', 'file', 'file-range', 'proxy-large', 'proxy-upload'])

interface Part {
  readonly title: string
  readonly text: string
  readonly chart?: string
  readonly benchmarks: readonly string[]
  readonly render: (rows: readonly Row[]) => string
}

const byContender = (rows: readonly Row[]): string =>
  rows
    .map((row) => {
      const figures = IN_OCTETS.has(row.benchmark) ? OCTETS : REQUESTS
      return `### ${row.name}\n\n${contenderTable(row, figures)}`
    })
    .join('\n\n')

const PARTS: readonly Part[] = [
  {
    title: 'Servers',
    chart: 'performance-servers.svg',
    text: 'CPU time is what the server’s processes used, user and kernel, divided by the requests that were answered: the fair figure where server and load share the cores. `to ours` is the median over the rounds of the contender’s figure divided by ours in the same round, with the tenth and ninetieth percentile: above 1 we are ahead. `rawhttp, again` is the same server a second time: what it differs by is noise. `node:net` answers with a constant string to whatever comes, and is the floor of all that stands on it; `node:net, direct` is the same with octets read past the readable stream.',
    benchmarks: [
      ...['keep-alive', 'keep-alive-1', 'browser', 'pipelined', 'post', 'one-shot'],
      ...['large', 'stream', 'tls'],
    ],
    render: byContender,
  },
  {
    title: 'Where the time goes',
    text: 'CPU time a request by whose code it is spent in, as V8’s profiler sees it, which itself costs something. Nothing but the columns from tcp-server on is ours to make faster.',
    benchmarks: ['profile'],
    render: (rows) => rowTable(rows, 'scenario'),
  },
  {
    title: 'Latency',
    text: 'All are offered the same rate, six tenths of what node:http can do at its best; a request that is due while all connections wait counts from when it was due.',
    benchmarks: ['latency'],
    render: (rows) =>
      rows
        .map((row) => `### ${row.name}\n\n${contenderTable(row, ['p99Ms', 'p50Ms', 'cpuUs'])}`)
        .join('\n\n'),
  },
  {
    title: 'Files',
    text: 'Ours is `apps/httpserver` as it is started by hand; node:http is `createReadStream(…).pipe(response)`; Bun, Go and nginx let the kernel send (`sendfile`).',
    benchmarks: ['file', 'file-range'],
    render: byContender,
  },
  {
    title: 'Proxies',
    text: 'Ours is `apps/httpserver` as it is started by hand, with its access log and with the SHA-256 of every response in its trailer section, which no other computes. `on undici` is a proxy as it is written by hand on node:http and undici; http-proxy has an agent that keeps its connections; Go is `httputil.ReverseProxy`.',
    benchmarks: ['proxy-small', 'proxy-large', 'proxy-upload'],
    render: byContender,
  },
  {
    title: 'Memory and start',
    text: 'Memory is what connections that have had one response each and now wait add to the process, after a collection of garbage where there is one to ask for. A start is measured from the start of the process to the first octet of its first response.',
    benchmarks: ['memory', 'start'],
    render: (rows) =>
      rows
        .map((row) => {
          const figures = row.benchmark === 'memory' ? ['residentKiB', 'heapKiB'] : ['firstMs']
          return `### ${row.name}\n\n${contenderTable(row, figures)}`
        })
        .join('\n\n'),
  },
  {
    title: 'Request parser',
    chart: 'performance-parsers.svg',
    text: 'CPU time for one message, and behind it the ratio to ours, above 1 where we are ahead. Every parser runs in a process of its own; all octets are validated, all fields become strings, all events are delivered, every message comes in 16 variants, and our limits are on. bare-http-parser does not deliver trailers.',
    benchmarks: ['request-parser'],
    render: (rows) => rowTable(rows, 'request'),
  },
  {
    title: 'Response parser',
    text: 'The same for responses.',
    benchmarks: ['response-parser'],
    render: (rows) => rowTable(rows, 'response'),
  },
  {
    title: 'Response writer',
    text: 'Both write into the same stream that goes nowhere; node:http’s ServerResponse is made for each response and put on the socket as its server does.',
    benchmarks: ['writer'],
    render: (rows) => rowTable(rows, 'response'),
  },
  {
    title: 'Growth',
    text: 'How the cost grows with what there is more of: the slope of its logarithm over that of the size, through all sizes and behind the stroke from the last but one to the last. 1 is linear, 2 would be quadratic; what costs something at every size has less than 1.',
    benchmarks: ['growth'],
    render: (rows) => {
      const parsing = rows.filter(({ name }) => !name.startsWith('connections'))
      const serving = rows.filter(({ name }) => name.startsWith('connections'))
      return [parsing, serving]
        .filter(({ length }) => length > 0)
        .map((some) => pairTable(some, 'what grows', 'endSlope'))
        .join('\n\n')
    },
  },
  {
    title: 'Other releases of Node',
    text: 'Ours and node:http, or its parser, with the ratio behind it.',
    benchmarks: ['versions'],
    render: (rows) =>
      [rows.filter(({ figure }) => figure === 'ns'), rows.filter(({ figure }) => figure !== 'ns')]
        .filter(({ length }) => length > 0)
        .map((some) => rowTable(some, 'what'))
        .join('\n\n'),
  },
]

/**
 * docs/PERFORMANCE.md.
 *
 * @param notes what was tried and where the time goes, written by hand
 */
export function renderPage({ machine, quick, rows }: Report, notes: string): string {
  const verdicts = judge(TARGETS, rows)
  const met = verdicts.filter((verdict) => verdict.met === true).length
  const measured = verdicts.filter((verdict) => verdict.met !== undefined).length
  return [
    '# Performance',
    'Measured, never promised: run it on your machine. Ratios hold from one machine to another far better than times do.',
    '```sh\npnpm bench              # about ten minutes\npnpm bench --quick      # about two\npnpm bench --help       # parts of it by name; every sample as JSON\n```',
    `\`pnpm bench --markdown\` wrote this page. ${machineText(machine)}${quick ? ' It was a quick run, good for nothing but a look.' : ''}`,
    versions(rows),
    '## Against the targets',
    `${met} of ${measured} are met. The numbers are ratios unless they have a unit: medians over the rounds, with the tenth and ninetieth percentile.`,
    verdictTable(verdicts),
    notes.trim(),
    ...PARTS.flatMap((part) => renderPart(part, rows)),
  ].join('\n\n')
}

function renderPart(part: Part, rows: readonly Row[]): readonly string[] {
  const own = rows.filter(({ benchmark }) => part.benchmarks.includes(benchmark))
  if (own.length === 0) return []
  const chart = part.chart === undefined ? [] : [`![${part.title}](${part.chart})`]
  return [`## ${part.title}`, part.text, ...chart, part.render(own)]
}

function machineText({ cores, cpu, system, node, loadBefore, loadAfter }: Machine): string {
  return `Machine: ${cores} cores, ${cpu}, ${system}, Node ${node}; load ${loadBefore.toFixed(2)} before and ${loadAfter.toFixed(2)} after.`
}

function versions(rows: readonly Row[]): string {
  const found = new Map<string, string>()
  for (const { benchmark, outcomes } of rows) {
    if (benchmark === 'versions') continue
    for (const { contender, version } of outcomes) {
      if (version !== '' && version !== 'workspace' && !version.startsWith('apps/')) {
        found.set(contender, version)
      }
    }
  }
  return `Versions: ${[...found].map(([name, version]) => `${name} ${version}`).join(', ')}.`
}
