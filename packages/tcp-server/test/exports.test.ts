import { expect, test } from 'vitest'
import * as exported from '../src/index.ts'

test('the package exports these names and no others', () => {
  expect(Object.keys(exported).toSorted()).toEqual([
    'CONNECTION_TRANSITIONS',
    'SERVER_FAULTS',
    'TransportError',
    'closeOnSignals',
    'handleConnection',
    'serve',
  ])
})
