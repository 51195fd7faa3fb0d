import type { RequestLine } from '@rawhttp/request-parser'
import type { ConnectionEvent, ConnectionState } from './connection-state.ts'

/** What a connection did, for whoever wants to watch: all that crosses the wire, and every change of state. */
export type TraceEvent =
  | {
      readonly type: 'Opened'
      readonly connection: number
      readonly remoteAddress: string
      readonly secure: boolean
    }
  | { readonly type: 'OctetsIn'; readonly connection: number; readonly octets: Uint8Array }
  | { readonly type: 'Head'; readonly connection: number; readonly requestLine: RequestLine }
  | { readonly type: 'StatusLine'; readonly connection: number; readonly statusCode: number }
  | {
      readonly type: 'OctetsOut'
      readonly connection: number
      /** A string has one octet a character. */
      readonly octets: Uint8Array | string
    }
  | {
      readonly type: 'StateChanged'
      readonly connection: number
      readonly from: ConnectionState
      readonly to: ConnectionState
      readonly event: ConnectionEvent
    }
  | { readonly type: 'Failed'; readonly connection: number; readonly error: Error }
  | {
      readonly type: 'Closed'
      readonly connection: number
      /** Requests that were handed to the handler. */
      readonly requestCount: number
    }

/** Called for every event. It must not throw, and must not change the octets. */
export type Trace = (event: TraceEvent) => void
