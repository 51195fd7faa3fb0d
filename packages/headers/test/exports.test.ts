import { expect, test } from 'vitest'
import * as exported from '../src/index.ts'

// A name that goes is a major release, and one that comes is a promise.
test('the package exports these names and no others', () => {
  expect(Object.keys(exported).toSorted()).toMatchInlineSnapshot(`
    [
      "FIELD_FAULTS",
      "FieldSectionReader",
      "Headers",
      "INCOMPLETE",
      "ProtocolError",
      "ReceiveBuffer",
      "UsageError",
      "asError",
      "checkOctets",
      "describeOctet",
      "describeOctets",
      "describeText",
      "hasListMember",
      "isDetached",
      "isError",
      "isFieldValue",
      "isToken",
      "isUint8Array",
      "latin1Slice",
      "latin1Write",
      "listMembers",
      "nameBit",
      "octetTable",
      "parseFieldSection",
    ]
  `)
})
