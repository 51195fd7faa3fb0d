import { FIELD_FAULTS, ProtocolError } from '@rawhttp/headers'
import type { Fault, FieldFaultCode } from '@rawhttp/headers'
import { FRAMING_FAULTS } from '@rawhttp/message-framing'
import type { FramingFaultCode } from '@rawhttp/message-framing'

/** What can be wrong with a response as a whole and with its status line. */
export type ResponseFaultCode =
  | 'ERR_STATUS_LINE'
  | 'ERR_STATUS_LINE_TOO_LONG'
  | 'ERR_STATUS_CODE'
  | 'ERR_REASON_PHRASE'
  | 'ERR_HTTP_VERSION'
  | 'ERR_HTTP_VERSION_UNSUPPORTED'
  | 'ERR_TOO_MANY_INTERIM_RESPONSES'
  | 'ERR_INCOMPLETE_MESSAGE'

/** The code of every ProtocolError that parsing a response can throw. */
export type ResponseParserFaultCode = ResponseFaultCode | FieldFaultCode | FramingFaultCode

/** The codes of `UsageError` that this package throws. */
export type ResponseParserUsageCode = 'ERR_OCTETS' | 'ERR_OPTION' | 'ERR_PARSER_STATE'

// RFC 9110 §15.6.3: who reads a response reads it for himself, or as a gateway for somebody whom it was no fault of.
const BAD_GATEWAY = 502

/** Every fault of a status line and of a response as a whole: status, section, subject and hint by code. */
export const RESPONSE_FAULTS: {
  readonly [Code in ResponseFaultCode]: Fault & { readonly code: Code }
} = {
  ERR_STATUS_LINE: {
    code: 'ERR_STATUS_LINE',
    status: BAD_GATEWAY,
    section: 'RFC 9112 §4',
    subject: 'Status line',
    hint: 'Write it as HTTP/1.1, one space, three digits, one space, and a reason phrase or nothing.',
  },
  ERR_STATUS_LINE_TOO_LONG: {
    code: 'ERR_STATUS_LINE_TOO_LONG',
    status: BAD_GATEWAY,
    section: 'RFC 9112 §4',
    subject: 'Status line',
    hint: 'Shorten the reason phrase: nobody reads it.',
  },
  ERR_STATUS_CODE: {
    code: 'ERR_STATUS_CODE',
    status: BAD_GATEWAY,
    section: 'RFC 9112 §4',
    subject: 'Status code',
    hint: 'Use three digits, 100 to 599.',
  },
  ERR_REASON_PHRASE: {
    code: 'ERR_REASON_PHRASE',
    status: BAD_GATEWAY,
    section: 'RFC 9112 §4',
    subject: 'Reason phrase',
    hint: 'Remove control characters from the reason phrase, or leave it empty.',
  },
  ERR_HTTP_VERSION: {
    code: 'ERR_HTTP_VERSION',
    status: BAD_GATEWAY,
    section: 'RFC 9112 §2.3',
    subject: 'HTTP version',
    hint: 'Begin the response with HTTP/1.1, in capital letters; speak HTTP on this port.',
  },
  ERR_HTTP_VERSION_UNSUPPORTED: {
    code: 'ERR_HTTP_VERSION_UNSUPPORTED',
    status: BAD_GATEWAY,
    section: 'RFC 9112 §2.3',
    subject: 'HTTP version',
    hint: 'Answer an HTTP/1.1 request in HTTP/1.1.',
  },
  ERR_TOO_MANY_INTERIM_RESPONSES: {
    code: 'ERR_TOO_MANY_INTERIM_RESPONSES',
    status: BAD_GATEWAY,
    section: 'RFC 9110 §15.2',
    subject: 'Interim responses',
    hint: 'Send the final response.',
  },
  ERR_INCOMPLETE_MESSAGE: {
    code: 'ERR_INCOMPLETE_MESSAGE',
    status: BAD_GATEWAY,
    section: 'RFC 9112 §8',
    subject: 'Message',
    hint: 'Send the whole response before closing the connection.',
  },
}

/** Every fault of a response, those of its field lines and of its framing included; all of them 502. */
export const RESPONSE_PARSER_FAULTS: {
  readonly [Code in ResponseParserFaultCode]: Fault & { readonly code: Code }
} = { ...RESPONSE_FAULTS, ...ofGateway(FIELD_FAULTS), ...ofGateway(FRAMING_FAULTS) }

/** `error` as a response's: of the same code, but with the status of a gateway, and where it stands in the response. */
export function responseError(
  error: ProtocolError,
  offset: number | undefined = error.offset,
): ProtocolError {
  const faults: Readonly<Record<string, Fault>> = RESPONSE_PARSER_FAULTS
  return new ProtocolError(faults[error.code], error.expected, error.received, offset)
}

function ofGateway<Faults extends Readonly<Record<string, Fault>>>(faults: Faults): Faults {
  const own = { ...faults }
  for (const code in own) own[code] = { ...own[code], status: BAD_GATEWAY }
  return own
}
