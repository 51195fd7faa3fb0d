// The figures by name: what they are called, and how a number of theirs is written.

interface Figure {
  readonly title: string
  readonly format: (value: number) => string
}

const rounded = (digits: number, unit: string): Figure['format'] => {
  return (value) => `${value.toFixed(digits)}${unit}`
}

const FIGURES: Readonly<Record<string, Figure>> = {
  ns: { title: 'CPU time a message', format: nanoseconds },
  cpuUs: { title: 'CPU a request', format: microseconds },
  perSecond: { title: 'requests/s', format: thousands },
  megabytesPerSecond: { title: 'MB/s', format: thousands },
  p50Ms: { title: 'p50', format: rounded(2, ' ms') },
  p99Ms: { title: 'p99', format: rounded(2, ' ms') },
  residentKiB: { title: 'resident memory a connection', format: rounded(1, ' KiB') },
  heapKiB: { title: 'JavaScript’s memory a connection', format: rounded(1, ' KiB') },
  firstMs: { title: 'start to first response', format: rounded(0, ' ms') },
  spentUs: { title: 'CPU a request', format: rounded(2, ' µs') },
  slope: { title: 'slope', format: rounded(2, '') },
  endSlope: { title: 'slope of the last step', format: rounded(2, '') },
}

/** What a figure is called. */
export function figureTitle(name: string): string {
  return FIGURES[name]?.title ?? name
}

/** A number as its figure writes it; a dash when there is none. */
export function formatFigure(name: string, value: number): string {
  return Number.isNaN(value) ? '–' : (FIGURES[name]?.format ?? String)(value)
}

function nanoseconds(value: number): string {
  if (value < 10_000) return `${value.toFixed(0)} ns`
  return value < 1e6 ? `${(value / 1000).toFixed(1)} µs` : `${(value / 1e6).toFixed(2)} ms`
}

function microseconds(value: number): string {
  return value < 1000 ? `${value.toFixed(1)} µs` : `${(value / 1000).toFixed(1)} ms`
}

// 12345 is 12,345 whatever the language of the machine is.
function thousands(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',')
}
