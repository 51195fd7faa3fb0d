// What the error says is what to answer, what to log, and what to tell the person who sent it.
import { ProtocolError } from '@rawhttp/headers'
import { RequestParser } from '../src/index.ts'

function judge(request: string): string {
  const parser = new RequestParser({ maxBodyBytes: 1000 })
  parser.push(new TextEncoder().encode(request))
  parser.end()
  try {
    while (parser.next() !== null);
    return 'fine'
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const { code, status, message, section, hint } = error
    return [`${status} ${code}`, message, `${hint} (${section})`].join('\n  ')
  }
}

console.log(judge('GET / HTTP/1.1\r\nHost: coffee.example\r\n\r\n'))
console.log(judge('GET /coffee\r\n\r\n'))
console.log(judge('GET / HTTP/1.1\nHost: coffee.example\n\n'))
console.log(judge('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello'))
console.log(judge('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n'))
console.log(judge('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello'))

// It prints:
// fine
// 400 ERR_REQUEST_LINE
//   Request line: expected a space and the HTTP version, got the end of the line at octet 11
//   Write it as method, one space, request target, one space, HTTP/1.1. (RFC 9112 §3)
// 400 ERR_BARE_LF
//   Line end: expected CR before LF, got LF alone at octet 14
//   End lines with CR LF, not with LF alone. (RFC 9112 §2.2)
// 400 ERR_CONTENT_LENGTH
//   Content-Length: expected one decimal number up to 9007199254740991, got "+5" at octet 26
//   Send one Content-Length line with decimal digits only. (RFC 9112 §6.2)
// 413 ERR_BODY_TOO_LARGE
//   Message body: expected at most 1000 octets, got 1001 at octet 26
//   Send a smaller body. (RFC 9110 §15.5.14)
// 400 ERR_INCOMPLETE_MESSAGE
//   Message: expected the rest of the body, got the end of the octets at octet 52
//   Send the whole message before closing the connection. (RFC 9112 §8)
