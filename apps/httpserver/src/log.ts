import { pino } from 'pino'
import type { TextSink } from './gathered-writes.ts'

/** One request and what became of it. */
export interface AccessEntry {
  readonly method: string
  readonly target: string
  readonly status: number
  /** Octets of content that were written. */
  readonly bytes: number
  readonly milliseconds: number
  readonly remote: string
  /** What went wrong, where something did. */
  readonly fault: string | undefined
}

/** Where the program tells what it does. */
export interface Log {
  started(text: string): void
  access(entry: AccessEntry): void
  warn(text: string): void
}

/** One line an event: requests to `output`, warnings to `errors`. */
export function textLog(output: TextSink, errors: TextSink): Log {
  return {
    started: (text) => output.write(`${text}\n`),
    access: ({ method, target, status, bytes, milliseconds, remote, fault }) => {
      const from = remote === '' ? '' : ` ${remote}`
      const why = fault === undefined ? '' : ` ${fault}`
      const time = `${milliseconds.toFixed(1)}ms`
      output.write(`${method} ${target} ${status} ${bytes} ${time}${from}${why}\n`)
    },
    warn: (text) => errors.write(`httpserver: ${text}\n`),
  }
}

/**
 * One JSON object an event, all to `output`.
 *
 * @param pid the process that tells it, where there are several
 */
export function jsonLog(output: TextSink, pid?: number): Log {
  const logger = pino(
    {
      base: pid === undefined ? null : { pid },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    { write: (line: string) => void output.write(line) },
  )
  return {
    started: (text) => logger.info(text),
    access: (entry) => logger.info(entry, 'request'),
    warn: (text) => logger.warn(text),
  }
}
