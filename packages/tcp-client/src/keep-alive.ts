import type { Headers } from '@rawhttp/headers'
import type { ClientSettings } from './options.ts'

const TIMEOUT = /(?:^|[\s,])timeout=(\d{1,9})(?:$|[\s,;])/i
// A request that is on its way when the peer closes is lost, so the connection is given up earlier than the peer would.
const MARGIN_MS = 1000

/** How long the connection of a response may be kept idle, in milliseconds: shorter than the peer keeps it, when it says. */
export function idleTime(headers: Headers, settings: ClientSettings): number {
  const field = headers.get('keep-alive')
  const seconds = field === undefined ? undefined : TIMEOUT.exec(field)?.[1]
  if (seconds === undefined) return settings.idleTimeoutMs
  return Math.min(Number(seconds) * 1000 - MARGIN_MS, settings.maxIdleTimeoutMs)
}
