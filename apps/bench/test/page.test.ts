import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { check } from 'prettier'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Outcome, Report, Row } from '../src/model.ts'
import { renderPage } from '../src/report/page.ts'
import { contenderTable, pairTable, rowTable, table } from '../src/report/tables.ts'
import { writePage } from '../src/report/write-page.ts'

function outcome(contender: string, ...values: number[]): Outcome {
  const samples = values.map((value) => ({
    ...{ cpuUs: value, ns: value, perSecond: 1e6 / value, p50Ms: value / 10, p99Ms: value },
    ...{ residentKiB: value, heapKiB: NaN, firstMs: value, slope: 1, endSlope: 1.25 },
    megabytesPerSecond: 1000 / value,
  }))
  return { contender, version: `v${contender}`, samples }
}

function row(benchmark: string, name: string, figure: string, peer = 'node:http'): Row {
  const missing = { contender: 'Bun', version: '', skipped: 'no bun on PATH', samples: [] }
  return {
    benchmark,
    name,
    figure,
    outcomes: [outcome('rawhttp', 10, 10), outcome(peer, 30, 20), missing],
  }
}

const REPORT: Report = {
  machine: {
    node: 'v20.1.0',
    cpu: 'A processor',
    cores: 2,
    system: 'Linux 6',
    loadBefore: 0.5,
    loadAfter: 1,
  },
  quick: false,
  rows: [
    row('keep-alive', 'Keep-alive', 'cpuUs'),
    row('file', 'File', 'cpuUs'),
    row('latency', '9,000 requests/s', 'p99Ms'),
    row('memory', '5000 idle connections', 'residentKiB'),
    row('start', 'Start', 'firstMs'),
    row('request-parser', 'minimal GET', 'ns', 'node-binding'),
    row('growth', 'field lines', 'slope'),
    row('growth', 'connections, 16 to 4,096', 'slope'),
    row('versions', 'Node 22: Keep-alive', 'cpuUs'),
    row('versions', 'Node 22: minimal GET', 'ns'),
  ],
}

describe('tables', () => {
  test('have a line below the heading, and no cell breaks them', () => {
    expect(
      table([
        ['a', 'b'],
        ['1|2', ''],
      ]),
    ).toBe('| a | b |\n| --- | --- |\n| 1\\|2 |  |')
  })

  test('of contenders have the ratio with its spread, and say what was skipped', () => {
    expect(contenderTable(row('keep-alive', '', 'cpuUs'), ['cpuUs', 'perSecond'])).toBe(
      [
        '|  | CPU a request | to ours | requests/s |',
        '| --- | --- | --- | --- |',
        '| rawhttp | 10.0 µs | 1 | 100,000 |',
        '| node:http | 25.0 µs | 2.50 (2.10–2.90) | 41,667 |',
        '| Bun | skipped: no bun on PATH |',
      ].join('\n'),
    )
  })

  test('of rows have the figure that counts and its ratio', () => {
    const other = { ...row('x', 'second', 'ns'), outcomes: [outcome('rawhttp', 7)] }
    expect(rowTable([row('x', 'first', 'ns'), other], 'message')).toBe(
      [
        '| message | rawhttp | node:http | Bun |',
        '| --- | --- | --- | --- |',
        '| first | 10 ns | 25 ns · 2.50 | skipped: no bun on PATH |',
        '| second | 7 ns |  |  |',
      ].join('\n'),
    )
  })

  test('of pairs have two figures', () => {
    const rows = [row('growth', 'field lines', 'slope')]
    expect(pairTable(rows, 'what grows', 'endSlope')).toContain('| 1.00 / 1.25 | 1.00 / 1.25 |')
  })

  test('without rows are a heading', () => {
    expect(rowTable([], 'message')).toBe('| message |\n| --- |')
  })
})

describe('the page', () => {
  const page = renderPage(REPORT, '## Notes\n\nBy hand.\n')

  test('says what it was measured on, and with which versions', () => {
    expect(page).toContain('2 cores, A processor, Linux 6, Node v20.1.0; load 0.50 before')
    expect(page).toContain('node:http vnode:http')
    expect(page).not.toContain('quick run')
    expect(renderPage({ ...REPORT, quick: true }, '')).toContain('quick run')
  })

  test('compares with the targets: met, missed by how much, not measured', () => {
    expect(page).toMatch(/\| keep-alive: at most 0\.45 of .* \| 0\.42 \(.*\) \| met \|/)
    expect(page).toMatch(
      /\| request-parser: minimal GET: .* \| 2\.50 \(.*\) \| \*\*missed by 38 %\*\* \|/,
    )
    expect(page).toMatch(/\| start to first .* \| -15 ms more \| met \|/)
    expect(page).toMatch(/\| pipelined: at most .* \| not measured \| – \|/)
    expect(page).toMatch(/^5 of 6 are met\./m)
  })

  test('holds what was written by hand', () => {
    expect(page).toContain('## Notes\n\nBy hand.')
  })

  test('has a part for all that was measured, and none for what was not', () => {
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)
    expect(headings).toEqual([
      ...['Against the targets', 'Notes', 'Servers', 'Latency', 'Files', 'Memory and start'],
      ...['Request parser', 'Growth', 'Other releases of Node'],
    ])
  })

  test('is written in the format of the house, with its charts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-page-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writePage(REPORT, pathToFileURL(`${folder}/`))
    const written = await readFile(join(folder, 'PERFORMANCE.md'), 'utf8')
    expect(written).toContain('# Performance')
    expect(await check(written, { parser: 'markdown' })).toBe(true)
    for (const [, chart = ''] of written.matchAll(/!\[.*\]\((.*)\)/g)) {
      expect(await readFile(join(folder, chart), 'utf8')).toMatch(/^<svg /)
    }
    expect(written.match(/!\[/g)).toHaveLength(2)
  })
})
