import { describe, expect, test } from 'vitest'
import type { Row } from '../src/model.ts'
import { formatFigure } from '../src/report/figures.ts'
import { compare, summarise, valuesOf } from '../src/report/summary.ts'
import { formatSpread, rowLine } from '../src/report/text.ts'

const ROW: Row = {
  benchmark: 'keep-alive',
  name: 'Keep-alive',
  figure: 'cpuUs',
  outcomes: [
    {
      contender: 'rawhttp',
      version: 'workspace',
      samples: [10, 20, 10].map((cpuUs) => ({ cpuUs })),
    },
    { contender: 'node:http', version: 'v20', samples: [20, 60, 20].map((cpuUs) => ({ cpuUs })) },
    { contender: 'Bun', version: '', skipped: 'no bun on PATH', samples: [] },
  ],
}

describe('a summary', () => {
  test('has medians, and ratios to ours round by round', () => {
    const [ours, node, bun] = summarise(ROW)
    expect(ours).toMatchObject({ contender: 'rawhttp', median: 10, ratio: undefined })
    expect(node).toMatchObject({ median: 20 })
    expect(node?.ratio?.median).toBe(2)
    expect(node?.ratio?.high).toBeCloseTo(2.8)
    expect(bun).toMatchObject({ skipped: 'no bun on PATH', median: NaN, ratio: undefined })
  })

  test('compares any two, or says that it cannot', () => {
    expect(compare(ROW, 'cpuUs', 'rawhttp', 'node:http')?.median).toBe(0.5)
    expect(compare(ROW, 'cpuUs', 'rawhttp', 'Bun')).toBeUndefined()
    expect(compare(ROW, 'cpuUs', 'Bun', 'rawhttp')).toBeUndefined()
    expect(compare(ROW, 'cpuUs', 'rawhttp', 'Deno')).toBeUndefined()
    expect(compare(ROW, 'cpuUs', 'Deno', 'rawhttp')).toBeUndefined()
  })

  test('has no value where a figure was not measured', () => {
    expect(ROW.outcomes.map((outcome) => valuesOf(outcome, 'ns'))).toEqual([
      [NaN, NaN, NaN],
      [NaN, NaN, NaN],
      [],
    ])
  })
})

describe('a number', () => {
  test.each([
    { figure: 'ns', value: 123.4, text: '123 ns' },
    { figure: 'ns', value: 12_345, text: '12.3 µs' },
    { figure: 'ns', value: 12_345_678, text: '12.35 ms' },
    { figure: 'cpuUs', value: 9.87, text: '9.9 µs' },
    { figure: 'cpuUs', value: 98_765, text: '98.8 ms' },
    { figure: 'perSecond', value: 999.4, text: '999' },
    { figure: 'perSecond', value: 107_249.14, text: '107,249' },
    { figure: 'megabytesPerSecond', value: 1_234_567, text: '1,234,567' },
    { figure: 'p99Ms', value: 1.756, text: '1.76 ms' },
    { figure: 'p99Ms', value: NaN, text: '–' },
    { figure: 'unheard of', value: 3, text: '3' },
  ])('of $figure is written as $text', ({ figure, value, text }) => {
    expect(formatFigure(figure, value)).toBe(text)
  })

  test('with a spread has both edges', () => {
    expect(formatSpread({ median: 1.5, low: 1.25, high: 2 })).toBe('1.50 (1.25–2.00)')
  })
})

test('a row is one line, with what was skipped', () => {
  expect(rowLine(ROW)).toBe(
    'Keep-alive: rawhttp 10.0 µs · node:http 20.0 µs (2.00) · Bun skipped (no bun on PATH)',
  )
})
