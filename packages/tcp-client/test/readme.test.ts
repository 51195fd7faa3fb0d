import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { CLIENT_FAULTS } from '../src/index.ts'
import { clientSettings } from '../src/options.ts'

const NAME = '@rawhttp/tcp-client'
const ROOT = new URL('../', import.meta.url)
const README = readFileSync(new URL('README.md', ROOT), 'utf8')

describe('examples', () => {
  for (const file of readdirSync(new URL('examples/', ROOT))) {
    const source = readFileSync(new URL(`examples/${file}`, ROOT), 'utf8')

    test(`${file} prints what it says`, async () => {
      const lines: string[] = []
      const log = vi.spyOn(console, 'log').mockImplementation((...words: unknown[]) => {
        lines.push(words.join(' '))
      })
      await import(new URL(`examples/${file}`, ROOT).href)
      log.mockRestore()
      const promised = source.split('// It prints:\n')[1]?.trimEnd().split('\n') ?? []
      expect(lines.join('\n').split(/\r?\n/)).toEqual(promised.map((line) => line.slice(3)))
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

  test('lists every number that can be chosen, with its default', () => {
    for (const [name, value] of Object.entries(clientSettings({}))) {
      if (typeof value !== 'number' || name === 'sweepIntervalMs') continue
      expect(README).toMatch(new RegExp(`\\| \`${name}\` +\\| ${value} +\\|`))
    }
  })

  test('names every code of an error', () => {
    const source = readFileSync(new URL('src/errors.ts', ROOT), 'utf8')
    const codes = [...source.matchAll(/\| '(ERR_\w+)'/g)].map(([, code]) => code)
    expect(codes.length).toBeGreaterThan(10)
    for (const code of [...codes, ...Object.keys(CLIENT_FAULTS)]) {
      expect(README).toContain(`\`${code}\``)
    }
  })
})
