import { asError } from '@rawhttp/headers'
import type { StatusLine } from '@rawhttp/response-parser'
import type { ConnectionEvent, ConnectionState } from './connection-state.ts'

/** What a connection did, for whoever wants to watch: all that crosses the wire, and every change of state. */
export type TraceEvent =
  | { readonly type: 'Opened'; readonly connection: number; readonly origin: string }
  | {
      readonly type: 'OctetsOut'
      readonly connection: number
      /** A string has one octet a character. */
      readonly octets: Uint8Array | string
    }
  /** The octets are a copy. */
  | { readonly type: 'OctetsIn'; readonly connection: number; readonly octets: Uint8Array }
  | { readonly type: 'StatusLine'; readonly connection: number; readonly statusLine: StatusLine }
  | {
      readonly type: 'StateChanged'
      readonly connection: number
      readonly from: ConnectionState
      readonly to: ConnectionState
      readonly event: ConnectionEvent
    }
  | {
      readonly type: 'Closed'
      readonly connection: number
      /** Requests that were sent. */
      readonly requestCount: number
    }

/** Called for every event; must not change the octets. What it throws disturbs no request: the first failure is printed as a warning. */
export type Trace = (event: TraceEvent) => void

/** A trace that throws nothing. Outside of a request nothing could catch it, and the process would end. */
export function contained(trace: Trace): Trace {
  let warned = false
  const failed = (error: unknown): void => {
    if (warned) return
    warned = true
    process.emitWarning(`The trace of a client failed: ${asError(error).message}`)
  }
  return (event) => {
    try {
      const outcome: unknown = trace(event)
      if (typeof outcome === 'object' && outcome !== null) Promise.resolve(outcome).catch(failed)
    } catch (error) {
      failed(error)
    }
  }
}
