import { expect, test } from 'vitest'
import { PARSER_FAULTS, RequestParser } from '../../src/index.ts'
import { deliveries, SECOND, wholeLog } from './deliveries.ts'
import { readLog } from './event-log.ts'
import type { LogEntry } from './event-log.ts'
import type { ExpectedRequest, ParserCase } from './parser-case.ts'

/** Makes a test of every case: what is expected comes of it, in every delivery. */
export function testCases(cases: readonly ParserCase[]): void {
  for (const [row, parserCase] of cases.entries()) {
    test(parserCase.title, () => {
      const log = wholeLog(newParser(parserCase), parserCase.octets, parserCase.end)
      expectOutcome(parserCase, log)
      expectSameInEveryDelivery(parserCase, parserCase.octets, log, row)
      if (isWhole(parserCase)) expectSecondUntouched(parserCase, log, row)
    })
  }
}

/** Whether the octets are whole requests and nothing else, so that another may follow. */
export function isWhole({ error, waits, end }: ParserCase): boolean {
  return error === undefined && waits === undefined && end === undefined
}

function newParser({ limits }: ParserCase): RequestParser {
  return new RequestParser(limits)
}

function expectOutcome(parserCase: ParserCase, log: readonly LogEntry[]): void {
  const { error, offset, waits, unfinished } = parserCase
  const { finished, open } = summarize(log)
  const last = log.at(-1)
  const whole = error === undefined && waits === undefined
  const requests = parserCase.requests ?? (whole ? [{}] : [])
  expect(finished, JSON.stringify(last)).toHaveLength(requests.length)
  expect(finished).toMatchObject(requests)
  if (unfinished !== undefined) expect(open).toMatchObject(unfinished)
  if (error !== undefined) {
    const { status } = PARSER_FAULTS[error]
    expect(last).toMatchObject({ event: 'Error', code: error, status })
    if (offset !== undefined) expect(last).toMatchObject({ offset })
  } else {
    expect(last).toMatchObject({ event: 'Waiting', started: waits !== undefined })
  }
}

function expectSameInEveryDelivery(
  parserCase: ParserCase,
  octets: Uint8Array,
  log: readonly LogEntry[],
  seed: number,
): void {
  const wanted = JSON.stringify(log)
  for (const { title, pieces, manner } of deliveries(octets, seed)) {
    const delivered = readLog(newParser(parserCase), pieces, parserCase.end === true, manner)
    // Comparing text is a hundred times faster, and there are hundreds of deliveries a case.
    if (JSON.stringify(delivered) !== wanted) expect(delivered, title).toEqual(log)
  }
}

function expectSecondUntouched(
  parserCase: ParserCase,
  log: readonly LogEntry[],
  seed: number,
): void {
  const followed = new Uint8Array(parserCase.octets.length + SECOND.length)
  followed.set(parserCase.octets)
  followed.set(SECOND, parserCase.octets.length)
  const wanted = [...log.slice(0, -1), ...wholeLog(newParser(parserCase), SECOND)]
  expect(wholeLog(newParser(parserCase), followed)).toEqual(wanted)
  expectSameInEveryDelivery(parserCase, followed, wanted, seed)
}

type Summary = Record<string, unknown> & ExpectedRequest

function summarize(log: readonly LogEntry[]): { finished: Summary[]; open: Summary | undefined } {
  const finished: Summary[] = []
  let open: Summary | undefined
  for (const entry of log) {
    if (entry.event === 'Head') open = { ...(entry as Summary), body: '' }
    if (entry.event === 'Body') open = { ...open, body: entry.content }
    if (entry.event === 'End') {
      const { trailers, discarded } = entry
      finished.push({ ...open, trailers, discarded })
      open = undefined
    }
  }
  return { finished, open }
}
