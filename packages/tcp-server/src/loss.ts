import { callOut } from './calling-out.ts'

type Callback = ((event: Event) => unknown) | { handleEvent(event: Event): unknown }

/** Tells those who want to know that the connection was lost before the response was complete. */
export class Loss {
  readonly #report: (error: Error) => void
  // undefined: it has been taken back.
  #listeners: { call: ((reason: Error) => void) | undefined }[] = []
  #controller: AbortController | undefined
  #reason: Error | undefined

  /** @param report told what a listener throws */
  constructor(report: (error: Error) => void) {
    this.#report = report
  }

  /** Aborts with the reason. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      containListeners(this.#controller.signal, this.#report)
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** Calls `listener` with the reason, at once when it is known. The function that is given back takes this back. */
  listen(listener: (reason: Error) => void): () => void {
    const entry: { call: ((reason: Error) => void) | undefined } = { call: listener }
    if (this.#reason === undefined) this.#listeners.push(entry)
    else this.#call(entry.call, this.#reason)
    return () => {
      entry.call = undefined
      const index = this.#listeners.indexOf(entry)
      if (index !== -1) this.#listeners.splice(index, 1)
    }
  }

  /** It is lost. Comes once. */
  tell(reason: Error): void {
    this.#reason = reason
    this.#controller?.abort(reason)
    for (const entry of this.#listeners.splice(0)) this.#call(entry.call, reason)
  }

  #call(call: ((reason: Error) => void) | undefined, reason: Error): void {
    if (call !== undefined) callOut(() => call(reason), this.#report)
  }
}

// Node throws again what a listener of an event target throws, where nothing can catch it.
function containListeners(signal: AbortSignal, report: (error: Error) => void): void {
  const contained = new WeakMap<Callback, (event: Event) => void>()
  const contain = (callback: Callback): ((event: Event) => void) => {
    let call = contained.get(callback)
    if (call === undefined) {
      call = (event) => {
        callOut(
          () =>
            typeof callback === 'function'
              ? Reflect.apply(callback, signal, [event])
              : callback.handleEvent(event),
          report,
        )
      }
      contained.set(callback, call)
    }
    return call
  }
  let onabort: unknown = null
  const own: Record<string, PropertyDescriptor> = {
    onabort: {
      get: () => onabort,
      set: (callback: unknown) => {
        onabort = typeof callback === 'function' ? callback : null
        const value = isCallback(onabort) ? contain(onabort) : null
        Reflect.set(AbortSignal.prototype, 'onabort', value, signal)
      },
    },
  }
  for (const name of ['addEventListener', 'removeEventListener'] as const) {
    const method: unknown = Reflect.get(signal, name)
    if (typeof method !== 'function') continue
    own[name] = {
      value: (type: unknown, callback: unknown, options?: unknown) => {
        const given = isCallback(callback) ? contain(callback) : callback
        return Reflect.apply(method, signal, [type, given, options])
      },
    }
  }
  Object.defineProperties(signal, own)
}

function isCallback(value: unknown): value is Callback {
  return typeof value === 'function' || (typeof value === 'object' && value !== null)
}
