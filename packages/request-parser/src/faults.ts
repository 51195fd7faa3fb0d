import { FIELD_FAULTS } from '@rawhttp/headers'
import type { Fault, FieldFaultCode } from '@rawhttp/headers'
import { FRAMING_FAULTS } from '@rawhttp/message-framing'
import type { FramingFaultCode } from '@rawhttp/message-framing'

/** What can be wrong with a request as a whole and with its request line. */
export type RequestFaultCode =
  | 'ERR_REQUEST_LINE'
  | 'ERR_REQUEST_LINE_TOO_LONG'
  | 'ERR_METHOD'
  | 'ERR_REQUEST_TARGET'
  | 'ERR_HTTP_VERSION'
  | 'ERR_HTTP_VERSION_UNSUPPORTED'
  | 'ERR_HOST'
  | 'ERR_EXPECTATION'
  | 'ERR_INCOMPLETE_MESSAGE'

/** The code of every ProtocolError that parsing a request can throw. */
export type ParserFaultCode = RequestFaultCode | FieldFaultCode | FramingFaultCode

/** The codes of `UsageError` that this package throws. */
export type ParserUsageCode = 'ERR_OCTETS' | 'ERR_OPTION' | 'ERR_PARSER_STATE'

/** Every fault of a request line and of a request as a whole: status, section, subject and hint by code. */
export const REQUEST_FAULTS: {
  readonly [Code in RequestFaultCode]: Fault & { readonly code: Code }
} = {
  ERR_REQUEST_LINE: {
    code: 'ERR_REQUEST_LINE',
    status: 400,
    section: 'RFC 9112 §3',
    subject: 'Request line',
    hint: 'Write it as method, one space, request target, one space, HTTP/1.1.',
  },
  ERR_REQUEST_LINE_TOO_LONG: {
    code: 'ERR_REQUEST_LINE_TOO_LONG',
    status: 414,
    section: 'RFC 9112 §3',
    subject: 'Request line',
    hint: 'Shorten the request target, or send its data in the body.',
  },
  ERR_METHOD: {
    code: 'ERR_METHOD',
    status: 400,
    section: 'RFC 9112 §3.1',
    subject: 'Method',
    hint: 'Use a token without lower-case letters, such as GET.',
  },
  ERR_REQUEST_TARGET: {
    code: 'ERR_REQUEST_TARGET',
    status: 400,
    section: 'RFC 9112 §3.2',
    subject: 'Request target',
    hint: 'Send a path that starts with "/", or an absolute URI; percent-encode what is not allowed in one.',
  },
  ERR_HTTP_VERSION: {
    code: 'ERR_HTTP_VERSION',
    status: 400,
    section: 'RFC 9112 §2.3',
    subject: 'HTTP version',
    hint: 'Write HTTP/1.1, in capital letters, and end the line there.',
  },
  ERR_HTTP_VERSION_UNSUPPORTED: {
    code: 'ERR_HTTP_VERSION_UNSUPPORTED',
    status: 505,
    section: 'RFC 9112 §2.3',
    subject: 'HTTP version',
    hint: 'Use HTTP/1.1.',
  },
  ERR_HOST: {
    code: 'ERR_HOST',
    status: 400,
    section: 'RFC 9112 §3.2',
    subject: 'Host',
    hint: 'Send one Host line with a host name and, if needed, a port.',
  },
  ERR_EXPECTATION: {
    code: 'ERR_EXPECTATION',
    status: 417,
    section: 'RFC 9110 §10.1.1',
    subject: 'Expect',
    hint: 'Send "Expect: 100-continue" or no Expect at all.',
  },
  ERR_INCOMPLETE_MESSAGE: {
    code: 'ERR_INCOMPLETE_MESSAGE',
    status: 400,
    section: 'RFC 9112 §8',
    subject: 'Message',
    hint: 'Send the whole message before closing the connection.',
  },
}

/** Every fault of a request, those of its field lines and of its framing included. */
export const PARSER_FAULTS: {
  readonly [Code in ParserFaultCode]: Fault & { readonly code: Code }
} = { ...REQUEST_FAULTS, ...FIELD_FAULTS, ...FRAMING_FAULTS }
