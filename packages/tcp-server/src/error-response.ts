import { Headers } from '@rawhttp/headers'
import type { ProtocolError } from '@rawhttp/headers'
import { reasonPhrase } from '@rawhttp/response-writer'
import type { ResponseWriter } from '@rawhttp/response-writer'

// How long a client that found the server full should wait: long enough to matter, short enough not to be felt.
const RETRY_AFTER_SECONDS = 5

/** Answers a refused request in words that its sender can act on, with at most 32 of the octets that came, escaped. */
export function respondWithError(writer: ResponseWriter, error: ProtocolError): void {
  const headers = textHeaders()
  if (error.status === 503) headers.set('Retry-After', String(RETRY_AFTER_SECONDS))
  writer.respond(error.status, explanation(error), headers)
}

/** Answers a request whose handler failed: the reason is the server's own and goes to `onError` only. */
export function respondWithFailure(writer: ResponseWriter): void {
  writer.respond(500, `500 ${reasonPhrase(500)}\n`, textHeaders())
}

function explanation(error: ProtocolError): string {
  return `${error.status} ${reasonPhrase(error.status)} (${error.code})

${error.message}.

Expected: ${error.expected}
Received: ${error.received}
At octet: ${error.offset}
Rule:     ${error.section}
Hint:     ${error.hint}
`
}

// What came is shown as text, and no browser may take it for anything else.
function textHeaders(): Headers {
  return new Headers([
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['X-Content-Type-Options', 'nosniff'],
  ])
}
