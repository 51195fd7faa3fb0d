import { callOut, printOnce } from './calling-out.ts'
import type { Clock } from './deadlines.ts'
import { systemClock } from './deadlines.ts'
import type { Server } from './serve.ts'

// One signal can come twice: to the process group, from a terminal or a supervisor, and from the program in front that passes on
// what it got (npm and pnpm do). Nothing that is meant to end a server at once comes this soon after the first. A key may be pressed
// again; SIGTERM comes from programs, which wait less. In a process that is ending the copy has no listener and ends it by the signal.
const SAME_SIGNAL_MS = 250
const SAME_TERMINATION_MS = 100

/**
 * Closes the server when the process is told to end: on the first signal gracefully, on the second at once. A signal that comes again
 * within 250 ms (SIGTERM: 100 ms) is the first one, passed on by a package manager. The process ends by itself then, with exit code 0,
 * unless something else keeps it, and not before that copy has come or 100 ms have passed.
 *
 * @param server a server, or what else can be closed like one
 * @param signals default SIGINT and SIGTERM
 * @returns takes this back
 */
export function closeOnSignals(
  server: Pick<Server, 'state' | 'close' | 'abort'>,
  signals: readonly string[] = ['SIGINT', 'SIGTERM'],
  clock: Clock = systemClock,
): () => void {
  let closingSince = -Infinity
  let copied = false
  let waiting: NodeJS.Timeout | undefined
  const now = (): number => {
    let time = NaN
    callOut(() => {
      time = clock.now()
    }, failed)
    return time
  }
  const act = (signal: string): unknown => {
    if (server.state === 'Listening') {
      closingSince = now()
      return server.close().then(closed)
    }
    // A clock that fails tells no two signals apart.
    if (now() - closingSince < sameSignalMs(signal)) {
      copied = true
      return waiting?.unref()
    }
    return server.abort()
  }
  const onSignal = (signal: string): void => {
    callOut(() => act(signal), failed)
  }
  const closed = (): void => {
    const restMs = closingSince + SAME_TERMINATION_MS - now()
    if (restMs > 0 && !copied) waiting = setTimeout(remove, restMs)
    else remove()
  }
  const remove = (): void => {
    clearTimeout(waiting)
    for (const signal of signals) process.off(signal, onSignal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return remove
}

function sameSignalMs(signal: string): number {
  return signal === 'SIGTERM' ? SAME_TERMINATION_MS : SAME_SIGNAL_MS
}

function failed(error: Error): void {
  printOnce('The server could not be closed on a signal', error)
}
