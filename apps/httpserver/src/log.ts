import { pino } from 'pino'
import type { TextSink } from './gathered-writes.ts'

/** One request and what became of it. */
export interface AccessEntry {
  readonly method: string
  readonly target: string
  /** 0: there was no response. */
  readonly status: number
  /** Octets of content that were sent; of a tunnel all octets to the client. */
  readonly bytes: number
  /** Octets that came from the client by a tunnel. */
  readonly received?: number | undefined
  readonly milliseconds: number
  /** The client's address. */
  readonly remote: string
  /** The address of the proxy that it came by, where there is one that is trusted. */
  readonly peer?: string | undefined
  /** What went wrong, where something did. */
  readonly fault: string | undefined
  /** Where in the request that was, in octets. */
  readonly offset?: number | undefined
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
    access: (entry) => output.write(`${accessLine(entry)}\n`),
    warn: (text) => errors.write(`httpserver: ${text}\n`),
  }
}

function accessLine(entry: AccessEntry): string {
  const { method, target, status, bytes, milliseconds, remote, peer, received, fault, offset } =
    entry
  const parts = [method, target, status === 0 ? '-' : status, bytes, `${milliseconds.toFixed(1)}ms`]
  if (remote !== '') parts.push(remote)
  if (peer !== undefined) parts.push(`peer=${peer}`)
  if (received !== undefined) parts.push(`received=${received}`)
  if (fault !== undefined) parts.push(fault)
  if (offset !== undefined) parts.push(`octet=${offset}`)
  return parts.join(' ')
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
