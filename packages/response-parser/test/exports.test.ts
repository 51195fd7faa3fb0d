import { expect, test } from 'vitest'
import * as exported from '../src/index.ts'

test('exports these names, and no other without a major version', () => {
  const names = Object.entries(exported).map(([name, value]) => `${name}: ${typeof value}`)
  expect(names.sort()).toMatchInlineSnapshot(`
    [
      "DEFAULT_RESPONSE_LIMITS: object",
      "LENIENT_RULES: object",
      "RESPONSE_FAULTS: object",
      "RESPONSE_PARSER_FAULTS: object",
      "RESPONSE_TRANSITIONS: object",
      "ResponseParser: function",
    ]
  `)
})
