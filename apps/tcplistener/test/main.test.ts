import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the built program prints requests until %s, and then leaves with exit code 0',
  async (signal) => {
    const child = spawn(process.execPath, [MAIN, '--host', '127.0.0.1', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const exit = once(child, 'exit')
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
    const port = Number(/:(\d+)\n/.exec(String(line))?.[1])
    const printed = text(child.stdout)
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /built HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    child.kill(signal)
    // The copy that a package manager passes on.
    child.kill(signal)
    expect(await exit).toEqual([0, null])
    expect(await printed).toContain('- Target: /built\n')
  },
)

test('the built program leaves quietly with exit code 0 when nobody reads its output', async () => {
  const child = spawn(process.execPath, [MAIN, '--host', '127.0.0.1', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  const errors = text(child.stderr)
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const port = Number(/:(\d+)\n/.exec(String(line))?.[1])
  child.stdout.destroy()
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await exit).toEqual([0, null])
  expect(await errors).toBe('')
})

test('the built program says in one line that it cannot print, with exit code 1', async () => {
  const full = await open('/dev/full', 'w')
  onTestFinished(() => full.close())
  const child = spawn(process.execPath, [MAIN, '--port', '0'], {
    stdio: ['ignore', full.fd, 'pipe'],
  })
  const exit = once(child, 'exit')
  expect(await text(child.stderr ?? expect.fail())).toMatch(/^tcplistener: ENOSPC[^\n]*\n$/)
  expect(await exit).toEqual([1, null])
})
