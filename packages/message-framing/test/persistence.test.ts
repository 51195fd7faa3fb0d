import { describe, expect, test } from 'vitest'
import { persistent } from '../src/index.ts'

// Connection, and whether HTTP/1.1 and HTTP/1.0 go on.
const MATRIX: readonly (readonly [string | undefined, boolean, boolean])[] = [
  [undefined, true, false],
  ['', true, false],
  [',', true, false],
  ['close', false, false],
  ['CLOSE', false, false],
  [', close ,', false, false],
  ['x, close', false, false],
  ['close, keep-alive', false, false],
  ['keep-alive, close', false, false],
  ['keep-alive', true, true],
  ['Keep-Alive', true, true],
  ['x,\tkeep-alive', true, true],
  ['keep-alive, keep-alive', true, true],
  ['upgrade', true, false],
  ['closed', true, false],
  ['xclose', true, false],
  ['not close', true, false],
  ['"close"', true, false],
  ['close;q=1', true, false],
]

describe('persistence (RFC 9112 §9.3)', () => {
  for (const [connection, of11, of10] of MATRIX) {
    test(`for Connection: ${JSON.stringify(connection) ?? 'none'} goes on: HTTP/1.1 ${of11}, HTTP/1.0 ${of10} (RFC 9112 §9.3)`, () => {
      expect(persistent('1.1', connection)).toBe(of11)
      expect(persistent('1.0', connection)).toBe(of10)
    })
  }
})
