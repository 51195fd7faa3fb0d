import type { Row } from '../model.ts'
import type { Spread } from '../statistics.ts'
import { formatFigure } from './figures.ts'
import { summarise } from './summary.ts'

/** A row as one line for a terminal. */
export function rowLine(row: Row): string {
  const { figure } = row
  const parts = summarise(row).map(({ contender, skipped, median, ratio }) => {
    if (skipped !== undefined) return `${contender} skipped (${skipped})`
    const times = ratio === undefined ? '' : ` (${ratio.median.toFixed(2)})`
    return `${contender} ${formatFigure(figure, median)}${times}`
  })
  return `${row.name}: ${parts.join(' · ')}`
}

/** A ratio with its spread. */
export function formatSpread({ median, low, high }: Spread): string {
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
}
