import { callOut, printOnce } from './calling-out.ts'
import type { Clock } from './deadlines.ts'
import { systemClock } from './deadlines.ts'
import type { Server } from './serve.ts'

// One press of Ctrl+C can come twice: from the terminal, and from a program in front that passes on what it got (npm does). Nobody
// presses a key twice this fast, and who means it will press again. SIGTERM comes from no key: it is always meant.
const SAME_SIGNAL_MS = 250

/**
 * Closes the server when the process is told to end: on the first signal gracefully, on the second at once. The process ends by
 * itself then, with exit code 0, unless something else keeps it.
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
  const onSignal = (signal: string): void => {
    callOut(
      () => {
        if (server.state === 'Listening') {
          closingSince = clock.now()
          return server.close().then(remove)
        }
        if (signal === 'SIGTERM' || clock.now() - closingSince >= SAME_SIGNAL_MS) server.abort()
        return undefined
      },
      (error) => {
        printOnce(`${signal}: the server could not be closed`, error)
      },
    )
  }
  const remove = (): void => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return remove
}
