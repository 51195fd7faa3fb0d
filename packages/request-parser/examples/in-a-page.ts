// A request that comes in messages, as over a WebSocket in a page: whatever the transport, octets go in and events come out.
import { RequestParser } from '../src/index.ts'

const parser = new RequestParser()

function show(message: ArrayBuffer): void {
  parser.push(new Uint8Array(message))
  for (let event = parser.next(); event !== null; event = parser.next()) {
    if (event === 'Head') {
      const { method, requestTarget } = parser.head.requestLine
      console.log(`${method} ${requestTarget} as ${parser.head.headers.get('content-type')}`)
    }
    if (event === 'Body') console.log(`${parser.bodyOctets.length} octets of content`)
    if (event === 'End') {
      console.log(`done, ${parser.trailers.size} trailers`)
      parser.startNextMessage()
    }
  }
}

// In a page: socket.binaryType = 'arraybuffer'; socket.onmessage = ({ data }) => show(data)
const encoder = new TextEncoder()
const messages = [
  'PUT /orders/7 HTTP/1.1\r\nHost: coffee.example\r\nContent-Ty',
  'pe: application/json\r\nContent-Length: 12\r\n\r\n{"milk"',
  ':1}\r\n',
  '\r\n',
]
for (const message of messages) show(encoder.encode(message).buffer)

// It prints:
// PUT /orders/7 as application/json
// 7 octets of content
// 5 octets of content
// done, 0 trailers
