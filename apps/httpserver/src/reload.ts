import type { Application } from './application.ts'
import type { Log } from './log.ts'

/** Reads the certificate anew on SIGHUP. One that cannot be used is told, and the one before stays. */
export function reloadOnHangup(
  application: Application,
  log: Log,
  side: { on(signal: 'SIGHUP', listener: () => void): unknown } = process,
): void {
  side.on('SIGHUP', () => {
    application.updateCertificate().then(
      (updated) => log.started(updated ? 'The certificate was read anew' : 'Nothing to read anew'),
      (error: Error) => log.warn(`The certificate stays as it was: ${error.message}`),
    )
  })
}
