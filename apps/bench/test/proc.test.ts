import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  hasProc,
  parseOpenFiles,
  parseResidentKiB,
  parseStat,
  processTree,
  treeCpuMs,
  treeResidentKiB,
} from '../src/system/proc.ts'

const STAT =
  '4711 (node) S 4700 4711 4700 34816 4711 4194304 1 2 3 4 120 30 7 5 20 0 11 0 99 1 2 3 4 5'

describe('the line of a process', () => {
  test.each([
    { title: 'a plain name', line: STAT },
    { title: 'a name with spaces and parentheses', line: STAT.replace('node', 'a ) (b) 1 2') },
  ])('is read with $title', ({ line }) => {
    expect(parseStat(line)).toEqual({ parent: 4700, cpuMs: 1620 })
  })

  test.each(['', '4711 (node) S', 'x (y) S a b c'])('is refused when it is none: %j', (line) => {
    expect(() => parseStat(line)).toThrow('expected a line of /proc/PID/stat')
  })
})

describe('the status of a process', () => {
  test('has its resident memory', () => {
    expect(parseResidentKiB('VmPeak:\t  99 kB\nVmRSS:\t   54321 kB\nThreads:\t1\n')).toBe(54_321)
  })

  test('is refused without it', () => {
    expect(() => parseResidentKiB('VmPeak:\t 99 kB\n')).toThrow('VmRSS')
  })
})

describe('the limits of a process', () => {
  const limits = (soft: string): string =>
    `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}                 20000                files\n`

  test.each([
    { soft: '1024', files: 1024 },
    { soft: 'unlimited', files: Infinity },
  ])('have the number of open files: $soft', ({ soft, files }) => {
    expect(parseOpenFiles(limits(soft))).toBe(files)
  })

  test('are refused without it', () => {
    expect(() => parseOpenFiles('Max processes 1 2 processes\n')).toThrow('Max open files')
  })
})

test('a system with /proc is known', () => {
  expect(hasProc()).toBe(existsSync('/proc/self/stat'))
})

// Only Linux tells; elsewhere servers cannot be measured, which the bench says.
describe.runIf(hasProc())('on this system', () => {
  test('a process and its child are one tree, and their CPU time and memory are added', async () => {
    const busy = 'while (process.cpuUsage().user < 120_000);'
    const inner = `${busy} console.log(process.pid); setInterval(() => {}, 1000)`
    const outer = `${busy} require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' })`
    const parent = spawn(process.execPath, ['-e', outer], { stdio: ['ignore', 'pipe', 'inherit'] })
    let inside = 0
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]
      inside = Number(line)
      const outside = parent.pid ?? 0
      const tree = processTree(outside)
      expect([...tree.keys()].toSorted((a, b) => a - b)).toEqual(
        [outside, inside].toSorted((a, b) => a - b),
      )
      const alone = treeCpuMs(inside)
      expect(alone).toBeGreaterThanOrEqual(50)
      expect(treeCpuMs(outside)).toBeGreaterThanOrEqual(alone + 50)
      expect(treeResidentKiB(outside)).toBeGreaterThan(treeResidentKiB(inside))
      expect(parseOpenFiles(readFileSync(`/proc/${inside}/limits`, 'utf8'))).toBeGreaterThan(0)
    } finally {
      if (inside > 0) process.kill(inside, 'SIGKILL')
      parent.kill('SIGKILL')
      await once(parent, 'exit')
    }
  })

  test('a process that is gone has no CPU time', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    expect(() => treeCpuMs(child.pid ?? 0)).toThrow('is gone')
  })
})
