import type { Server } from './serve.ts'

/**
 * Closes the server when the process is told to end: on the first signal gracefully, on the second at once. The process ends by
 * itself then, with exit code 0, unless something else keeps it.
 *
 * @param signals default SIGINT and SIGTERM
 * @returns takes this back
 */
export function closeOnSignals(
  server: Server,
  signals: readonly string[] = ['SIGINT', 'SIGTERM'],
): () => void {
  const onSignal = (): void => {
    if (server.state === 'Listening') void server.close().then(remove)
    else server.abort()
  }
  const remove = (): void => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return remove
}
