import type { LogEntry } from './event-log.ts'
import type { NaiveReading, NaiveRequest } from './naive-reader.ts'

/** What a log says in the naive reader's words: requests read to their end, and whether nothing came behind them. */
export function readingOf(log: readonly LogEntry[]): NaiveReading {
  const requests: NaiveRequest[] = []
  let open: NaiveRequest | undefined
  for (const entry of log) {
    if (entry.event === 'Head') {
      const { event: _, framing: __, ...meaning } = entry
      open = { ...meaning, body: '', trailers: [] }
    } else if (entry.event === 'Body' && open !== undefined) {
      open = { ...open, body: entry.content }
    } else if (entry.event === 'End' && open !== undefined) {
      requests.push({ ...open, trailers: entry.trailers })
    }
  }
  return { requests, clean: log.at(-1)?.event === 'Waiting' }
}

// Codes of a limit that was met: the naive reader has none.
const LIMIT_CODES = /_TOO_(LONG|LARGE|MANY)/

/** Whether the log ends at a limit. */
export function endsAtLimit(log: readonly LogEntry[]): boolean {
  const last = log.at(-1)
  return last?.event === 'Error' && (LIMIT_CODES.test(last.code) || /at most/.test(last.message))
}
