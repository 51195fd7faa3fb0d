import { handleConnection } from '../../src/index.ts'
import type {
  Connection,
  ConnectionOptions,
  ErrorContext,
  Handler,
  TraceEvent,
} from '../../src/index.ts'
import { HandClock } from './hand-clock.ts'
import { MemoryStream } from './memory-stream.ts'
import { READING } from './reading.ts'
import { parseResponses } from './response-reader.ts'
import type { SeenResponse } from './response-reader.ts'

/** Runs until all that was set going within this turn of the event loop has happened. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** A connection over a MemoryStream and a HandClock, and what it did. */
export interface Rig {
  readonly stream: MemoryStream
  readonly clock: HandClock
  readonly connection: Connection
  readonly errors: { readonly error: Error; readonly context: ErrorContext }[]
  readonly events: TraceEvent[]
  /** Complete responses so far, to these methods (default GET). */
  responses(methods?: readonly string[]): SeenResponse[]
  /** Sends, and settles. */
  send(octets: string | Uint8Array): Promise<void>
  end(): Promise<void>
}

/** Opens a connection. */
export function connect(handler: Handler, options: ConnectionOptions = {}): Rig {
  const stream = new MemoryStream()
  const clock = new HandClock()
  const errors: Rig['errors'] = []
  const events: TraceEvent[] = []
  const connection = handleConnection(stream, handler, {
    clock,
    onError: (error, context) => errors.push({ error, context }),
    trace: (event) => events.push(event),
    ...READING,
    ...options,
  })
  return {
    stream,
    clock,
    connection,
    errors,
    events,
    responses: (methods) => parseResponses(stream.sent, methods),
    async send(octets) {
      stream.receive(octets)
      await settle()
    },
    async end() {
      stream.receiveEnd()
      await settle()
    },
  }
}

/** A request with the field lines that every one needs. */
export function request(line: string, ...fieldLines: readonly string[]): string {
  return [`${line} HTTP/1.1`, 'Host: localhost', ...fieldLines, '', ''].join('\r\n')
}
