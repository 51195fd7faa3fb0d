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
  const { status, code, message, expected, received, offset, section, hint } = error
  // At a deadline no octet is at fault.
  const facts = [
    ['Expected', expected],
    ['Received', received],
    ['At octet', offset],
    ['Rule', section],
    ['Hint', hint],
  ].filter(([, fact]) => fact !== undefined)
  const lines = facts.map(([name, fact]) => `${name}:`.padEnd(10) + String(fact))
  return `${status} ${reasonPhrase(status)} (${code})\n\n${message}.\n\n${lines.join('\n')}\n`
}

// What came is shown as text, and no browser may take it for anything else.
function textHeaders(): Headers {
  return new Headers([
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['X-Content-Type-Options', 'nosniff'],
  ])
}
