import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

test('the built program sends what is typed and ends with its input', async () => {
  const receiver = createSocket('udp4')
  receiver.bind(0, '127.0.0.1')
  await once(receiver, 'listening')
  const message = once(receiver, 'message')
  const port = String(receiver.address().port)
  const running = promisify(execFile)(process.execPath, [MAIN, '--port', port])
  running.child.stdin?.end('typed\n')
  expect(await running).toEqual({ stdout: '> > \n', stderr: '' })
  expect(String((await message)[0])).toBe('typed\n')
  receiver.close()
})

test('the built program leaves with exit code 2 on bad usage', async () => {
  const running = promisify(execFile)(process.execPath, [MAIN, '--port', 'x'])
  await expect(running).rejects.toMatchObject({ code: 2, stdout: '' })
})
