import { execFile, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

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

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the built program leaves with exit code 0 on %s, though it comes twice',
  async (signal) => {
    const child = spawn(process.execPath, [MAIN], { stdio: ['pipe', 'pipe', 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const exit = once(child, 'exit')
    const errors = text(child.stderr)
    await once(child.stdout, 'data')
    child.kill(signal)
    child.kill(signal)
    expect(await exit).toEqual([0, null])
    expect(await errors).toBe('')
  },
)

test('the built program sends on when nobody reads its output', async () => {
  const receiver = createSocket('udp4')
  onTestFinished(() => void receiver.close())
  const received: string[] = []
  receiver.on('message', (octets) => received.push(String(octets)))
  receiver.bind(0, '127.0.0.1')
  await once(receiver, 'listening')
  const port = String(receiver.address().port)
  const child = spawn(process.execPath, [MAIN, '--port', port], { stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  const errors = text(child.stderr)
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const lines = ['a\n', 'b\n', 'c\n']
  for (const line of lines) child.stdin.write(line)
  while (received.length < lines.length) await once(receiver, 'message')
  child.stdin.end()
  expect(await exit).toEqual([0, null])
  expect(received).toEqual(lines)
  expect(await errors).toBe('')
})
