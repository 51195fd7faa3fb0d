// What the caller gave is called here and nowhere else: what it throws would reach the event loop, and end the process for every
// client. So would a promise that it gives and that rejects.
import { ProtocolError, UsageError } from '@rawhttp/headers'
import { asError, TransportError } from './errors.ts'
import type { ErrorContext } from './options.ts'

// A failure that comes again and again must not fill a disk.
const MAX_PRINTED = 100
const MAX_PRINTED_CHARACTERS = 8192
const printed = new Set<string>()

/** Calls back; `failed`, which must not throw, is told what that throws or rejects with. */
export function callOut(call: () => unknown, failed: (error: Error) => void): void {
  try {
    const outcome = call()
    if (typeof outcome !== 'object' || outcome === null) return
    Promise.resolve(outcome).catch((error: unknown) => {
      failed(asError(error))
    })
  } catch (error) {
    failed(asError(error))
  }
}

/**
 * What is done without `onError`: failures of the caller's own code are printed as a warning of the process. Faults of peers are
 * not, and neither is a wrong call or an abort after the connection is over, since that mostly follows from the end.
 */
export function printFailure(error: Error, { state, requestLine }: ErrorContext): void {
  if (error instanceof ProtocolError || error instanceof TransportError) return
  if (error instanceof UsageError && (state === 'Lingering' || state === 'Closed')) return
  // A handler that `request.signal` has ended, because its client left.
  if (error.name === 'AbortError' && state === 'Closed') return
  const request =
    requestLine === undefined ? '' : ` to ${requestLine.method} ${requestLine.requestTarget}`
  printOnce(`The response${request} failed`, error)
}

/** Prints an error to stderr as a warning of the process, once for each place that it comes from. */
export function printOnce(what: string, error: Error): void {
  try {
    const { stack = String(error), cause } = error
    const causes = cause === undefined ? '' : `\nCaused by: ${describeCause(cause)}`
    const text = (stack + causes).slice(0, MAX_PRINTED_CHARACTERS)
    const place = text.slice(Math.max(0, text.indexOf('\n    at ')))
    if (printed.has(place) || printed.size === MAX_PRINTED) return
    printed.add(place)
    process.emitWarning(`${what}; this place is told of once`, {
      type: 'ServerWarning',
      detail: text,
    })
  } catch {
    // An error that cannot be shown.
  }
}

function describeCause(cause: unknown): string {
  const { stack = String(cause) } = asError(cause)
  return stack
}
