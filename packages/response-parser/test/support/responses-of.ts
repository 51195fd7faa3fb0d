import type { LogEntry } from './event-log.ts'
import type { NaiveReading, NaiveResponse } from './naive-reader.ts'

/** What a log says in the naive reader's words: responses read to their end, and whether nothing came behind them. */
export function readingOf(log: readonly LogEntry[]): NaiveReading {
  const responses: NaiveResponse[] = []
  let interim: number[] = []
  let open: NaiveResponse | undefined
  for (const entry of log) {
    if (entry.event === 'Interim') interim.push(entry.statusCode)
    if (entry.event === 'Head') {
      const { httpVersion, statusCode, reasonPhrase, headers } = entry
      open = { interim, httpVersion, statusCode, reasonPhrase, headers, body: '', trailers: [] }
      interim = []
    } else if (entry.event === 'Body' && open !== undefined) {
      open = { ...open, body: entry.content }
    } else if (entry.event === 'End' && open !== undefined) {
      responses.push({ ...open, trailers: entry.trailers })
    }
  }
  return { responses, clean: log.at(-1)?.event !== 'Error' }
}

// Codes of a limit that was met: the naive reader has none.
const LIMIT_CODES = /_TOO_(LONG|LARGE|MANY)/

/** Whether the log ends at a limit. */
export function endsAtLimit(log: readonly LogEntry[]): boolean {
  const last = log.at(-1)
  return last?.event === 'Error' && (LIMIT_CODES.test(last.code) || /at most/.test(last.message))
}
