import { describe, expect, test } from 'vitest'
import { barChart } from '../src/report/chart.ts'
import { parserChart, serverChart } from '../src/report/charts.ts'
import type { Row } from '../src/model.ts'

const bar = (label: string, value: number, ours = false) => ({
  label,
  value,
  text: `${value} µs`,
  ours,
})

describe('a bar chart', () => {
  const chart = barChart('Title & more', [
    { title: 'First <group>', bars: [bar('a', 10, true), bar('b', 20)] },
    { title: 'Second', bars: [bar('c', 0), bar('d', 0)] },
  ])

  test('is one SVG whose elements are closed, with its title for those who do not see it', () => {
    expect(chart).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*role="img">\n/)
    expect(chart).toMatch(/<\/svg>\n$/)
    expect(chart).toContain('<title>Title &amp; more</title>')
    const opened = [...chart.matchAll(/<([a-z]+)(?:\s[^>]*[^/])?>/g)].map(([, name]) => name)
    const closed = [...chart.matchAll(/<\/([a-z]+)>/g)].map(([, name]) => name)
    expect(closed.toSorted()).toEqual(opened.toSorted())
  })

  test('draws bars to the scale of their group, ours in a colour of its own', () => {
    const widths = [...chart.matchAll(/<rect class="(\w+)"[^>]* width="([\d.]+)"/g)]
    expect(widths.map(([, kind]) => kind)).toEqual(['ours', 'peer', 'peer', 'peer'])
    const [first = NaN, second = NaN, ...none] = widths.map(([, , width]) => Number(width))
    expect(second).toBeCloseTo(2 * first)
    expect(none).toEqual([1, 1])
  })

  test('has colours for dark pages too', () => {
    expect(chart).toContain('@media(prefers-color-scheme:dark)')
  })

  test('escapes what it is given', () => {
    expect(chart).toContain('First &lt;group&gt;')
    expect(chart).not.toContain('<group>')
  })

  test('is as high as its bars need', () => {
    const height = Number(/ height="(\d+)" viewBox/.exec(chart)?.[1])
    const last = Math.max(...[...chart.matchAll(/ y="(\d+)"/g)].map(([, y]) => Number(y)))
    expect(height).toBeGreaterThan(last)
  })
})

describe('the charts of the page', () => {
  const row = (benchmark: string): Row => ({
    benchmark,
    name: `Row of ${benchmark}`,
    figure: 'cpuUs',
    outcomes: [
      { contender: 'rawhttp', version: '', samples: [{ cpuUs: 10 }] },
      { contender: 'node:net', version: '', samples: [{ cpuUs: 5 }] },
      { contender: 'Bun', version: '', skipped: 'no bun on PATH', samples: [] },
      { contender: 'Go', version: '', samples: [{ cpuUs: 12 }] },
    ],
  })

  test('show what was measured of servers, and nothing else', () => {
    const chart = serverChart([row('keep-alive'), row('request-parser')])
    expect(chart).toContain('Row of keep-alive')
    expect(chart).not.toContain('Row of request-parser')
    expect(chart).toContain('>12.0 µs<')
    expect(chart).not.toContain('Bun')
    expect(chart).not.toContain('node:net')
  })

  test('show request parsers', () => {
    const chart = parserChart([row('keep-alive'), row('request-parser')])
    expect(chart).toContain('Row of request-parser')
    expect(chart).not.toContain('Row of keep-alive')
  })
})
