// How long the body of a request is, by the rules of RFC 9112 §6.3; who sends two answers gets none.
import { Headers, ProtocolError } from '@rawhttp/headers'
import { requestBodyFraming } from '../src/index.ts'

function lengthOf(...fields: [name: string, value: string][]): string {
  try {
    const framing = requestBodyFraming(new Headers(fields), '1.1')
    return framing.kind === 'length' ? `${framing.length} octets` : framing.kind
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return `${error.status} ${error.code}`
  }
}

console.log(lengthOf())
console.log(lengthOf(['Content-Length', '5']))
console.log(lengthOf(['Transfer-Encoding', 'chunked']))
console.log(lengthOf(['Transfer-Encoding', 'chunked'], ['Content-Length', '5']))
console.log(lengthOf(['Transfer-Encoding', 'gzip, chunked']))
console.log(lengthOf(['Content-Length', '5'], ['Content-Length', '5']))

// It prints:
// none
// 5 octets
// chunked
// 400 ERR_FRAMING_CONFLICT
// 501 ERR_TRANSFER_CODING_UNKNOWN
// 400 ERR_CONTENT_LENGTH
