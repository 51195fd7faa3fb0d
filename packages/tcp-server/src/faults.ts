import { ProtocolError } from '@rawhttp/headers'
import type { Fault } from '@rawhttp/headers'
import type { Timeouts } from './timetable.ts'

/** What the server refuses by its own limits; what it refuses by the grammar has the codes of the parser. */
export type ServerFaultCode =
  | 'ERR_HEAD_TIMEOUT'
  | 'ERR_REQUEST_TIMEOUT'
  | 'ERR_BODY_TIMEOUT'
  | 'ERR_BODY_TOO_SLOW'
  | 'ERR_TOO_MANY_CONNECTIONS'
  | 'ERR_PLAIN_HTTP'

/** Deadlines that are answered with 408. */
export type TimeoutCode = Extract<
  ServerFaultCode,
  'ERR_HEAD_TIMEOUT' | 'ERR_REQUEST_TIMEOUT' | 'ERR_BODY_TIMEOUT' | 'ERR_BODY_TOO_SLOW'
>

/** The codes of `UsageError` that this package throws. */
export type ServerUsageCode = 'ERR_OPTION' | 'ERR_BODY_READ' | 'ERR_HAND_OVER'

/** Every fault by a limit of the server: status, section, subject and hint by code. */
export const SERVER_FAULTS: {
  readonly [Code in ServerFaultCode]: Fault & { readonly code: Code }
} = {
  ERR_HEAD_TIMEOUT: {
    code: 'ERR_HEAD_TIMEOUT',
    status: 408,
    section: 'RFC 9112 §9.5',
    subject: 'Request head',
    hint: 'Send the request line and all field lines at once.',
  },
  ERR_REQUEST_TIMEOUT: {
    code: 'ERR_REQUEST_TIMEOUT',
    status: 408,
    section: 'RFC 9112 §9.5',
    subject: 'Request',
    hint: 'Send the body faster, or in several smaller requests.',
  },
  ERR_BODY_TIMEOUT: {
    code: 'ERR_BODY_TIMEOUT',
    status: 408,
    section: 'RFC 9112 §9.5',
    subject: 'Message body',
    hint: 'Send the body without long pauses.',
  },
  ERR_BODY_TOO_SLOW: {
    code: 'ERR_BODY_TOO_SLOW',
    status: 408,
    section: 'RFC 9112 §9.5',
    subject: 'Message body',
    hint: 'Send the body faster.',
  },
  ERR_TOO_MANY_CONNECTIONS: {
    code: 'ERR_TOO_MANY_CONNECTIONS',
    status: 503,
    section: 'RFC 9110 §15.6.4',
    subject: 'Connections',
    hint: 'Try again after the time that Retry-After names.',
  },
  ERR_PLAIN_HTTP: {
    code: 'ERR_PLAIN_HTTP',
    status: 400,
    section: 'RFC 9110 §4.2.2',
    subject: 'Connection',
    hint: 'Use https instead of http for this port.',
  },
}

/** A refusal by a limit of the server. */
export function serverFault(
  code: ServerFaultCode,
  expected: string,
  received?: string,
): ProtocolError {
  return new ProtocolError(SERVER_FAULTS[code], expected, received)
}

/** The refusal when a deadline has passed. */
export function timeoutFault(code: TimeoutCode, timeouts: Timeouts): ProtocolError {
  return serverFault(code, due(code, timeouts))
}

function due(code: TimeoutCode, timeouts: Timeouts): string {
  switch (code) {
    case 'ERR_HEAD_TIMEOUT':
      return `complete within ${timeouts.headTimeoutMs} ms`
    case 'ERR_REQUEST_TIMEOUT':
      return `complete within ${timeouts.requestTimeoutMs} ms`
    case 'ERR_BODY_TIMEOUT':
      return `continued within ${timeouts.bodyTimeoutMs} ms`
    case 'ERR_BODY_TOO_SLOW':
      return `sent at ${timeouts.minBodyBytesPerSecond} octets a second or more`
  }
}
