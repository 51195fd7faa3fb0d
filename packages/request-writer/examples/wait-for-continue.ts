// A request that asks before it sends its body. The head has left when `writeHeaders` comes back; the body waits for the server.
import { Headers } from '@rawhttp/headers'
import { RequestWriter } from '../src/index.ts'

const writer = new RequestWriter({
  write: (octets) => console.log(`sent: ${JSON.stringify(new TextDecoder().decode(octets))}`),
})

writer.writeRequestLine('PUT', '/large')
writer.writeHeaders(
  new Headers([
    ['Host', 'example.test'],
    ['Content-Length', '5'],
    ['Expect', '100-continue'],
  ]),
)
console.log(`expects 100: ${writer.expectsContinue}`)

// Here a client reads `HTTP/1.1 100 Continue`, or loses patience.
writer.writeBody('hello')
console.log(writer.state)

// It prints:
// sent: "PUT /large HTTP/1.1\r\nHost: example.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
// expects 100: true
// sent: "hello"
// Done
