import type { RequestLine } from '@rawhttp/request-parser'
import { callOut, printOnce } from './calling-out.ts'
import type { ConnectionEvent, ConnectionState } from './connection-state.ts'
import type { ErrorContext } from './options.ts'
import type { Trace, TraceEvent } from './trace.ts'

let connectionCount = 0

/** Told of errors. */
export type OnError = (error: Error, context: ErrorContext) => void

/** Tells `onError` of an error. */
export function tellOfError(onError: OnError, error: Error, context: ErrorContext): void {
  callOut(
    () => onError(error, context),
    (failure) => {
      printOnce('onError failed', failure)
    },
  )
}

/** What the world outside is told of one connection: errors by `onError`, everything by `trace`. */
export class Witness {
  readonly #trace: Trace | undefined
  readonly #onError: OnError
  readonly #owner: { readonly errorContext: ErrorContext }
  readonly #connection: number
  #last: Error | undefined

  constructor(
    settings: { readonly trace: Trace | undefined; readonly onError: OnError },
    owner: { readonly errorContext: ErrorContext },
  ) {
    this.#owner = owner
    this.#trace = settings.trace
    this.#onError = settings.onError
    this.#connection = ++connectionCount
  }

  opened(remoteAddress: string, secure: boolean): void {
    this.#show(
      this.#trace && { type: 'Opened', connection: this.#connection, remoteAddress, secure },
    )
  }

  octetsIn(octets: Uint8Array): void {
    this.#show(this.#trace && { type: 'OctetsIn', connection: this.#connection, octets })
  }

  octetsOut(octets: Uint8Array | string): void {
    this.#show(this.#trace && { type: 'OctetsOut', connection: this.#connection, octets })
  }

  head(requestLine: RequestLine): void {
    this.#last = undefined
    this.#show(this.#trace && { type: 'Head', connection: this.#connection, requestLine })
  }

  statusLine(statusCode: number): void {
    this.#show(this.#trace && { type: 'StatusLine', connection: this.#connection, statusCode })
  }

  stateChanged(from: ConnectionState, to: ConnectionState, event: ConnectionEvent): void {
    this.#show(
      this.#trace && { type: 'StateChanged', connection: this.#connection, from, to, event },
    )
  }

  closed(requestCount: number): void {
    this.#show(this.#trace && { type: 'Closed', connection: this.#connection, requestCount })
  }

  /** An error, told once for a request even when it comes round by the handler that it was given to. */
  failed(error: Error): void {
    if (error === this.#last) return
    this.#last = error
    this.#show(this.#trace && { type: 'Failed', connection: this.#connection, error })
    tellOfError(this.#onError, error, this.#owner.errorContext)
  }

  // The event is only made where somebody watches.
  #show(event: TraceEvent | undefined): void {
    const trace = this.#trace
    if (trace === undefined || event === undefined) return
    callOut(
      () => trace(event),
      (failure) => {
        tellOfError(this.#onError, failure, this.#owner.errorContext)
      },
    )
  }
}
