import { expect, test } from 'vitest'
import { RESPONSE_PARSER_FAULTS } from '../../src/index.ts'
import { deliveries, SECOND, wholeLog } from './deliveries.ts'
import { readLog } from './event-log.ts'
import type { LogEntry } from './event-log.ts'
import type { ExpectedResponse, ResponseCase } from './response-case.ts'

/** Makes a test of every case: what is expected comes of it, in every delivery. */
export function testCases(cases: readonly ResponseCase[]): void {
  for (const [row, responseCase] of cases.entries()) {
    test(responseCase.title, () => {
      const log = wholeLog(responseCase, responseCase.octets)
      expectOutcome(responseCase, log)
      expectSameInEveryDelivery(responseCase, responseCase.octets, log, row)
      if (isWhole(responseCase)) expectSecondUntouched(responseCase, log, row)
    })
  }
}

/** Whether the octets are whole responses and nothing else, so that another may follow. */
function isWhole({ error, waits, end, switched }: ResponseCase): boolean {
  return error === undefined && waits === undefined && end === undefined && switched === undefined
}

/** The log is the same in whatever pieces the octets come. */
export function expectSameInEveryDelivery(
  conversation: Pick<ResponseCase, 'methods' | 'options' | 'end'>,
  octets: Uint8Array,
  log: readonly LogEntry[],
  seed: number,
): void {
  const wanted = JSON.stringify(log)
  for (const { title, pieces, manner } of deliveries(octets, seed)) {
    const delivered = readLog(conversation, pieces, manner)
    // Comparing text is a hundred times faster, and there are hundreds of deliveries a case.
    if (JSON.stringify(delivered) !== wanted) expect(delivered, title).toEqual(log)
  }
}

function expectOutcome(responseCase: ResponseCase, log: readonly LogEntry[]): void {
  const { error, offset, waits, unfinished, switched } = responseCase
  const { finished, open } = summarize(log)
  const last = log.at(-1)
  const whole = error === undefined && waits === undefined
  const responses = responseCase.responses ?? (whole ? [{}] : [])
  expect(finished, JSON.stringify(last)).toHaveLength(responses.length)
  expect(finished).toMatchObject(responses)
  if (unfinished !== undefined) expect(open).toMatchObject(unfinished)
  if (error !== undefined) {
    const { status } = RESPONSE_PARSER_FAULTS[error]
    expect(last).toMatchObject({ event: 'Error', code: error, status })
    if (offset !== undefined) expect(last).toMatchObject({ offset })
  } else if (switched !== undefined) {
    expect(last).toEqual({ event: 'Switched', remaining: switched })
  } else {
    expect(last).toMatchObject({ event: 'Waiting', started: waits !== undefined })
  }
}

function expectSecondUntouched(
  responseCase: ResponseCase,
  log: readonly LogEntry[],
  seed: number,
): void {
  const followed = new Uint8Array(responseCase.octets.length + SECOND.length)
  followed.set(responseCase.octets)
  followed.set(SECOND, responseCase.octets.length)
  const wanted = [...log.slice(0, -1), ...wholeLog({}, SECOND)]
  expect(wholeLog(responseCase, followed)).toEqual(wanted)
  expectSameInEveryDelivery(responseCase, followed, wanted, seed)
}

type Summary = Record<string, unknown> & ExpectedResponse

function summarize(log: readonly LogEntry[]): { finished: Summary[]; open: Summary | undefined } {
  const finished: Summary[] = []
  let interim: number[] = []
  let open: Summary | undefined
  for (const entry of log) {
    if (entry.event === 'Interim') {
      interim.push(entry.statusCode)
      open = { interim: [...interim], anomalies: entry.anomalies as [] }
    }
    if (entry.event === 'Head') open = { ...(entry as Summary), interim, body: '' }
    if (entry.event === 'Body') open = { ...open, body: entry.content }
    if (entry.event === 'End') {
      const { trailers, discarded } = entry
      finished.push({ ...open, trailers, discarded })
      open = undefined
      interim = []
    }
  }
  return { finished, open }
}
