// Bar charts as SVG: readable on light and on dark pages, without a font or script of their own.

/** One bar. */
interface Bar {
  readonly label: string
  readonly value: number
  /** What stands behind it. */
  readonly text: string
  readonly ours: boolean
}

/** Bars that are compared with each other; each group has a scale of its own. */
export interface BarGroup {
  readonly title: string
  readonly bars: readonly Bar[]
}

const WIDTH = 760
const LABEL_WIDTH = 130
const TEXT_WIDTH = 110
const BAR_HEIGHT = 14
const STEP = 18
const GROUP_GAP = 34
const STYLE = `text{font:12px system-ui,sans-serif;fill:#1f2328}
.title{font-weight:600}
.peer{fill:#8c959f}
.ours{fill:#0969da}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.peer{fill:#6e7681}.ours{fill:#58a6ff}}`

/** @param title says to those who do not see it what it shows */
export function barChart(title: string, groups: readonly BarGroup[]): string {
  const parts: string[] = []
  let y = 0
  for (const { title: heading, bars } of groups) {
    y += GROUP_GAP
    parts.push(`<text class="title" x="0" y="${y - 8}">${escape(heading)}</text>`)
    const most = Math.max(...bars.map(({ value }) => value))
    for (const bar of bars) {
      parts.push(drawBar(bar, y, most))
      y += STEP
    }
  }
  const height = y + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${escape(title)}</title>
<style>${STYLE}</style>
${parts.join('\n')}
</svg>
`
}

function drawBar({ label, value, text, ours }: Bar, y: number, most: number): string {
  const room = WIDTH - LABEL_WIDTH - TEXT_WIDTH
  const width = most > 0 ? Math.max(1, (value / most) * room) : 1
  const base = y + BAR_HEIGHT - 3
  return [
    `<text x="${LABEL_WIDTH - 8}" y="${base}" text-anchor="end">${escape(label)}</text>`,
    `<rect class="${ours ? 'ours' : 'peer'}" x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2"/>`,
    `<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${base}">${escape(text)}</text>`,
  ].join('')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
