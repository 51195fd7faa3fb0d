import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { REQUEST_WRITER_TRANSITIONS } from '../src/index.ts'

const ROOT = new URL('../', import.meta.url)
const README = readFileSync(new URL('README.md', ROOT), 'utf8')

describe('examples', () => {
  for (const file of readdirSync(new URL('examples/', ROOT))) {
    test(`${file} prints what it says, and is named in the README`, async () => {
      const source = readFileSync(new URL(`examples/${file}`, ROOT), 'utf8')
      const lines: string[] = []
      const log = vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
        lines.push(String(line))
      })
      await import(new URL(`examples/${file}`, ROOT).href)
      log.mockRestore()
      const promised = source.split('// It prints:\n')[1].trimEnd().split('\n')
      expect(lines).toEqual(promised.map((line) => line.slice(3)))
      expect(README).toContain(`examples/${file}`)
    })
  }
})

describe('README', () => {
  test('has a first example that prints what it says', () => {
    const example = /```js\n([\s\S]*?)```/.exec(README)?.[1] ?? ''
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', example], {
      cwd: fileURLToPath(ROOT),
      encoding: 'utf8',
    })
    const promised = Array.from(
      example.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm),
      ([, line]) => line,
    )
    expect(promised.length).toBeGreaterThan(0)
    expect(printed.trimEnd().split('\n')).toEqual(promised)
  })

  test('has a row for every state, with its calls', () => {
    for (const [state, row] of Object.entries(REQUEST_WRITER_TRANSITIONS)) {
      const line = README.split('\n').find((line) => line.startsWith(`| ${state} `)) ?? ''
      for (const call of Object.keys(row)) {
        if (call !== 'writeNothing' && call !== 'reset') expect(line).toContain(`\`${call}\``)
      }
    }
  })
})
