import { describe, expect, test } from 'vitest'
import { nextState } from '../src/connection-state.ts'
import { CONNECTION_TRANSITIONS } from '../src/index.ts'
import type { ConnectionEvent, ConnectionState } from '../src/index.ts'

// The table once more, from the text of the design: what is missing here must throw.
const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Handshaking: {
    secured: 'Idle',
    violation: 'Closed',
    timeout: 'Closed',
    'write timeout': 'Closed',
    'peer end': 'Closed',
    'socket error': 'Closed',
    drain: 'Closed',
    abort: 'Closed',
  },
  Idle: {
    octets: 'ReadingHead',
    timeout: 'Closed',
    'write timeout': 'Closed',
    'peer end': 'Closed',
    'peer end, output pending': 'Lingering',
    'socket error': 'Closed',
    drain: 'Idle',
    abort: 'Closed',
  },
  ReadingHead: {
    octets: 'ReadingHead',
    head: 'Handling',
    violation: 'Lingering',
    timeout: 'Lingering',
    'write timeout': 'Closed',
    'peer end': 'Closed',
    'peer end, output pending': 'Lingering',
    'socket error': 'Closed',
    drain: 'ReadingHead',
    abort: 'Closed',
  },
  Handling: {
    octets: 'Handling',
    'response done': 'Idle',
    'response done, body unread': 'Discarding',
    'response done, closing': 'Lingering',
    'response done, both closing': 'Closed',
    violation: 'Lingering',
    'violation, head sent': 'Closed',
    timeout: 'Lingering',
    'timeout, head sent': 'Closed',
    'write timeout': 'Closed',
    'handler failed, head sent': 'Closed',
    'hand over': 'HandedOver',
    'peer end': 'Handling',
    'peer end, output pending': 'Handling',
    'socket error': 'Closed',
    drain: 'Handling',
    abort: 'Closed',
  },
  Discarding: {
    octets: 'Discarding',
    'body end': 'Idle',
    'body beyond the bound': 'Lingering',
    violation: 'Lingering',
    timeout: 'Lingering',
    'write timeout': 'Closed',
    'peer end': 'Closed',
    'peer end, output pending': 'Lingering',
    'socket error': 'Closed',
    drain: 'Discarding',
    abort: 'Closed',
  },
  Lingering: {
    octets: 'Lingering',
    'linger beyond the bound': 'Closed',
    timeout: 'Closed',
    'write timeout': 'Closed',
    'peer end': 'Closed',
    'peer end, output pending': 'Lingering',
    'output sent, peer ended': 'Closed',
    'socket error': 'Closed',
    drain: 'Lingering',
    abort: 'Closed',
  },
}

const STATES = Object.keys(CONNECTION_TRANSITIONS) as ConnectionState[]
const EVENTS = [
  ...new Set(Object.values(EXPECTED).flatMap((row) => Object.keys(row))),
] as ConnectionEvent[]

describe('RFC 9112 §9 the table of a connection', () => {
  test('has a row for every state and knows every event', () => {
    expect(STATES).toEqual([...Object.keys(EXPECTED), 'HandedOver', 'Closed'])
    const known = new Set(Object.values(CONNECTION_TRANSITIONS).flatMap((row) => Object.keys(row)))
    expect([...known].toSorted()).toEqual(EVENTS.toSorted())
  })

  const cells = STATES.flatMap((state) => EVENTS.map((event) => ({ state, event })))
  const possible = cells.filter(({ state, event }) => EXPECTED[state]?.[event] !== undefined)
  test.each(possible)('has the right cell for $event in $state', ({ state, event }) => {
    expect(nextState(state, event)).toBe(EXPECTED[state]?.[event])
  })

  const impossible = cells.filter(
    ({ state, event }) => state in EXPECTED && EXPECTED[state]?.[event] === undefined,
  )
  test.each(impossible)('cannot have $event in $state', ({ state, event }) => {
    expect(() => nextState(state, event)).toThrow(`'${event}' cannot occur in ${state}`)
  })

  test.each(cells.filter(({ state }) => !(state in EXPECTED)))(
    'ignores $event in $state',
    ({ state, event }) => {
      expect(nextState(state, event)).toBe(state)
    },
  )
})
