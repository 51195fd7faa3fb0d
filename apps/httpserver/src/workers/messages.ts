// What a worker and its primary tell each other.

/** To a worker that was told to accept no more: say when that is done. */
export const TELL_WHEN_DEAF = 'tell when deaf'
/** To a worker: finish what is in progress, and end. */
export const FAREWELL = 'farewell'

/** From a worker: that it serves, that it cannot, that it accepts no more, or that somebody else wants it to end. */
export type Report =
  | { readonly listening: readonly string[] }
  | { readonly failed: string }
  | { readonly deaf: true }
  | { readonly leaving: true }

/** Whether `message` is a report, and not something of another kind. */
export function isReport(message: unknown): message is Report {
  if (typeof message !== 'object' || message === null) return false
  return ['listening', 'failed', 'deaf', 'leaving'].some((kind) => kind in message)
}
