// Node warns of a leak when an AbortSignal gets its eleventh listener, and one signal for many requests is no leak. So each signal has
// one listener here, for as long as anybody waits for it.
import type { Cancellation } from './options.ts'

interface Audience {
  readonly listeners: Set<() => void>
  readonly tell: () => void
}

const audiences = new WeakMap<Cancellation, Audience>()

/** As its `addEventListener`, without the warning. */
export function onAbort(signal: Cancellation, listener: () => void): void {
  if (!isAbortSignal(signal)) {
    signal.addEventListener('abort', listener)
    return
  }
  const present = audiences.get(signal)
  if (present !== undefined) {
    present.listeners.add(listener)
    return
  }
  const listeners = new Set([listener])
  const tell = (): void => {
    // Those that end with one before them leave, and are not told.
    for (const each of listeners) each()
    audiences.delete(signal)
  }
  signal.addEventListener('abort', tell)
  audiences.set(signal, { listeners, tell })
}

/** Takes back what `onAbort` was given. */
export function offAbort(signal: Cancellation, listener: () => void): void {
  if (!isAbortSignal(signal)) {
    signal.removeEventListener('abort', listener)
    return
  }
  const audience = audiences.get(signal)
  if (audience?.listeners.delete(listener) !== true || audience.listeners.size > 0) return
  audiences.delete(signal)
  signal.removeEventListener('abort', audience.tell)
}

// By its tag, since it may be one of another realm.
function isAbortSignal(signal: Cancellation): boolean {
  return Object.prototype.toString.call(signal) === '[object AbortSignal]'
}
