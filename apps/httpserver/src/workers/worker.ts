import { startApplication } from '../application.ts'
import type { Application } from '../application.ts'
import type { Config } from '../config.ts'
import type { InheritedSocket } from '../inherited-sockets.ts'
import type { Log } from '../log.ts'
import { FAREWELL, TELL_WHEN_DEAF } from './messages.ts'
import type { Report } from './messages.ts'

/** The worker's own process, as far as it speaks with its primary and hears signals. */
export interface WorkerSide {
  send?(message: Report, handle: undefined, options: object, sent: () => void): unknown
  on(event: string, listener: (message?: unknown) => void): unknown
}

/**
 * Serves until the primary, or whoever signals this process alone, lets it go. The primary is who ends the channel between the two,
 * and the process ends by itself then.
 *
 * @param onDismissed called when it is let go
 * @returns the exit code
 */
export async function runWorker(
  config: Config,
  inherited: readonly InheritedSocket[],
  log: Log,
  side: WorkerSide = process,
  onDismissed: () => void = () => undefined,
): Promise<number> {
  // Who cannot be told any more has ended, and the channel with it; then it is the end of this process too.
  const report = (report: Report): unknown => side.send?.(report, undefined, {}, () => undefined)
  const dismissed = new Promise<void>((resolve) => {
    side.on('message', (message) => {
      if (message === FAREWELL) resolve()
      // The channel keeps the order, and to accept no more came before.
      if (message === TELL_WHEN_DEAF) report({ deaf: true })
    })
    side.on('disconnect', () => resolve())
  })
  side.on('SIGTERM', () => report({ leaving: true }))
  // Ctrl+C and the loss of a terminal come to all processes; what they mean for workers is for the primary to say.
  for (const signal of ['SIGINT', 'SIGHUP']) side.on(signal, () => undefined)
  const lines: string[] = []
  let application: Application
  try {
    const lateLog: Log = {
      started: (line) => lines.push(line),
      access: (entry) => log.access(entry),
      warn: (text) => log.warn(text),
    }
    application = await startApplication(config, lateLog, inherited)
  } catch (error) {
    report({ failed: error instanceof Error ? error.message : String(error) })
    return 1
  }
  report({ listening: lines })
  void dismissed.then(() => {
    onDismissed()
    return application.close()
  })
  return 0
}
