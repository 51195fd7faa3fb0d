import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { run } from '../src/run.ts'
import { soak } from '../src/soak.ts'

const NEVER = new AbortController().signal

class Paper extends Writable {
  text = ''

  override _write(octets: Buffer, _encoding: string, written: () => void): void {
    this.text += octets.toString()
    written()
  }
}

function program(name: string): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url))
}

describe('the program', () => {
  // It begins nothing after two seconds; the slowest client of those that have begun takes some more.
  test('soaks the built httpserver, which passes', { timeout: 60_000 }, async () => {
    const paper = new Paper()
    const exitCode = await run(['--seconds', '2', '--clients', '16', '--seed', '3'], paper, {
      stop: NEVER,
    })
    expect(paper.text).not.toMatch(/FAULT|failure:|standard error:/)
    expect(paper.text).toMatch(/^good +\d+ +([1-9]\d*) +\1 +0$/m)
    expect(paper.text).toMatch(/^bad +\d+ +([1-9]\d*) +\1 +0$/m)
    expect(paper.text).toMatch(/^aborted +[1-9]\d* +\d+ +\d+ +0$/m)
    expect(paper.text).toMatch(/^exit code after SIGTERM: 0$/m)
    expect(paper.text).toMatch(/\nsoak: passed\n$/)
    expect(exitCode).toBe(0)
  })

  test('takes the "--" that pnpm passes on', async () => {
    const paper = new Paper()
    expect(await run(['--', '--help'], paper, { stop: NEVER })).toBe(0)
    expect(paper.text).toContain('--max-slope <MiB>')
  })

  test.each([
    { flags: ['--seconds', '0'], mistake: '--seconds' },
    { flags: ['--seconds', '3601'], mistake: '--seconds' },
    { flags: ['--clients', 'x'], mistake: '--clients' },
    { flags: ['--seed', '-1'], mistake: '--seed' },
    { flags: ['--max-slope', '1.5'], mistake: '--max-slope' },
    { flags: ['--minutes', '1'], mistake: '--minutes' },
  ])('says what is wrong with $flags, with exit code 2', async ({ flags, mistake }) => {
    const paper = new Paper()
    expect(await run(flags, paper, { stop: NEVER })).toBe(2)
    expect(paper.text).toMatch(new RegExp(`^soak: .*${mistake}.*\n$`))
  })
})

describe('a soak', () => {
  const config = { seconds: 1, clients: 4, seed: 1, maxSlope: 64 }

  test('finds all that is wrong with a server', { timeout: 60_000 }, async () => {
    const paper = new Paper()
    const surroundings = { stop: NEVER, program: program('same-to-everybody.mjs') }
    expect(await run(['--seconds', '1', '--clients', '4'], paper, surroundings)).toBe(1)
    expect(paper.text).toMatch(/^failure: /m)
    expect(paper.text).toMatch(/^standard error: something is wrong$/m)
    expect(paper.text).toMatch(/^FAULT: \d+ failures of good clients$/m)
    expect(paper.text).toMatch(/^FAULT: the server complained: something is wrong$/m)
    expect(paper.text).toMatch(/^FAULT: the server ended with 3$/m)
    expect(paper.text).toMatch(/\nsoak: failed\n$/)
  })

  test('is over when the server is', { timeout: 60_000 }, async () => {
    const surroundings = { print: () => undefined, stop: NEVER, program: program('ends-soon.mjs') }
    const faults = await soak({ ...config, seconds: 3600 }, surroundings)
    expect(faults).toContain('the server ended with 5')
  })

  test('is over when it is stopped, and reports', { timeout: 60_000 }, async () => {
    const stop = new AbortController()
    const lines: string[] = []
    const print = (line: string): void => {
      lines.push(line)
      if (/^\d+ s: /.test(line)) stop.abort()
    }
    const faults = await soak({ ...config, seconds: 3600 }, { print, stop: stop.signal })
    expect(faults).toEqual([])
    expect(lines[0]).toMatch(/^\d+ s: [1-9]\d* requests, 0 failures/)
    expect(lines).toContain('exit code after SIGTERM: 0')
  })
})
