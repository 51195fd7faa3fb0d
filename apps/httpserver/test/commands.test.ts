import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { RawClient } from './support/raw-client.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const FLAGS = ['--port', '0', '--upstream', 'embedded', '--grace-period-ms', '2000']
const UPLOAD = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n'

let child: ChildProcess | undefined

// The package manager and all that it has started are a process group.
function signalGroup(signal: NodeJS.Signals): void {
  if (child?.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It is empty.
  }
}

afterEach(() => {
  signalGroup('SIGKILL')
  child = undefined
})

/** Runs a command as a terminal does, in a process group of its own, until it says where it listens. */
async function startCommand(
  commandLine: readonly string[],
): Promise<{ port: number; exit: Promise<unknown[]>; printed: () => string }> {
  const [program = '', ...rest] = commandLine
  child = spawn(program, rest, { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = once(child, 'close')
  let text = ''
  const port = new Promise<number>((resolve, reject) => {
    for (const stream of [child?.stdout, child?.stderr]) {
      stream?.setEncoding('utf8').on('data', (part: string) => {
        text += part
        const listening = /Listening on \S+:(\d+),? /.exec(text)
        if (listening !== null) resolve(Number(listening[1]))
      })
    }
    void exit.then(() => reject(new Error(text)))
  })
  return { port: await port, exit, printed: () => text }
}

async function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, 'localhost')
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => false),
    once(socket, 'error').then(() => true),
  ]).catch(() => true)
  socket.destroy()
  return outcome
}

const PNPM = ['pnpm', '--filter', 'httpserver', 'start', ...FLAGS]
const NPM = ['npm', 'start', '--', ...FLAGS]

describe('a command that starts the server', () => {
  test.each([
    ['pnpm', 'SIGTERM', 'it alone', PNPM],
    ['pnpm', 'SIGINT', 'it alone', PNPM],
    ['pnpm', 'SIGTERM', 'its process group', PNPM],
    ['pnpm', 'SIGINT', 'its process group', PNPM],
    ['npm', 'SIGTERM', 'it alone', NPM],
    ['npm', 'SIGINT', 'its process group', NPM],
  ] as const)(
    'by %s finishes what is in progress, and leaves nothing, after %s to %s',
    async (_name, signal, whom, commandLine) => {
      const { port, exit, printed } = await startCommand(commandLine)
      const client = new RawClient(port, 'localhost').send(UPLOAD)
      await client.until(/100 Continue/)
      if (whom === 'it alone') child?.kill(signal)
      else signalGroup(signal)
      // When new connections are refused the signal has come, and its copy that is passed on is not far.
      while (!(await isRefused(port))) continue
      client.send('hello')
      expect(await client.untilClosed()).toMatch(/HTTP\/1\.1 200 OK\r\n[^]*"text":"hello"/)
      // All that holds its output has ended when this comes.
      expect(await exit).toEqual([0, null])
      expect(printed()).not.toMatch(/ERR|Command failed/)
    },
  )
})
