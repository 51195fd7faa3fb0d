import { once } from 'node:events'
import { createServer } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { run } from '../src/run.ts'

async function outcomeOf(
  ...commandLine: string[]
): Promise<{ exitCode: number; output: string; errors: string }> {
  const output = new PassThrough()
  const errors = new PassThrough()
  const exitCode = await run(commandLine, output, errors)
  return { exitCode, output: await text(output.end()), errors: await text(errors.end()) }
}

describe('a program that does not start', () => {
  test('prints its flags when it is asked for them', async () => {
    const outcome = await outcomeOf('--help')
    expect(outcome).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/^Usage: httpserver/),
      errors: '',
    })
  })

  test('names bad usage on standard error', async () => {
    expect(await outcomeOf('--log', 'xml')).toEqual({
      exitCode: 2,
      output: '',
      errors: expect.stringMatching(/^httpserver: .*--log.*\n$/),
    })
  })

  test.each(['text', 'json'])(
    'names a taken port on standard error with a log of %s',
    async (log) => {
      const blocker = createServer().listen(0, '127.0.0.1')
      await once(blocker, 'listening')
      const address = blocker.address()
      const port = typeof address === 'object' && address !== null ? String(address.port) : ''
      expect(await outcomeOf('--host', '127.0.0.1', '--port', port, '--log', log)).toEqual({
        exitCode: 1,
        output: '',
        errors: expect.stringMatching(new RegExp(`^httpserver: .*${port}.*\n$`)),
      })
      blocker.close()
    },
  )
})
