// Every process that the bench starts is started here, so that none is left behind: not at the end, not on Ctrl-C. Each also ends
// by itself when the pipe to its standard input does, should the bench be killed.
import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { once } from 'node:events'

const children = new Set<ChildProcess>()

/** Starts a process. @throws when it cannot be started */
export async function startChild(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], ...options })
  // Its end closes the pipes to it, which is no error.
  child.stdin?.on('error', () => {})
  children.add(child)
  child.once('exit', () => {
    children.delete(child)
  })
  await once(child, 'spawn')
  return child
}

/** The next message of a child. @throws when it ends instead */
export async function answerOf(child: ChildProcess): Promise<unknown> {
  const stop = new AbortController()
  const { signal } = stop
  try {
    const ended = once(child, 'exit', { signal }).then(() => {
      throw new Error(`process ${child.pid} has ended`)
    })
    const [answer] = (await Promise.race([once(child, 'message', { signal }), ended])) as [unknown]
    return answer
  } finally {
    stop.abort()
  }
}

/** Ends a process and waits until it is gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** Ends all that run, at once. */
export function endAllChildren(): void {
  for (const child of children) child.kill('SIGKILL')
}
