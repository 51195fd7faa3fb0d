import { expect, test } from 'vitest'
import * as exported from '../src/index.ts'

test('exports these names, and no other without a major version', () => {
  const names = Object.entries(exported).map(([name, value]) => `${name}: ${typeof value}`)
  expect(names.toSorted()).toMatchInlineSnapshot(`
    [
      "CHUNK_END: string",
      "ChunkedDecoder: function",
      "ChunkedEncoder: function",
      "CloseDelimitedDecoder: function",
      "FRAMING_FAULTS: object",
      "LAST_CHUNK: string",
      "LengthDecoder: function",
      "OctetIntake: function",
      "chunkSizeLine: function",
      "completeLimits: function",
      "isTrailerField: function",
      "lastChunk: function",
      "parseContentLength: function",
      "persistent: function",
      "requestBodyFraming: function",
      "responseBodyFraming: function",
    ]
  `)
})
