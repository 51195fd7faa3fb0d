// Every parser lives in its own process; they are driven in turn, the order reversed every other round, and compared round by
// round: what slows the machine down for a moment slows all of them.
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { inputs } from './inputs.ts'
import type { RoundOrder, RoundResult } from './parser-process.ts'
import { median, percentile } from './statistics.ts'

const PARSERS = ['rawhttp', 'node-binding', 'llhttp-wasm', 'http-parser-js'] as const
type ParserName = (typeof PARSERS)[number]
const CPU_MS = 40
const WARM_UP_MS = 250

/** The measured row of one input. */
interface ParserRow {
  readonly input: string
  /** Median nanoseconds of CPU time for a message, by parser. */
  readonly ns: Readonly<Record<ParserName, number>>
  /** Median over the rounds of the peer's time divided by ours: above 1 we are ahead. And the tenth percentile of the same. */
  readonly ratio: Readonly<Record<string, number>>
  readonly low: Readonly<Record<string, number>>
}

/** All rows, and the versions of what was measured. */
export interface ParserReport {
  readonly rows: readonly ParserRow[]
  readonly versions: Readonly<Record<string, string>>
}

/**
 * Measures every parser on every input whose name matches `only`.
 *
 * @param rounds rounds for each input, at least 3
 * @param progress called with a line for each input
 */
export async function benchParsers(
  rounds: number,
  only: RegExp,
  progress: (line: string) => void,
): Promise<ParserReport> {
  const versions: Record<string, string> = {}
  const children = new Map<ParserName, ChildProcess>()
  for (const name of PARSERS) {
    const child = fork(new URL('parser-process.js', import.meta.url), [name])
    const [greeting] = (await once(child, 'message')) as [{ version: string }]
    versions[name] = greeting.version
    children.set(name, child)
  }
  const rows: ParserRow[] = []
  try {
    for (const [index, input] of inputs().entries()) {
      if (!only.test(input.name)) continue
      rows.push(await benchInput(children, index, input.name, rounds))
      progress(format(rows[rows.length - 1]))
    }
  } finally {
    for (const child of children.values()) child.disconnect()
  }
  return { rows, versions }
}

async function benchInput(
  children: ReadonlyMap<ParserName, ChildProcess>,
  input: number,
  name: string,
  rounds: number,
): Promise<ParserRow> {
  const times: Record<ParserName, number[]> = {
    rawhttp: [],
    'node-binding': [],
    'llhttp-wasm': [],
    'http-parser-js': [],
  }
  for (const child of children.values()) await round(child, { input, cpuMs: WARM_UP_MS })
  for (let i = 0; i < rounds; i++) {
    const order = [...children]
    if (i % 2 === 1) order.reverse()
    for (const [parser, child] of order) {
      times[parser].push(await round(child, { input, cpuMs: CPU_MS }))
    }
  }
  const ratio: Record<string, number> = {}
  const low: Record<string, number> = {}
  for (const parser of PARSERS.slice(1)) {
    const ratios = times[parser].map((time, i) => time / (times.rawhttp[i] ?? NaN))
    ratio[parser] = median(ratios)
    low[parser] = percentile(ratios, 0.1)
  }
  return {
    input: name,
    ns: {
      rawhttp: median(times.rawhttp),
      'node-binding': median(times['node-binding']),
      'llhttp-wasm': median(times['llhttp-wasm']),
      'http-parser-js': median(times['http-parser-js']),
    },
    ratio,
    low,
  }
}

function round(child: ChildProcess, order: RoundOrder): Promise<number> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null): void => {
      reject(new Error(`a parser process ended with code ${String(code)}`))
    }
    child.once('exit', exited)
    child.once('message', (result: RoundResult) => {
      child.off('exit', exited)
      resolve(result.nsPerMessage)
    })
    child.send(order)
  })
}

function format(row: ParserRow | undefined): string {
  if (row === undefined) return ''
  const columns = PARSERS.map((parser) => {
    const ratio = row.ratio[parser]
    return `${parser} ${row.ns[parser].toFixed(0)} ns${ratio === undefined ? '' : ` (${ratio.toFixed(2)}x)`}`
  })
  return `${row.input}: ${columns.join(' · ')}`
}
