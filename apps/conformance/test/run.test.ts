import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { run } from '../src/run.ts'

const suites = (name: string): string =>
  fileURLToPath(new URL(`./support/${name}`, import.meta.url))

const printed = (...commandLine: string[]): Promise<Printed> => printedWith(undefined, commandLine)

interface Printed {
  readonly code: number
  readonly text: string
}

async function printedWith(
  server: string | undefined,
  commandLine: readonly string[],
): Promise<Printed> {
  let text = ''
  const output = new Writable({
    decodeStrings: false,
    write: (part: string, _encoding, done) => {
      text += part
      done()
    },
  })
  const code = await run(commandLine, output, server)
  return { code, text }
}

describe('the conformance suite', () => {
  test('is run against the server in every delivery, and its cases are added up', async () => {
    const { code, text } = await printed('conformance', '--suites', suites('suites'))
    expect(text).toMatch(/whole: \/absent 404, \/unread 200\n/)
    expect(text).toMatch(/--fragment bytes: \/absent 404, \/unread 200\n/)
    expect(text).toMatch(/--fragment split: \/absent 404, \/unread 200\n/)
    expect(text).toMatch(/\n6 passed, 0 failed\n$/)
    expect(code).toBe(0)
  })

  test('is told options of its own', async () => {
    const { text } = await printed('conformance', '--suites', suites('suites'), '--', '--quiet')
    expect(text).toContain('whole --quiet: ')
  })

  test('that fails is a failure, and so is one that says no counts', async () => {
    const { code, text } = await printed('conformance', '--suites', suites('failing-suites'))
    expect(text).toMatch(/\n2 passed, 3 failed\n$/)
    expect(code).toBe(1)
  })

  test('fails when the server does not end as it should', async () => {
    const commandLine = ['conformance', '--suites', suites('suites')]
    const { code, text } = await printedWith(suites('dishonest-server.mjs'), commandLine)
    expect(text).toMatch(/the server ended with exit code 3, not 0\n6 passed, 1 failed\n$/)
    expect(code).toBe(1)
  })
})

describe('the reliability suite', () => {
  test('is told how to start the server', async () => {
    const { code, text } = await printed('reliability', '--suites', suites('suites'))
    expect(text).toBe('UNKNOWN=404, started: httpserver\n1 passed, 0 failed\n1 passed, 0 failed\n')
    expect(code).toBe(0)
  })
})

describe('without a suite', () => {
  test.each(['conformance', 'reliability'])('%s is skipped, and says so', async (name) => {
    const { code, text } = await printed(name, '--suites', '/nowhere')
    expect(text).toBe(`skipped: there is no suite /nowhere/${name}/run.mjs\n`)
    expect(code).toBe(0)
  })

  test.each([[[]], [['speed']], [['conformance', '--fast']]])(
    'the usage of %j is refused',
    async (commandLine) => {
      const { code, text } = await printed(...commandLine)
      expect(text).toMatch(/^conformance: .+\n$/)
      expect(code).toBe(2)
    },
  )

  test('the usage is shown', async () => {
    expect(await printed('--help')).toMatchObject({
      code: 0,
      text: expect.stringContaining('--suites'),
    })
  })
})
