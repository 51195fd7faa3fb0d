// An old server ends lines with LF alone and says nothing behind its status code. Two rules let that pass; each use is told.
import { ResponseParser } from '../src/index.ts'

const octets = new TextEncoder().encode('HTTP/1.0 200\nContent-Length : 3\n\nold')

function read(lenient: ('bare-lf' | 'missing-reason-phrase' | 'space-before-colon')[]): void {
  const parser = new ResponseParser('GET', {
    lenient,
    onAnomaly: ({ rule, offset, section }) => console.log(`${rule} at octet ${offset}, ${section}`),
  })
  parser.push(octets)
  try {
    while (parser.next() !== 'End');
    console.log(`read: ${parser.head.headers.get('content-length')} octets`)
  } catch (error) {
    console.log(String(error))
  }
}

read([])
read(['bare-lf', 'missing-reason-phrase'])
read(['bare-lf', 'missing-reason-phrase', 'space-before-colon'])

// It prints:
// ProtocolError: Line end: expected CR before LF, got LF alone at octet 12
// ProtocolError: Field name: expected a token and then a colon, got 0x20 at octet 27
// missing-reason-phrase at octet 12, RFC 9112 §4
// bare-lf at octet 12, RFC 9112 §2.2
// space-before-colon at octet 27, RFC 9112 §5.1
// bare-lf at octet 31, RFC 9112 §2.2
// bare-lf at octet 32, RFC 9112 §2.2
// read: 3 octets
