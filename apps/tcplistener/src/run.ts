import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import type { Writable } from 'node:stream'
import {
  describeAddress,
  describeNetworkFailure,
  outliveReader,
  readInvocation,
} from 'command-line'
import { makeCommand } from './config.ts'
import type { Config } from './config.ts'
import { serveConnection } from './connection.ts'

/** What is written to, and when to stop; in the program the streams and the signals of the process. */
export interface Surroundings {
  readonly output: Writable
  readonly errors: Writable
  readonly stop: AbortSignal
}

/**
 * The program. Resolves to the exit code: 0 after `stop`, or when nobody reads the output any more; 1 when it cannot listen or print;
 * 2 for bad usage.
 */
export async function run(
  commandLine: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { output, errors, stop } = surroundings
  outliveReader(errors)
  const lost = new Promise<NodeJS.ErrnoException>((resolve) => outliveReader(output, resolve))
  const invocation = readInvocation<Config>(makeCommand(), commandLine)
  if ('text' in invocation) {
    const stream = invocation.exitCode === 0 ? output : errors
    stream.write(invocation.text)
    return invocation.exitCode
  }
  const connections = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    // Failures reach the reader of the octets; one that comes after it is nobody's any more.
    socket.on('error', () => undefined)
    void serveConnection(socket, (text) => output.write(text))
  })
  return listen(server, invocation.config).then(
    async (address) => {
      output.write(`Listening on ${address}\n`)
      const failure = await Promise.race([stopped(stop), lost])
      for (const socket of connections) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      // A reader that has left, as head does, has seen enough.
      if (failure === undefined || failure.code === 'EPIPE') return 0
      errors.write(`tcplistener: ${failure.message}\n`)
      return 1
    },
    (error: Error) => {
      errors.write(`tcplistener: ${describeNetworkFailure(error)}\n`)
      return 1
    },
  )
}

function listen(server: Server, { host, port }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const bound = server.address()
      const known = typeof bound === 'object' && bound !== null ? bound : { address: host, port }
      resolve(describeAddress(known.address, known.port))
    })
  })
}

function stopped(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve())
  })
}
