// The life of a connection (RFC 9112 §9). What happens is named by an event; where an event has more than one outcome, its name
// says the condition, so that the table has one state in each cell. Connections look every change of state up here.
//
// Closing is announced by the last response, so what counts after a response is what the client was told (§9.6).

/** Where a connection is in its life. */
export type ConnectionState =
  /** TLS is being agreed on. */
  | 'Handshaking'
  /** Between requests, and before the first. */
  | 'Idle'
  /** The first octet of a request has come, the end of its header section has not. */
  | 'ReadingHead'
  /** The handler has the request. */
  | 'Handling'
  /** The response is complete; the rest of the request's body is read and dropped, to get to the next request. */
  | 'Discarding'
  /** Half-closed: nothing more is sent, and what comes is read and dropped, so that no reset destroys the last response (§9.6). */
  | 'Lingering'
  /** The stream belongs to another protocol now. */
  | 'HandedOver'
  | 'Closed'

/** What can happen to a connection. */
export type ConnectionEvent =
  /** The TLS handshake is complete. */
  | 'secured'
  /** Octets of a request have come, perhaps long ago and held since; empty lines alone are none (§2.2). */
  | 'octets'
  /** A header section is complete. */
  | 'head'
  | 'response done'
  | 'response done, body unread'
  /** The client was told that the connection closes. */
  | 'response done, closing'
  /** It had said so itself, has sent nothing more, and its response has left. */
  | 'response done, both closing'
  /** The rest of a body that nobody wanted has come. */
  | 'body end'
  /** More of a body that nobody wants has come than is worth reading. */
  | 'body beyond the bound'
  /** The peer broke the protocol. */
  | 'violation'
  | 'violation, head sent'
  /** The deadline of the state has passed. */
  | 'timeout'
  | 'timeout, head sent'
  /** The peer has not taken one octet for too long. */
  | 'write timeout'
  /** The handler failed after the head of its response was sent. */
  | 'handler failed, head sent'
  /** The handler takes the stream for another protocol. */
  | 'hand over'
  /** The peer sends no more. */
  | 'peer end'
  | 'peer end, output pending'
  /** All octets have left, and the peer has ended before. */
  | 'output sent, peer ended'
  /** More has come while lingering than is worth reading. */
  | 'linger beyond the bound'
  | 'socket error'
  /** The server stops; what is in progress may finish. */
  | 'drain'
  /** The server stops at once. */
  | 'abort'

/** A connection that is being served. */
export interface Connection {
  readonly state: ConnectionState
  /** Lets what is in progress finish, says close in every further response, and closes when nothing comes for a moment. */
  drain(): void
  /** Closes at once. */
  abort(): void
}

const ALWAYS = {
  'write timeout': 'Closed',
  'socket error': 'Closed',
  abort: 'Closed',
} as const

/** The state behind each event that is possible in a state; an event that is missing cannot occur there. */
export const CONNECTION_TRANSITIONS: {
  readonly [State in ConnectionState]: { readonly [Event in ConnectionEvent]?: ConnectionState }
} = {
  Handshaking: {
    ...ALWAYS,
    secured: 'Idle',
    violation: 'Closed',
    timeout: 'Closed',
    'peer end': 'Closed',
    drain: 'Closed',
  },
  Idle: {
    ...ALWAYS,
    octets: 'ReadingHead',
    timeout: 'Closed',
    'peer end': 'Closed',
    'peer end, output pending': 'Lingering',
    // Not closed at once: a request may be on its way, and it would be lost.
    drain: 'Idle',
  },
  ReadingHead: {
    ...ALWAYS,
    octets: 'ReadingHead',
    head: 'Handling',
    violation: 'Lingering',
    timeout: 'Lingering',
    'peer end': 'Closed',
    'peer end, output pending': 'Lingering',
    drain: 'ReadingHead',
  },
  Handling: {
    ...ALWAYS,
    octets: 'Handling',
    'response done': 'Idle',
    'response done, body unread': 'Discarding',
    'response done, closing': 'Lingering',
    'response done, both closing': 'Closed',
    violation: 'Lingering',
    'violation, head sent': 'Closed',
    timeout: 'Lingering',
    'timeout, head sent': 'Closed',
    'handler failed, head sent': 'Closed',
    'hand over': 'HandedOver',
    // Half-close is no hang-up: the peer may well wait for the response.
    'peer end': 'Handling',
    'peer end, output pending': 'Handling',
    drain: 'Handling',
  },
  Discarding: {
    ...ALWAYS,
    octets: 'Discarding',
    'body end': 'Idle',
    'body beyond the bound': 'Lingering',
    violation: 'Lingering',
    timeout: 'Lingering',
    'peer end': 'Closed',
    'peer end, output pending': 'Lingering',
    // The client was told that it may send another request behind this body.
    drain: 'Discarding',
  },
  Lingering: {
    ...ALWAYS,
    octets: 'Lingering',
    'linger beyond the bound': 'Closed',
    timeout: 'Closed',
    'peer end': 'Closed',
    'peer end, output pending': 'Lingering',
    'output sent, peer ended': 'Closed',
    drain: 'Lingering',
  },
  HandedOver: {},
  Closed: {},
}

/** The state behind `event`. HandedOver and Closed ignore everything; elsewhere an event that cannot occur is a mistake here. */
export function nextState(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  const next = CONNECTION_TRANSITIONS[state][event]
  if (next !== undefined) return next
  if (state === 'HandedOver' || state === 'Closed') return state
  throw new Error(`Connection: '${event}' cannot occur in ${state}`)
}
