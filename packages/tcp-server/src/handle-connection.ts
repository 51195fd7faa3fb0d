import type { ByteStream } from './byte-stream.ts'
import { HttpConnection } from './connection.ts'
import type { Connection } from './connection-state.ts'
import { Deadlines, systemDeadlines } from './deadlines.ts'
import type { Handler } from './incoming-request.ts'
import { connectionSettings } from './options.ts'
import type { ConnectionOptions } from './options.ts'
import { systemSendQueues } from './send-queues.ts'

/**
 * Serves one stream.
 *
 * @param stream any duplex of octets, half-open allowed: a socket, a tunnel, a test
 * @throws UsageError ERR_OPTION
 */
export function handleConnection(
  stream: ByteStream,
  handler: Handler,
  options: ConnectionOptions = {},
): Connection {
  const settings = connectionSettings(options)
  const { clock } = options
  const deadlines =
    clock === undefined
      ? systemDeadlines(settings.sweepIntervalMs)
      : new Deadlines(clock, settings.sweepIntervalMs)
  return new HttpConnection(stream, false, handler, settings, {
    transport: 'stream',
    deadlines,
    sendQueues: systemSendQueues,
  })
}
