import { describe, expect, test } from 'vitest'
import { ALL_CASES } from './cases/all.ts'
import { PARSER_TRANSITIONS, RequestParser } from '../src/index.ts'
import type { ParserEvent, ParserInput, ParserState } from '../src/index.ts'
import { SECOND } from './support/deliveries.ts'
import { latin1 } from './support/octets.ts'

const STATES = Object.keys(PARSER_TRANSITIONS) as ParserState[]

// What can have been read in one step, by the event it gave.
const INPUTS: {
  readonly [Event in ParserEvent | 'null']: readonly (readonly ParserInput[])[]
} = {
  Head: [['request line read', 'empty line read'], ['empty line read']],
  Body: [['body octets']],
  End: [['body and trailers read']],
  null: [[], ['request line read'], ['empty line read']],
}

/** The state behind inputs by the table, or undefined when one of them cannot occur. */
function follow(from: ParserState, inputs: readonly ParserInput[]): ParserState | undefined {
  return inputs.reduce<ParserState | undefined>(
    (state, input) => (state === undefined ? undefined : PARSER_TRANSITIONS[state][input]),
    from,
  )
}

describe('the table of states', () => {
  test('holds every transition that octets cause, octet by octet (RFC 9112 §2.1)', () => {
    const seen = new Set<string>()
    for (const { title, octets, limits } of ALL_CASES) {
      if (octets.length > 2000) continue
      const parser = new RequestParser(limits)
      for (let i = 0; i < octets.length && parser.state !== 'Done'; i++) {
        parser.push(octets.subarray(i, i + 1))
        step(parser, title, seen)
      }
    }
    expect([...seen].sort()).toEqual(
      [
        'Initialized: ',
        'Initialized: request line read',
        'Initialized: request line read, empty line read',
        'ParsingBody: ',
        'ParsingBody: body and trailers read',
        'ParsingBody: body octets',
        'ParsingHeaders: ',
        'ParsingHeaders: empty line read',
      ].filter((row) => row !== 'Initialized: request line read, empty line read'),
    )
  })

  test('holds every transition that whole messages cause (RFC 9112 §2.1)', () => {
    const seen = new Set<string>()
    for (const { title, octets, limits } of ALL_CASES) {
      const parser = new RequestParser(limits)
      parser.push(octets)
      step(parser, title, seen)
    }
    expect(seen).toContain('Initialized: request line read, empty line read')
  })

  test('says what startNextMessage does in every state (RFC 9112 §9.3)', () => {
    for (const state of STATES) {
      const parser = parserIn(state)
      const next = PARSER_TRANSITIONS[state]['startNextMessage()']
      if (next === undefined) {
        expect(() => parser.startNextMessage()).toThrow(`not in ${state}`)
        expect(parser.state).toBe(state)
      } else {
        parser.startNextMessage()
        expect(parser.state).toBe(next)
      }
    }
  })

  test('leads from every state to every other (RFC 9112 §9.3)', () => {
    for (const from of STATES) {
      const reached = new Set<ParserState>([from])
      for (const state of reached) {
        for (const next of Object.values(PARSER_TRANSITIONS[state])) reached.add(next)
      }
      expect([...reached].sort()).toEqual([...STATES].sort())
    }
  })
})

/** A parser brought into a state by octets. */
function parserIn(state: ParserState): RequestParser {
  const parser = new RequestParser()
  const line = 'POST / HTTP/1.1\r\n'
  const head = `${line}Host: a\r\nContent-Length: 1\r\n\r\n`
  const texts = { Initialized: '', ParsingHeaders: line, ParsingBody: head, Done: `${head}x` }
  parser.push(latin1(texts[state]))
  while (parser.next() !== null);
  expect(parser.state).toBe(state)
  return parser
}

/** Asks for every event that is there and looks each up. */
function step(parser: RequestParser, title: string, seen: Set<string>): void {
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
    if (before !== 'Done') seen.add(`${before}: ${inputs.join(', ')}`)
    if (event === null) return
  }
}

test('a second message goes the same way as the first (RFC 9112 §9.3)', () => {
  const parser = new RequestParser()
  const ways: ParserState[][] = [[], []]
  for (const way of ways) {
    for (const octet of SECOND) {
      parser.push(Uint8Array.of(octet))
      while (parser.next() !== null) way.push(parser.state)
      way.push(parser.state)
    }
    parser.startNextMessage()
  }
  expect(ways[1]).toEqual(ways[0])
})
