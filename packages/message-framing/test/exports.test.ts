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
      "NO_BODY: object",
      "NO_LENGTH: number",
      "OctetIntake: function",
      "absoluteAuthority: function",
      "checkCodingToSend: function",
      "checkOneFraming: function",
      "checkedHeaders: function",
      "checkedOctets: function",
      "chunkSizeLine: function",
      "completeLimits: function",
      "contentLengthToSend: function",
      "describeValue: function",
      "isHost: function",
      "isPlainHost: function",
      "isTrailerField: function",
      "lastChunk: function",
      "lengthError: function",
      "misuse: function",
      "parseContentLength: function",
      "persistent: function",
      "requestBodyFraming: function",
      "responseBodyFraming: function",
      "targetFault: function",
      "transferredError: function",
      "utf8Content: function",
      "writeContent: function",
      "writeText: function",
    ]
  `)
})
