import cluster from 'node:cluster'
import type { Writable } from 'node:stream'
import { closeOnSignals } from '@rawhttp/tcp-server'
import { startApplication } from './application.ts'
import { readCommandLine } from './config.ts'
import type { Config } from './config.ts'
import { BoundedWrites, GatheredWrites } from './gathered-writes.ts'
import { inheritedSockets } from './inherited-sockets.ts'
import type { Log } from './log.ts'
import { jsonLog, textLog } from './log.ts'
import { reloadOnHangup } from './reload.ts'
import { removeStaleSocket } from './unix-socket.ts'
import { runPrimary } from './workers/primary.ts'
import { runWorker } from './workers/worker.ts'

// For what is cut at the end of the grace period.
const LATE_MS = 500

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
  const log = makeLog(config, output, errors)
  try {
    return await start(config, commandLine, log)
  } catch (error) {
    errors.write(`httpserver: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

function makeLog(config: Config, output: Writable, errors: Writable): Log {
  const pid = cluster.isWorker ? process.pid : undefined
  const lines = new GatheredWrites(
    new BoundedWrites(output, (count) => log[json ? 'warn' : 'started'](droppedLines(count))),
  )
  const warnings = new BoundedWrites(errors, (count) => log.warn(droppedLines(count)))
  const json = config.log === 'json'
  const log = json ? jsonLog(lines, pid) : textLog(lines, warnings)
  return log
}

function droppedLines(count: number): string {
  return `${count} lines dropped: nobody read them in time`
}

async function start(config: Config, commandLine: readonly string[], log: Log): Promise<number> {
  const { gracePeriodMs } = config
  // Sockets are given to the primary, by whose descriptors its workers name them.
  const inherited = inheritedSockets(process.env, cluster.isWorker ? process.ppid : process.pid)
  if (cluster.isWorker)
    return runWorker(config, inherited, log, process, () => endWithin(gracePeriodMs))
  if (config.unixSocket !== undefined) await removeStaleSocket(config.unixSocket)
  if (config.workers > 1) {
    await runPrimary(config, inherited.length > 0, commandLine, log)
    endWithin(0)
    return 0
  }
  const application = await startApplication(config, log, inherited)
  closeOnSignals({
    get state() {
      return application.state
    },
    close: () => {
      endWithin(gracePeriodMs)
      return application.close()
    },
    abort: () => {
      endWithin(0)
      application.abort()
    },
  })
  reloadOnHangup(application, log)
  return 0
}

// The process ends when nothing is left to do; but a reader of the log that has stopped would keep it for ever.
function endWithin(gracePeriodMs: number): void {
  setTimeout(() => process.exit(), gracePeriodMs + LATE_MS).unref()
}
