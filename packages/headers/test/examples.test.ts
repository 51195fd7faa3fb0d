import { readFileSync, readdirSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'

const EXAMPLES = new URL('../examples/', import.meta.url)
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const names = readdirSync(EXAMPLES).toSorted()

afterEach(() => {
  vi.restoreAllMocks()
})

test.each(names)('the example %s prints what its comments say', async (name) => {
  const printed: string[] = []
  vi.spyOn(console, 'log').mockImplementation((...values) => {
    printed.push(values.join(' '))
  })
  await import(new URL(name, EXAMPLES).href)
  const source = readFileSync(new URL(name, EXAMPLES), 'utf8')
  const promised = Array.from(
    source.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm),
    ([, text]) => text,
  )
  expect(promised).not.toEqual([])
  expect(printed).toEqual(promised)
})

test.each(names)('the README shows the example %s as it is', (name) => {
  const source = readFileSync(new URL(name, EXAMPLES), 'utf8')
  const shown = source.replace("'../src/index.ts'", "'@rawhttp/headers'")
  expect(README).toContain(`\`\`\`ts\n${shown}\`\`\`\n`)
})
