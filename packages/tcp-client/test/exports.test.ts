import { expect, test } from 'vitest'
import * as exported from '../src/index.ts'

test('the package exports these names and no others', () => {
  expect(Object.keys(exported).toSorted()).toEqual([
    'CLIENT_FAULTS',
    'CONNECTION_TRANSITIONS',
    'Client',
    'TransportError',
    'resetAtEnd',
  ])
})
