import type { RequestLine } from '@rawhttp/request-parser'
import type { ByteStream } from './byte-stream.ts'
import type { ConnectionEvent, ConnectionState } from './connection-state.ts'
import type { Transport } from './incoming-request.ts'
import type { Outbox } from './outbox.ts'
import type { Timetable } from './timetable.ts'

/** What a conversation asks of its connection. */
export interface ConversationOwner {
  readonly remoteAddress: string
  readonly transport: Transport
  readonly secure: boolean
  readonly state: ConnectionState
  /** The server stops: the next response is the last. */
  readonly draining: boolean
  /** The peer sends no more. */
  readonly peerEnded: boolean
  readonly outbox: Outbox
  readonly timetable: Timetable
  /** Changes the state by the table. */
  enter(event: ConnectionEvent): void
  requestRead(requestLine: RequestLine): void
  responseWritten(statusCode: number): void
  report(error: Error): void
  /**
   * Closes behind what was written, so that the peer can read it.
   *
   * @param bodyUnread what may still come is the body of a well-formed request, and no stray octets
   */
  linger(bodyUnread: boolean): void
  /** Closes at once what the peer sends nothing more on; false when it cannot be, because output waits or for another reason. */
  closeBehindOutput(): boolean
  /** The peer has ended, and there is nothing of it left to answer. */
  peerLeft(): void
  /** Closes at once: what was written is incomplete. */
  break(event: ConnectionEvent, error: Error): void
  /** Closes at once: something threw that must not. */
  crashed(error: unknown): void
  /** Lets go of the stream. */
  releaseStream(): ByteStream
}
