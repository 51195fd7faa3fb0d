import { writeFile } from 'node:fs/promises'
import type { ParserReport } from './parser-bench.ts'

/** What was measured on. */
export interface Machine {
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly load: string
}

/** docs/PERFORMANCE.md, as text. */
export function renderMarkdown(machine: Machine, report: ParserReport): string {
  const peers = ['node-binding', 'llhttp-wasm', 'http-parser-js']
  const heading = ['input', 'rawhttp', ...peers.map((peer) => `${peer} (ratio, low)`)]
  const rows = report.rows.map((row) => [
    row.input,
    nanoseconds(row.ns.rawhttp),
    ...peers.map((peer) => {
      const time = nanoseconds(row.ns[peer as keyof typeof row.ns])
      return `${time} (${row.ratio[peer]?.toFixed(2)}, ${row.low[peer]?.toFixed(2)})`
    }),
  ])
  return `# Performance

Measured, never promised: run it on your machine. Ratios hold from one machine to another far better than times do.

## Request parser

\`pnpm bench --markdown\` wrote this page. Every parser runs in a process of its own and they are driven in turn, the order
reversed every other round; times are CPU time for one message, medians over the rounds; a ratio is the median over the rounds of
the peer's time divided by ours in the same round, and \`low\` its tenth percentile. Above 1 we are ahead. All octets are
validated, all fields become strings, all events are delivered; every input comes in 16 variants. Our limits are on.

Machine: ${machine.cores} cores, ${machine.cpu}, Node ${machine.node}, load ${machine.load} at the start.
Versions: Node's binding ${report.versions['node-binding'] ?? ''}, llhttp as WebAssembly of ${report.versions['llhttp-wasm'] ?? ''}, http-parser-js ${report.versions['http-parser-js'] ?? ''}.

${table([heading, heading.map(() => '---'), ...rows])}
`
}

/** Writes docs/PERFORMANCE.md. */
export async function writeMarkdown(text: string): Promise<void> {
  await writeFile(new URL('../../../docs/PERFORMANCE.md', import.meta.url), text)
}

function nanoseconds(time: number): string {
  return time < 100_000 ? `${time.toFixed(0)} ns` : `${(time / 1e6).toFixed(2)} ms`
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n')
}
