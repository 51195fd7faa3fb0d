import { ProtocolError } from '@rawhttp/headers'
import { ResponseParser } from '../../src/index.ts'
import type { Anomaly, ResponseHead } from '../../src/index.ts'
import { latin1Text } from './octets.ts'
import type { ResponseCase } from './response-case.ts'

type Field = readonly [name: string, value: string]

/** What a parser said about its octets, in order. Neighbouring Body events are one, since how content is cut is not its meaning. */
export type LogEntry =
  | {
      readonly event: 'Head' | 'Interim'
      readonly httpVersion: string
      readonly statusCode: number
      readonly reasonPhrase: string
      readonly headers: readonly Field[]
      readonly framing: string
      readonly persistent: boolean
      readonly switchesProtocol: boolean
      readonly anomalies: readonly (readonly [rule: string, offset: number])[]
    }
  | { readonly event: 'Body'; readonly content: string }
  | {
      readonly event: 'End'
      readonly trailers: readonly Field[]
      readonly discarded: readonly Field[]
    }
  | { readonly event: 'Switched'; readonly remaining: string }
  | {
      readonly event: 'Waiting'
      readonly state: string
      readonly started: boolean
      readonly heldBytes: number
    }
  | {
      readonly event: 'Error'
      readonly code: string
      readonly status: number
      readonly offset: number | undefined
      readonly message: string
    }

/**
 * When pieces are pushed: each when nothing is left to read, all before anything is read, or, besides the first way, one also
 * each time the parser is Done.
 */
export type Manner = 'when asked' | 'at once' | 'also when Done'

/** What a parser is given besides octets. */
export type Conversation = Pick<ResponseCase, 'methods' | 'options' | 'end'>

/** Pushes the pieces and notes every event up to an error, a switch or the end of the octets. */
export function readLog(
  { methods = [], options, end = false }: Conversation,
  pieces: readonly Uint8Array[],
  manner: Manner,
): LogEntry[] {
  const log: LogEntry[] = []
  const anomalies: Anomaly[] = []
  const parser = new ResponseParser(methods[0] ?? 'GET', {
    ...options,
    onAnomaly: (anomaly) => anomalies.push(anomaly),
  })
  const views: { readonly octets: Uint8Array; readonly content: string }[] = []
  let responses = 0
  let pushed = 0
  let ended = false
  if (manner === 'at once') {
    for (; pushed < pieces.length; pushed++) parser.push(pieces[pushed])
    if (end) parser.end()
    ended = end
  }
  for (;;) {
    let event
    try {
      event = parser.next()
    } catch (error) {
      log.push(errorEntry(parser, error))
      break
    }
    if (event === null) {
      if (pushed < pieces.length) {
        parser.push(pieces[pushed++])
      } else if (end && !ended) {
        parser.end()
        ended = true
      } else {
        const { state, started, heldBytes } = parser
        log.push({ event: 'Waiting', state, started, heldBytes })
        break
      }
      continue
    }
    if (event === 'Head') log.push(headEntry(event, parser.head, anomalies.splice(0)))
    if (event === 'Interim') log.push(headEntry(event, parser.interimHead, anomalies.splice(0)))
    if (event === 'Body') {
      const { bodySource, bodyStart, bodyEnd } = parser
      const content = latin1Text(bodySource.subarray(bodyStart, bodyEnd))
      views.push({ octets: parser.bodyOctets, content })
      addContent(log, content)
    }
    if (event === 'End') {
      log.push({
        event,
        trailers: [...parser.trailers.lines()],
        discarded: [...parser.discardedTrailers.lines()],
      })
      if (parser.state === 'Switched') {
        let remaining = latin1Text(parser.takeRemaining())
        for (; pushed < pieces.length; pushed++) {
          parser.push(pieces[pushed])
          if (parser.next() !== null) throw new Error('an event behind the switch')
          remaining += latin1Text(parser.takeRemaining())
        }
        log.push({ event: 'Switched', remaining })
        break
      }
      if (manner === 'also when Done' && pushed < pieces.length) parser.push(pieces[pushed++])
      parser.startNextMessage(methods[++responses] ?? 'GET')
    }
  }
  for (const { octets, content } of views) {
    if (latin1Text(octets) !== content) throw new Error('bodyOctets changed after they were given')
  }
  return log
}

function headEntry(
  event: 'Head' | 'Interim',
  head: ResponseHead,
  anomalies: readonly Anomaly[],
): LogEntry {
  const { statusLine, headers, framing, persistent, switchesProtocol } = head
  return {
    event,
    ...statusLine,
    headers: [...headers.lines()],
    framing: framing.kind === 'length' ? `length ${framing.length}` : framing.kind,
    persistent,
    switchesProtocol,
    anomalies: anomalies.map(({ rule, offset }) => [rule, offset]),
  }
}

function addContent(log: LogEntry[], content: string): void {
  const last = log.at(-1)
  if (last?.event === 'Body') log[log.length - 1] = { ...last, content: last.content + content }
  else log.push({ event: 'Body', content })
}

function errorEntry(parser: ResponseParser, error: unknown): LogEntry {
  if (!(error instanceof ProtocolError)) throw error
  // Whatever comes behind it, the error stays the same.
  parser.push(Uint8Array.of(0x48))
  let again
  try {
    again = parser.next()
  } catch (repeated) {
    again = repeated
  }
  if (again !== error) throw new Error(`${error.code} did not come again`)
  const { code, status, offset, message } = error
  return { event: 'Error', code, status, offset, message }
}
