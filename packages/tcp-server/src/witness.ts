import type { RequestLine } from '@rawhttp/request-parser'
import type { ConnectionEvent, ConnectionState } from './connection-state.ts'
import type { ErrorContext } from './options.ts'
import type { Trace } from './trace.ts'

let connectionCount = 0

/** What the world outside is told of one connection: errors by `onError`, everything by `trace`. */
export class Witness {
  readonly #trace: Trace | undefined
  readonly #onError: ((error: Error, context: ErrorContext) => void) | undefined
  readonly #connection: number
  #last: Error | undefined

  constructor(settings: {
    readonly trace: Trace | undefined
    readonly onError: ((error: Error, context: ErrorContext) => void) | undefined
  }) {
    this.#trace = settings.trace
    this.#onError = settings.onError
    this.#connection = ++connectionCount
  }

  opened(remoteAddress: string, secure: boolean): void {
    this.#trace?.({ type: 'Opened', connection: this.#connection, remoteAddress, secure })
  }

  octetsIn(octets: Uint8Array): void {
    this.#trace?.({ type: 'OctetsIn', connection: this.#connection, octets })
  }

  octetsOut(octets: Uint8Array | string): void {
    this.#trace?.({ type: 'OctetsOut', connection: this.#connection, octets })
  }

  head(requestLine: RequestLine): void {
    this.#last = undefined
    this.#trace?.({ type: 'Head', connection: this.#connection, requestLine })
  }

  statusLine(statusCode: number): void {
    this.#trace?.({ type: 'StatusLine', connection: this.#connection, statusCode })
  }

  stateChanged(from: ConnectionState, to: ConnectionState, event: ConnectionEvent): void {
    this.#trace?.({ type: 'StateChanged', connection: this.#connection, from, to, event })
  }

  closed(requestCount: number): void {
    this.#trace?.({ type: 'Closed', connection: this.#connection, requestCount })
  }

  /** An error, told once for a request even when it comes round by the handler that it was given to. */
  failed(error: Error, context: ErrorContext): void {
    if (error === this.#last) return
    this.#last = error
    this.#trace?.({ type: 'Failed', connection: this.#connection, error })
    try {
      this.#onError?.(error, context)
    } catch {
      // An error in telling of errors has nobody left to be told to.
    }
  }
}
