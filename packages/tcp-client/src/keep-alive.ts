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

type Callback = () => void

// Those who wait for the poll that comes, and for the one after it.
let soon: Callback[] = []
let later: Callback[] = []
let scheduled = false

/**
 * Calls back when the event loop has looked for octets once more and handed over what it found: what belonged to a response that is
 * over is known by then, as far as it has arrived.
 */
export function afterPoll(callback: Callback): void {
  // Whoever asks from within a poll is called back in the second check phase: one full poll stands between them.
  later.push(callback)
  if (scheduled) return
  scheduled = true
  setImmediate(onTurn)
}

function onTurn(): void {
  const due = soon
  soon = later
  later = []
  scheduled = soon.length > 0
  if (scheduled) setImmediate(onTurn)
  for (const callback of due) callback()
}
