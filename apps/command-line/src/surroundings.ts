// What a program has around it and does not decide: signals, and who reads what it prints.
import type { Writable } from 'node:stream'

// How soon a package manager passes on a signal that the program has got already with its process group.
const SAME_SIGNAL_MS = 100
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Tells when the process shall end: on SIGINT or SIGTERM. One that comes within 100 ms is the same, passed on by npm or pnpm. The
 * process waits so long for it, since a process that is ending is ended by a signal, with another exit code. Later ones end the
 * process at once, as signals do that have no listener.
 *
 * @returns aborted by the first signal
 */
export function stopOnSignals(): AbortSignal {
  const stop = new AbortController()
  let waiting: NodeJS.Timeout | undefined
  const onSignal = (): void => {
    stop.abort()
    waiting?.unref()
    waiting ??= setTimeout(remove, SAME_SIGNAL_MS)
  }
  const remove = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return stop.signal
}

/**
 * Keeps a stream that cannot be written to any more, as after `| head -1`, from ending the process with an error.
 *
 * @param lost called once with the reason, such as EPIPE
 */
export function outliveReader(
  stream: Writable,
  lost: (error: NodeJS.ErrnoException) => void = () => undefined,
): void {
  stream.once('error', (error) => {
    stream.on('error', () => undefined)
    lost(error)
  })
}
