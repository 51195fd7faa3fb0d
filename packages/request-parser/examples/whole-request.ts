// A whole request from anything that yields octets: here from a reader that gives three octets a read, as slow networks do.
import { requestFromReader } from '../src/index.ts'
import type { ChunkReader } from '../src/index.ts'

const octets = new TextEncoder().encode(
  'POST /coffee HTTP/1.1\r\nHost: coffee.example\r\nTransfer-Encoding: chunked\r\n\r\n' +
    '4\r\nflat\r\n6\r\n white\r\n0\r\nX-Sum: 10\r\n\r\n',
)
let position = 0
const reader: ChunkReader = {
  read: () => {
    const piece = octets.subarray(position, (position += 3))
    return Promise.resolve(piece.length > 0 ? piece : null)
  },
}

const { requestLine, headers, body, trailers } = await requestFromReader(reader)
console.log(`${requestLine.method} ${requestLine.requestTarget} for ${headers.get('host')}`)
console.log(`${new TextDecoder().decode(body)}, X-Sum ${trailers.get('x-sum')}`)

// It prints:
// POST /coffee for coffee.example
// flat white, X-Sum 10
