// Tables of the page, in Markdown.
import type { Row } from '../model.ts'
import { figureTitle, formatFigure } from './figures.ts'
import { summarise } from './summary.ts'
import type { Summary } from './summary.ts'
import { formatSpread } from './text.ts'
import { missedBy } from './verdicts.ts'
import type { Verdict } from './verdicts.ts'

/** A table of cells, the first row of which is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...rest] = rows
  return [heading, heading.map(() => '---'), ...rest]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

/** All targets, and what they came to. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map((verdict) => {
    const { target, measured, row, met } = verdict
    const value =
      measured === undefined
        ? 'not measured'
        : 'atMostMore' in target.bound
          ? `${measured.median.toFixed(0)} ms more`
          : formatSpread(measured)
    const where =
      target.row === undefined && row !== '' && several(target.benchmark) ? `, ${row}` : ''
    const result = met === undefined ? '–' : met ? 'met' : `**missed by ${missedBy(verdict)}**`
    return [target.claim, `${value}${where}`, result]
  })
  return table([['target', 'measured', ''], ...lines])
}

function several(benchmark: string): boolean {
  return benchmark.endsWith('-parser')
}

/** One line for each contender, one column for each figure, and the ratio of the one that counts. */
export function contenderTable(row: Row, figures: readonly string[]): string {
  const columns = figures.map((figure) => summarise(row, figure))
  const counting = summarise(row)
  const lines = counting.map(({ contender, skipped, ratio }, i) => {
    if (skipped !== undefined) return [contender, `skipped: ${skipped}`]
    const cells = columns.map((column, k) =>
      formatFigure(figures[k] ?? '', column[i]?.median ?? NaN),
    )
    const [first = '', ...rest] = cells
    return [contender, first, ratio === undefined ? '1' : formatSpread(ratio), ...rest]
  })
  const [first = '', ...rest] = figures.map(figureTitle)
  return table([['', first, 'to ours', ...rest], ...lines])
}

/** One line for each row, one column for each contender: the figure that counts, and its ratio to ours. */
export function rowTable(rows: readonly Row[], heading: string): string {
  const contenders = rows[0]?.outcomes.map(({ contender }) => contender) ?? []
  const lines = rows.map((row) => {
    const summaries = new Map(summarise(row).map((summary) => [summary.contender, summary]))
    return [row.name, ...contenders.map((name) => cell(row.figure, summaries.get(name)))]
  })
  return table([[heading, ...contenders], ...lines])
}

function cell(figure: string, summary: Summary | undefined): string {
  if (summary === undefined) return ''
  const { skipped, median, ratio } = summary
  if (skipped !== undefined) return `skipped: ${skipped}`
  const text = formatFigure(figure, median)
  return ratio === undefined ? text : `${text} · ${ratio.median.toFixed(2)}`
}

/** One line for each row: two figures of every contender, without ratios. */
export function pairTable(rows: readonly Row[], heading: string, other: string): string {
  const contenders = rows[0]?.outcomes.map(({ contender }) => contender) ?? []
  const lines = rows.map((row) => {
    const cells = contenders.map((name) => {
      const [first, second] = [row.figure, other].map((figure) => {
        const found = summarise(row, figure).find(({ contender }) => contender === name)
        return found === undefined ? '' : formatFigure(figure, found.median)
      })
      return first === '' ? '' : `${first} / ${second}`
    })
    return [row.name, ...cells]
  })
  return table([[heading, ...contenders], ...lines])
}
