// A response is written in the order in which it stands on the wire, so the writer has one state for each part that can come next.
// The table says which calls are legal in a state and what state is behind them; a call that has no cell is refused. A state has
// more than one successor where the framing decides (RFC 9112 §6.3).

/** Which part of the response is due. */
export type WriterState =
  | 'AwaitingStatusLine'
  | 'AwaitingHeaders'
  | 'AwaitingBody'
  | 'InChunkedBody'
  | 'AwaitingTrailers'
  | 'Done'

/** The calls that the order concerns. `writeNothing` is writeBody or writeChunkedBody with no octets. */
export type WriterCall =
  | 'writeInformational'
  | 'writeStatusLine'
  | 'respond'
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
 * - `close-delimited`: the body ends with the connection (HTTP/1.0 without Content-Length)
 * - `unwritten HEAD`: the request's method is HEAD and no octets were written: their writing is optional
 * - `head unsent`: nothing of this response has left, so that it can be given up
 * - `persistent`: the connection lives on, so that a next response can stand behind this one
 */
export type WriterCondition = 'close-delimited' | 'unwritten HEAD' | 'head unsent' | 'persistent'

/** One legal call: the states that can be behind it, and what must hold besides. */
export interface WriterCell {
  readonly to: readonly WriterState[]
  readonly only?: WriterCondition
}

const GIVE_UP: WriterCell = { to: ['AwaitingStatusLine'], only: 'head unsent' }

/** The legal calls of each state. */
export const WRITER_TRANSITIONS: {
  readonly [State in WriterState]: { readonly [Call in WriterCall]?: WriterCell }
} = {
  AwaitingStatusLine: {
    writeStatusLine: { to: ['AwaitingHeaders'] },
    writeInformational: { to: ['AwaitingStatusLine'] },
    respond: { to: ['Done'] },
    reset: GIVE_UP,
  },
  AwaitingHeaders: {
    writeHeaders: { to: ['AwaitingBody', 'InChunkedBody', 'Done'] },
    reset: GIVE_UP,
  },
  AwaitingBody: {
    writeBody: { to: ['AwaitingBody', 'Done'] },
    // A handler that streams in chunks need not know that its client speaks HTTP/1.0.
    writeChunkedBody: { to: ['AwaitingBody'], only: 'close-delimited' },
    writeChunkedBodyDone: { to: ['AwaitingTrailers', 'Done'], only: 'close-delimited' },
    writeNothing: { to: ['AwaitingBody'] },
    finish: { to: ['Done'] },
    reset: GIVE_UP,
  },
  InChunkedBody: {
    writeChunkedBody: { to: ['InChunkedBody'] },
    writeChunkedBodyDone: { to: ['AwaitingTrailers', 'Done'] },
    writeNothing: { to: ['InChunkedBody'] },
    // Otherwise not: a handler that broke off must not be ended as if it had said all.
    finish: { to: ['Done'], only: 'unwritten HEAD' },
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
    reset: { to: ['AwaitingStatusLine'], only: 'persistent' },
  },
}

/** The calls that would get on in a state, such as `writeBody or finish`; `holds` answers for the conditions. */
export function dueCalls(
  state: WriterState,
  holds: (condition: WriterCondition) => boolean,
): string {
  if (state === 'Done') return holds('persistent') ? 'reset' : 'no call, for the connection ends'
  return Object.entries(WRITER_TRANSITIONS[state])
    .filter(([call, { only }]) => !SILENT.has(call) && (only === undefined || holds(only)))
    .map(([call]) => call)
    .join(' or ')
}

// They are legal, but nothing is missing without them.
const SILENT = new Set<string>(['writeNothing', 'reset'])
