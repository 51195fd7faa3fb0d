import type { Writable } from 'node:stream'
import { closeOnSignals } from '@rawhttp/tcp-server'
import { startApplication } from './application.ts'
import { readCommandLine } from './config.ts'
import { jsonLog, textLog } from './log.ts'

/**
 * The program: reads the arguments, starts the servers, and leaves them running until SIGINT or SIGTERM. Resolves to the exit code
 * for when they have ended: 0, or 1 when they could not start, or 2 for bad usage.
 */
export async function run(
  commandLine: readonly string[],
  output: Writable,
  errors: Writable,
): Promise<number> {
  // Nobody reads the log any more, as after "| head": no reason to stop serving.
  output.on('error', () => undefined)
  errors.on('error', () => undefined)
  const invocation = readCommandLine(commandLine)
  if ('text' in invocation) {
    const stream = invocation.exitCode === 0 ? output : errors
    stream.write(invocation.text)
    return invocation.exitCode
  }
  const { config } = invocation
  const log = config.log === 'json' ? jsonLog(output) : textLog(output, errors)
  return startApplication(config, log).then(
    ({ servers }) => {
      for (const server of servers) closeOnSignals(server)
      return 0
    },
    (error: Error) => {
      errors.write(`httpserver: ${error.message}\n`)
      return 1
    },
  )
}
