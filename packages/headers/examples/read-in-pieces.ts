import {
  FieldSectionReader,
  Headers,
  INCOMPLETE,
  latin1Slice,
  ProtocolError,
  ReceiveBuffer,
} from '../src/index.ts'

function readSection(pieces: Iterable<Uint8Array>): Headers | undefined {
  const reader = new FieldSectionReader({ maxSectionBytes: 16384, maxFieldLines: 100 })
  const buffer = new ReceiveBuffer()
  for (const piece of pieces) {
    buffer.append(piece)
    const end = reader.read(buffer, 0)
    if (end === INCOMPLETE) continue
    const headers = new Headers()
    headers.take(reader, latin1Slice(buffer.octets, 0, end))
    return headers // what stands behind `end` belongs to the body
  }
  return undefined
}

const encoder = new TextEncoder()
const pieces = ['Host: exam', 'ple.com\r', '\n\r', '\nbody'].map((text) => encoder.encode(text))
console.log(readSection(pieces)?.get('host')) // example.com

try {
  readSection([encoder.encode('Host: example.com\r\nContent-Length : 5\r\n\r\n')])
} catch (error) {
  if (!(error instanceof ProtocolError)) throw error
  console.log(error.status, error.code, error.offset) // 400 ERR_FIELD_NAME 33
  console.log(error.message) // Field name: expected a token and then a colon, got 0x20 at octet 33
}
