import { describe, expect, test } from 'vitest'
import { ALL_CASES } from './cases/all.ts'
import { RESPONSE_TRANSITIONS, ResponseParser } from '../src/index.ts'
import type { ResponseEvent, ResponseInput, ResponseState } from '../src/index.ts'
import { latin1 } from './support/octets.ts'

const STATES = Object.keys(RESPONSE_TRANSITIONS) as ResponseState[]

// What can have been read in one step, by the event it gave.
const INPUTS: {
  readonly [Event in ResponseEvent | 'null']: readonly (readonly ResponseInput[])[]
} = {
  Interim: [['status line read', 'interim response read'], ['interim response read']],
  Head: [['status line read', 'empty line read'], ['empty line read']],
  Body: [['body octets']],
  End: [
    ['body and trailers read'],
    ['end of a close-delimited body'],
    ['another protocol follows'],
  ],
  null: [[], ['status line read']],
}

/** The state behind inputs by the table, or undefined when one of them cannot occur. */
function follow(from: ResponseState, inputs: readonly ResponseInput[]): ResponseState | undefined {
  return inputs.reduce<ResponseState | undefined>(
    (state, input) => (state === undefined ? undefined : RESPONSE_TRANSITIONS[state][input]),
    from,
  )
}

/** Asks for every event that is there and looks each up. */
function step(parser: ResponseParser, title: string, seen: Set<string>): void {
  for (;;) {
    const before = parser.state
    let event
    try {
      event = parser.next()
    } catch {
      return
    }
    const inputs = INPUTS[event ?? 'null'].find((way) => follow(before, way) === parser.state)
    if (inputs === undefined) {
      expect.unreachable(`${title}: ${event} leads from ${before} to ${parser.state}`)
    }
    seen.add(`${before}: ${event} → ${parser.state}`)
    if (event === null) return
  }
}

describe('the table of states', () => {
  test('holds every transition that octets cause, whole and octet by octet (RFC 9112 §2.1)', () => {
    const seen = new Set<string>()
    for (const { title, octets, methods = [], options, end } of ALL_CASES) {
      if (octets.length > 2000) continue
      for (const size of [1, octets.length]) {
        const parser = new ResponseParser(methods[0] ?? 'GET', options)
        for (let i = 0; i < octets.length && parser.state !== 'Done'; i += size) {
          parser.push(octets.subarray(i, i + size))
          step(parser, title, seen)
        }
        if (end === true) parser.end()
        step(parser, title, seen)
      }
    }
    expect([...seen].sort()).toEqual([
      'Done: null → Done',
      'Initialized: Head → ParsingBody',
      'Initialized: Interim → Initialized',
      'Initialized: null → Initialized',
      'Initialized: null → ParsingHeaders',
      'ParsingBody: Body → ParsingBody',
      'ParsingBody: End → Done',
      'ParsingBody: End → Switched',
      'ParsingBody: null → ParsingBody',
      'ParsingHeaders: Head → ParsingBody',
      'ParsingHeaders: Interim → Initialized',
      'ParsingHeaders: null → ParsingHeaders',
      'Switched: null → Switched',
    ])
  })

  test('says what startNextMessage does in every state (RFC 9112 §9.3)', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n'
    const texts = {
      Initialized: '',
      ParsingHeaders: 'HTTP/1.1 200 OK\r\n',
      ParsingBody: head,
      Done: `${head}x`,
      Switched: 'HTTP/1.1 101 X\r\n\r\n',
    }
    for (const state of STATES) {
      const parser = new ResponseParser('GET')
      parser.push(latin1(texts[state]))
      while (parser.next() !== null);
      expect(parser.state).toBe(state)
      const next = RESPONSE_TRANSITIONS[state]['startNextMessage()']
      if (next === undefined) {
        expect(() => parser.startNextMessage('GET')).toThrow(`not in ${state}`)
      } else {
        parser.startNextMessage('GET')
      }
      expect(parser.state).toBe(next ?? state)
    }
  })
})
