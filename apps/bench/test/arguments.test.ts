import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Benchmark } from '../src/benchmark.ts'
import { BENCHMARKS } from '../src/benchmarks.ts'
import { selected } from '../src/config.ts'
import type { Report, Row } from '../src/model.ts'
import { run } from '../src/run.ts'

class Paper extends Writable {
  text = ''

  override _write(octets: Buffer, _encoding: string, written: () => void): void {
    this.text += octets.toString()
    written()
  }
}

const ROW: Row = {
  benchmark: 'one',
  name: 'One thing',
  figure: 'ns',
  outcomes: [{ contender: 'rawhttp', version: '1', samples: [{ ns: 5 }] }],
}
const broken: Row = {
  ...ROW,
  benchmark: 'two',
  outcomes: [
    { contender: 'rawhttp', version: '', skipped: 'failed: it broke', samples: [] },
    { contender: 'Bun', version: '', skipped: 'no bun on PATH', samples: [] },
  ],
}

function benchmark(name: string, group: string, row: Row): Benchmark {
  return { name, group, title: `Title of ${name}`, run: () => Promise.resolve([row]) }
}

const SOME = [benchmark('one', 'ones', ROW), benchmark('two', 'twos', broken)]

async function start(
  flags: readonly string[],
): Promise<{ exitCode: number; text: string; reports: Report[] }> {
  const paper = new Paper()
  const reports: Report[] = []
  const exitCode = await run(flags, paper, SOME, (report) => {
    reports.push(report)
    return Promise.resolve()
  })
  return { exitCode, text: paper.text, reports }
}

function file(name: string): string {
  const path = join(tmpdir(), `bench-test-${process.pid}-${name}`)
  onTestFinished(() => rm(path, { force: true }))
  return path
}

describe('the flags', () => {
  test('are listed by --help, with every benchmark and its group', async () => {
    const { exitCode, text } = await start(['--help'])
    expect(exitCode).toBe(0)
    for (const flag of ['--quick', '--only', '--json', '--markdown', '--from']) {
      expect(text).toContain(flag)
    }
    expect(text).toMatch(/^ {2}one +Title of one \(ones\)$/m)
    expect(text).toMatch(/^ {2}two +Title of two \(twos\)$/m)
  })

  test.each([
    { flags: ['--only', 'three'], mistake: /--only.*one, ones, two, twos; got "three"/ },
    { flags: ['--only', 'one,'], mistake: /got ""/ },
    { flags: ['--slow'], mistake: /--slow/ },
    { flags: ['--json'], mistake: /--json/ },
  ])('$flags are refused in one line, with exit code 2', async ({ flags, mistake }) => {
    const { exitCode, text } = await start(flags)
    expect(exitCode).toBe(2)
    expect(text).toMatch(mistake)
    expect(text).toMatch(/^bench: .*\n$/)
  })

  test.each([
    { only: undefined, names: ['one', 'two'] },
    { only: ['two'], names: ['two'] },
    { only: ['ones'], names: ['one'] },
    { only: ['twos', 'one'], names: ['one', 'two'] },
  ])('--only $only selects $names', ({ only, names }) => {
    expect(selected(SOME, only).map(({ name }) => name)).toEqual(names)
  })

  test('every benchmark has a name of its own, which is no group’s of others', () => {
    const names = BENCHMARKS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, group } of BENCHMARKS) {
      const others = BENCHMARKS.filter((one) => one.name !== name).map((one) => one.group)
      if (name !== group) expect(others).not.toContain(name)
    }
  })
})

describe('a run', () => {
  test('prints what it measures and exits with 0', async () => {
    const { exitCode, text, reports } = await start(['--', '--only', 'one'])
    expect(text).toMatch(/^\d+ × .*, Node v\d+/)
    expect(text).toMatch(/^\[1\/1, 0 s\] Title of one$/m)
    expect(text).toContain('  One thing: rawhttp 5 ns\n')
    expect(reports).toEqual([])
    expect(exitCode).toBe(0)
  })

  test('exits with 1 when a contender that is there fails, and not when one is missing', async () => {
    const { exitCode, text } = await start([])
    expect(text).toContain('FAULT: One thing: rawhttp failed: it broke\n')
    expect(text).not.toContain('FAULT: One thing: Bun')
    expect(exitCode).toBe(1)
  })

  test('writes what --json asks for, and reports on it again with --from', async () => {
    const json = file('report.json')
    const { reports } = await start(['--only', 'one', '--quick', '--json', json, '--markdown'])
    const written = JSON.parse(await readFile(json, 'utf8')) as Report
    expect(reports).toEqual([written])
    expect(written).toMatchObject({ quick: true, rows: [ROW] })
    const again = await start(['--from', json, '--markdown'])
    expect(again.reports).toEqual([written])
    expect(again.text).toBe('One thing: rawhttp 5 ns\n')
  })

  test('takes files as seen from where pnpm was started', async () => {
    const json = file('elsewhere.json')
    vi.stubEnv('INIT_CWD', tmpdir())
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    await start(['--only', 'one', '--json', basename(json)])
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ rows: [ROW] })
  })

  test.each(['{}', '[]', '{"rows":3}', 'null'])(
    'says that a file is not what --json has written: %s',
    async (text) => {
      const json = file('other.json')
      await writeFile(json, text)
      const { exitCode, text: said } = await start(['--from', json])
      expect(said).toBe(`bench: ${json} is not what --json has written\n`)
      expect(exitCode).toBe(2)
    },
  )
})
