import { expect, test } from 'vitest'
import * as exported from '../src/index.ts'

test('exports these names, and no other without a major version', () => {
  const names = Object.entries(exported).map(([name, value]) => `${name}: ${typeof value}`)
  expect(names.sort()).toMatchInlineSnapshot(`
    [
      "DEFAULT_LIMITS: object",
      "PARSER_FAULTS: object",
      "PARSER_TRANSITIONS: object",
      "REQUEST_FAULTS: object",
      "RequestParser: function",
      "isHost: function",
      "requestFromReader: function",
    ]
  `)
})
