import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { DEFAULT_RESPONSE_LIMITS, LENIENT_RULES, RESPONSE_PARSER_FAULTS } from '../src/index.ts'

const NAME = '@rawhttp/response-parser'
const ROOT = new URL('../', import.meta.url)
const README = readFileSync(new URL('README.md', ROOT), 'utf8')

describe('examples', () => {
  for (const file of readdirSync(new URL('examples/', ROOT))) {
    const source = readFileSync(new URL(`examples/${file}`, ROOT), 'utf8')

    test(`${file} prints what it says`, async () => {
      const lines: string[] = []
      const log = vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
        lines.push(String(line))
      })
      await import(new URL(`examples/${file}`, ROOT).href)
      log.mockRestore()
      const promised = source.split('// It prints:\n')[1].trimEnd().split('\n')
      expect(lines.join('\n').split('\n')).toEqual(promised.map((line) => line.slice(3)))
    })

    test(`${file} is named in the README`, () => {
      expect(README).toContain(`examples/${file}`)
    })
  }
})

describe('README', () => {
  test('has a first example that prints what it says, by the name of the package', () => {
    const example = /```js\n([\s\S]*?)```/.exec(README)?.[1] ?? ''
    expect(example).toContain(`from '${NAME}'`)
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

  test('lists every limit with its default', () => {
    for (const [name, value] of Object.entries(DEFAULT_RESPONSE_LIMITS)) {
      expect(README).toMatch(new RegExp(`\\| \`${name}\` +\\| ${value} +\\|`))
    }
  })

  test('lists every error with its status and section', () => {
    for (const { code, status, section } of Object.values(RESPONSE_PARSER_FAULTS)) {
      expect(README).toMatch(new RegExp(`\\| \`${code}\` +\\| ${status} +\\| ${section} +\\|`))
    }
  })

  test('lists every lenient rule with its section and its risk', () => {
    for (const [name, { section, reads, risk }] of Object.entries(LENIENT_RULES)) {
      const row = README.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? ''
      expect(row.split('|').map((cell) => cell.trim())).toEqual([
        '',
        `\`${name}\``,
        section,
        reads,
        risk,
        '',
      ])
    }
  })
})
