import type { Connection } from './connection-state.ts'
import type { Deadlines } from './deadlines.ts'
import type { Transport } from './incoming-request.ts'
import type { Roster } from './roster.ts'
import type { SendQueues } from './send-queues.ts'

/** Whoever has connections. */
export interface ConnectionOwner {
  /** What its connections come by. */
  readonly transport: Transport
  readonly deadlines: Deadlines
  readonly sendQueues: SendQueues
  /** Where each connection has a seat until its stream is closed, if its owner wants to know. */
  readonly connections?: Roster<Connection>
  /** The stream of a connection is closed. */
  connectionClosed?(): void
}
