// A request is written in the order in which it stands on the wire, so the writer has one state for each part that can come next.
// The table says which calls are legal in a state and what state is behind them; a call that has no cell is refused. A state has
// more than one successor where the framing decides (RFC 9112 §6.3).

/** Which part of the request is due. */
export type RequestWriterState =
  | 'AwaitingRequestLine'
  | 'AwaitingHeaders'
  | 'AwaitingBody'
  | 'InChunkedBody'
  | 'AwaitingTrailers'
  | 'Done'

/** The calls that the order concerns. `writeNothing` is writeBody or writeChunkedBody with no octets. */
export type RequestWriterCall =
  | 'writeRequestLine'
  | 'request'
  | 'writeHeaders'
  | 'writeBody'
  | 'writeChunkedBody'
  | 'writeChunkedBodyDone'
  | 'writeTrailers'
  | 'writeNothing'
  | 'finish'
  | 'reset'

/**
 * What must hold besides the state.
 *
 * - `head unsent`: nothing of this request has left, so that it can be given up
 * - `persistent`: the connection lives on, so that a next request can stand behind this one
 */
export type RequestWriterCondition = 'head unsent' | 'persistent'

/** One legal call: the states that can be behind it, and what must hold besides. */
export interface RequestWriterCell {
  readonly to: readonly RequestWriterState[]
  readonly only?: RequestWriterCondition
}

const GIVE_UP: RequestWriterCell = { to: ['AwaitingRequestLine'], only: 'head unsent' }

/** The legal calls of each state. */
export const REQUEST_WRITER_TRANSITIONS: {
  readonly [State in RequestWriterState]: {
    readonly [Call in RequestWriterCall]?: RequestWriterCell
  }
} = {
  AwaitingRequestLine: {
    writeRequestLine: { to: ['AwaitingHeaders'] },
    request: { to: ['Done'] },
    reset: GIVE_UP,
  },
  AwaitingHeaders: {
    writeHeaders: { to: ['AwaitingBody', 'InChunkedBody', 'Done'] },
    reset: GIVE_UP,
  },
  AwaitingBody: {
    writeBody: { to: ['AwaitingBody', 'Done'] },
    writeNothing: { to: ['AwaitingBody'] },
    reset: GIVE_UP,
  },
  InChunkedBody: {
    writeChunkedBody: { to: ['InChunkedBody'] },
    writeChunkedBodyDone: { to: ['AwaitingTrailers', 'Done'] },
    writeTrailers: { to: ['Done'] },
    writeNothing: { to: ['InChunkedBody'] },
    reset: GIVE_UP,
  },
  AwaitingTrailers: {
    writeTrailers: { to: ['Done'] },
    writeNothing: { to: ['AwaitingTrailers'] },
    finish: { to: ['Done'] },
    reset: GIVE_UP,
  },
  Done: {
    writeNothing: { to: ['Done'] },
    finish: { to: ['Done'] },
    reset: { to: ['AwaitingRequestLine'], only: 'persistent' },
  },
}

/** The calls that would get on in a state, such as `writeRequestLine or request`. */
export function dueCalls(state: RequestWriterState, persistent: boolean): string {
  if (state === 'Done') return persistent ? 'reset' : 'no call, for the connection ends'
  return Object.keys(REQUEST_WRITER_TRANSITIONS[state])
    .filter((call) => !SILENT.has(call))
    .join(' or ')
}

// They are legal, but nothing is missing without them.
const SILENT = new Set<string>(['writeNothing', 'reset'])
