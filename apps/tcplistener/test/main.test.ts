import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
    expect(await exit).toEqual([0, null])
    expect(await printed).toContain('- Target: /built\n')
  },
)
