// Responses on one connection, in the order of their requests: each is read by the method that it answers.
import { ResponseParser } from '../src/index.ts'

const methods = ['HEAD', 'GET', 'GET']
const octets = new TextEncoder().encode(
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n' +
    'HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n' +
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlatte\r\n0\r\nX-Sum: 5\r\n\r\n' +
    'HTTP/1.1 200 OK\r\n\r\nuntil the end',
)

const parser = new ResponseParser(methods[0])
let answered = 0
// Seven octets at a time, as slow networks give them.
for (let i = 0; i < octets.length; i += 7) {
  parser.push(octets.subarray(i, i + 7))
  if (i + 7 >= octets.length) parser.end()
  for (let event = parser.next(); event !== null; event = parser.next()) {
    if (event === 'Interim') console.log(`hint: ${parser.interimHead.headers.get('link')}`)
    if (event === 'Head') console.log(`${methods[answered]}: ${parser.head.framing.kind}`)
    if (event === 'Body') console.log(`  ${new TextDecoder().decode(parser.bodyOctets)}`)
    if (event === 'End') {
      console.log(`  done, ${parser.trailers.size} trailers`)
      answered++
      if (answered < methods.length) parser.startNextMessage(methods[answered])
    }
  }
}

// It prints:
// HEAD: none
//   done, 0 trailers
// hint: </style.css>
// GET: chunked
//   latt
//   e
//   done, 1 trailers
// GET: close-delimited
//   until
//    the en
//   d
//   done, 0 trailers
