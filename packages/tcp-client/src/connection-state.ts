// The life of a connection (RFC 9112 §9). One request at a time is sent, and its response may begin before it is complete (§9.5).
// What happens is named by an event; where an event has more than one outcome, its name says the condition, so that the table has
// one state in each cell. Connections look every change of state up here.

/** Where a connection is in its life. */
export type ConnectionState =
  /** The transport is being set up. */
  | 'Connecting'
  /** TLS is being agreed on. */
  | 'Securing'
  /** No request is in progress, though one may wait to be sent: nothing may come. */
  | 'Idle'
  /** A request is being sent; its final response has not begun. */
  | 'Sending'
  /** The request is complete; its final response has not begun. */
  | 'Awaiting'
  /** The head of the response has come, and the request is still being sent. */
  | 'Exchanging'
  /** The request is complete, and the response is being received. */
  | 'Receiving'
  /**
   * The response is being received, and the connection brings no other: it began before the request was complete, so the peer may
   * leave the rest unread and take it for the next request, or the rest will never be sent.
   */
  | 'ReceivingLast'
  /** Another protocol follows: it is for the caller to take the stream over. */
  | 'Switched'
  /** The stream is the caller's. */
  | 'TakenOver'
  | 'Closed'

/** What can happen to a connection. */
export type ConnectionEvent =
  | 'connected'
  | 'connected, TLS follows'
  | 'secured'
  | 'request'
  | 'request sent'
  /** The head of the final response has come. */
  | 'head'
  /** So it has, and it says that the rest of the request is not wanted. */
  | 'head, request refused'
  | 'response end, persistent'
  /** The connection cannot bring another response. */
  | 'response end, closing'
  /** Behind the response another protocol begins (RFC 9110 §7.8, §9.3.6). */
  | 'response end, switching'
  | 'take over'
  /** Octets have come that no request asked for: they could be taken for the next response. */
  | 'octets while idle'
  /** The peer broke the protocol. */
  | 'violation'
  /** A deadline has passed. */
  | 'timeout'
  | 'peer end'
  | 'stream error'
  /** The caller gave the request up, or its body failed. */
  | 'given up'
  /** The client needs the connection no more. */
  | 'stop'

const ALWAYS = { timeout: 'Closed', 'stream error': 'Closed', stop: 'Closed' } as const

const ASKED = { ...ALWAYS, 'given up': 'Closed' } as const

const UNANSWERED = { ...ASKED, 'peer end': 'Closed' } as const

// The peer's end is then the response's: right for a body that ends so, and a violation otherwise.
const RESPONDING = {
  ...ASKED,
  violation: 'Closed',
  'response end, closing': 'Closed',
} as const

/** The state behind each event that is possible in a state; an event that is missing cannot occur there. */
export const CONNECTION_TRANSITIONS: {
  readonly [State in ConnectionState]: { readonly [Event in ConnectionEvent]?: ConnectionState }
} = {
  Connecting: { ...UNANSWERED, connected: 'Idle', 'connected, TLS follows': 'Securing' },
  Securing: { ...UNANSWERED, secured: 'Idle' },
  Idle: { ...UNANSWERED, request: 'Sending', 'octets while idle': 'Closed' },
  Sending: {
    ...UNANSWERED,
    violation: 'Closed',
    'request sent': 'Awaiting',
    head: 'Exchanging',
    'head, request refused': 'ReceivingLast',
  },
  Awaiting: { ...UNANSWERED, violation: 'Closed', head: 'Receiving' },
  Exchanging: { ...RESPONDING, 'request sent': 'ReceivingLast' },
  Receiving: {
    ...RESPONDING,
    'response end, persistent': 'Idle',
    'response end, switching': 'Switched',
  },
  ReceivingLast: RESPONDING,
  Switched: { ...ASKED, 'take over': 'TakenOver' },
  TakenOver: {},
  Closed: {},
}

/** The state behind `event`. TakenOver and Closed ignore everything; elsewhere an event that cannot occur is a mistake here. */
export function nextState(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  const next = CONNECTION_TRANSITIONS[state][event]
  if (next !== undefined) return next
  if (state === 'TakenOver' || state === 'Closed') return state
  throw new Error(`Connection: '${event}' cannot occur in ${state}`)
}
