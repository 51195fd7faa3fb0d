import type { Row } from '../model.ts'
import { barChart } from './chart.ts'
import type { BarGroup } from './chart.ts'
import { formatFigure } from './figures.ts'
import { summarise } from './summary.ts'

const SERVERS = new Set(['keep-alive', 'browser', 'post', 'pipelined', 'one-shot', 'large', 'tls'])
// What node:net costs alone is no server's.
const NO_SERVER = new Set(['node:net', 'node:net, direct', 'rawhttp, again'])

/** CPU time a request, server by server. Shorter is better. */
export function serverChart(rows: readonly Row[]): string {
  const shown = rows.filter(({ benchmark }) => SERVERS.has(benchmark))
  return barChart('CPU time a request, by server; shorter is better', shown.map(group))
}

/** CPU time a message, parser by parser. Shorter is better. */
export function parserChart(rows: readonly Row[]): string {
  const shown = rows.filter(({ benchmark }) => benchmark === 'request-parser')
  return barChart('CPU time a message, by request parser; shorter is better', shown.map(group))
}

function group(row: Row): BarGroup {
  const bars = summarise(row)
    .filter(({ skipped, contender }) => skipped === undefined && !NO_SERVER.has(contender))
    .map(({ contender, median }) => ({
      label: contender,
      value: median,
      text: formatFigure(row.figure, median),
      ours: contender === 'rawhttp',
    }))
  return { title: row.name, bars }
}
