import type { ChildProcess } from 'node:child_process'

/** Ends a child when this process ends before it. */
export function endWithProcess(child: ChildProcess): void {
  const end = child.kill.bind(child, 'SIGTERM')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}
