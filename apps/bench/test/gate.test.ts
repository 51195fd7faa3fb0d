import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { findingLine, holds } from '../src/gate/check.ts'
import type { Finding } from '../src/gate/check.ts'

const FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64']
const BAD_SUBJECTS = fileURLToPath(new URL('programs/bad-subjects.mjs', import.meta.url))
const run = promisify(execFile)

// In a process of its own: what it counts, whoever measures the coverage of these tests counts too.
async function gate(): Promise<string> {
  const main = fileURLToPath(new URL('../dist/gate/main.js', import.meta.url))
  const { stdout } = await run(process.execPath, [...FLAGS, main])
  return stdout
}

async function refusedOf(subject: string): Promise<readonly string[]> {
  const { stdout } = await run(process.execPath, [...FLAGS, BAD_SUBJECTS, subject])
  // What could not be counted is null in JSON.
  const findings = (
    JSON.parse(stdout) as { name: string; counted: number | null; bound: number }[]
  ).map((finding) => ({ ...finding, counted: finding.counted ?? NaN, unit: '' }))
  return findings.filter((finding) => !holds(finding)).map(({ name }) => name)
}

describe('the gate', () => {
  test('lets pass what this repository builds', async () => {
    const output = await gate()
    expect(output).not.toContain('FAILED')
    expect(output).toMatch(/^36 passed, 0 failed$/m)
  })

  test.each([
    {
      subject: 'writes',
      refused: ['writes for one request', 'writes for 16 pipelined requests'],
    },
    { subject: 'promises', refused: ['promises for synchronous handlers'] },
    { subject: 'allocations', refused: ['allocations for a request'] },
    {
      subject: 'copies',
      refused: ['copies of content that is received', 'copies of content that is sent'],
    },
    {
      subject: 'silence',
      refused: [
        ...['writes for one request', 'writes for 16 pipelined requests'],
        ...['promises for synchronous handlers'],
      ],
    },
    {
      subject: 'copying-parser',
      refused: [
        ...['copying-parser: copies of content with a length'],
        ...['copying-parser: copies of content in pieces'],
        ...['copying-parser: copies of content in chunks'],
      ],
    },
    {
      subject: 'rescanning-parser',
      refused: ['field lines', 'a field value', 'chunks'].map(
        (what) => `rescanning-parser, ${what}, in single octets: growth`,
      ),
    },
    {
      subject: 'rescanning-parser',
      refused: ['rescanning-parser, a field value, in single octets'],
    },
    {
      subject: 'idle-parser',
      refused: ['field lines', 'a field value', 'chunks'].flatMap((what) =>
        ['whole', 'in single octets'].map((how) => `idle-parser, ${what}, ${how}: growth`),
      ),
    },
  ])('refuses a subject that is bad at $subject', async ({ subject, refused }) => {
    expect(await refusedOf(subject)).toEqual(expect.arrayContaining(refused))
  })
})

describe('a finding', () => {
  const finding: Finding = { name: 'writes', counted: 1, bound: 1, unit: 'writes' }

  test.each([
    { counted: 0, passes: true, line: 'ok     writes: 0 writes, at most 1' },
    { counted: 1, passes: true, line: 'ok     writes: 1 writes, at most 1' },
    { counted: 1.25, passes: false, line: 'FAILED writes: 1.25 writes, at most 1' },
    { counted: 2, passes: false, line: 'FAILED writes: 2 writes, at most 1' },
    { counted: NaN, passes: false, line: 'FAILED writes: NaN writes, at most 1' },
    { counted: Infinity, passes: false, line: 'FAILED writes: Infinity writes, at most 1' },
  ])('of $counted passes: $passes', ({ counted, passes, line }) => {
    expect(holds({ ...finding, counted })).toBe(passes)
    expect(findingLine({ ...finding, counted })).toBe(line)
  })
})
