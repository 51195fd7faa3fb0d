import cluster from 'node:cluster'
import { closeOnSignals } from '@rawhttp/tcp-server'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { WorkerPool } from './worker-pool.ts'
import type { ForkedProcess } from './worker-process.ts'

/** What is done to the process that the workers are forked from. */
export interface PrimarySide {
  /** Starts this program once more, with these arguments. */
  fork(commandLine: readonly string[]): ForkedProcess
  on(signal: 'SIGHUP', listener: () => void): unknown
}

const nodeCluster: PrimarySide = {
  fork: (commandLine) => {
    // All workers accept from the same sockets, as the system wakes them. Were the primary to accept and hand over, each connection
    // would cost a message, and one that was on its way to a worker that is killed would hang for ever.
    cluster.schedulingPolicy = cluster.SCHED_NONE
    cluster.setupPrimary({ args: [...commandLine] })
    return cluster.fork()
  },
  on: (signal, listener) => process.on(signal, listener),
}

/**
 * Serves with workers, until SIGINT or SIGTERM. SIGHUP restarts them in turn.
 *
 * @param inherited whether they listen on sockets that this process was given
 * @throws when they cannot start
 */
export async function runPrimary(
  config: Config,
  inherited: boolean,
  commandLine: readonly string[],
  log: Log,
  side: PrimarySide = nodeCluster,
): Promise<void> {
  const pool = new WorkerPool(
    {
      count: config.workers,
      gracePeriodMs: config.gracePeriodMs,
      inherited,
      // All of them are one proxy.
      fork: () => side.fork([...commandLine, '--via', config.via]),
    },
    log,
  )
  closeOnSignals(pool)
  side.on('SIGHUP', () => pool.restart())
  await pool.run()
}
