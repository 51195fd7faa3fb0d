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

/** Called for every event. It must not throw, and must not change the octets. */
export type Trace = (event: TraceEvent) => void
