import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const SUITES = fileURLToPath(new URL('support/endless-suites', import.meta.url))

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test.each([
  ['by a signal', (child: ReturnType<typeof spawn>) => child.kill('SIGTERM')],
  ['when nobody reads its output', (child: ReturnType<typeof spawn>) => child.stdout?.destroy()],
])('a run that is broken off %s leaves neither suite nor server', async (_how, breakOff) => {
  const child = spawn(process.execPath, [MAIN, 'conformance', '--suites', SUITES], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  // The server has the same standard error: this comes when both have ended.
  const closed = once(child, 'close')
  child.stderr.resume()
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const suite = Number(/suite (\d+)/.exec(String(line))?.[1])
  expect(isAlive(suite)).toBe(true)
  breakOff(child)
  expect(await closed).toEqual([1, null])
  while (isAlive(suite)) await setImmediate()
})
