// status-line = HTTP-version SP status-code SP [ reason-phrase ] CRLF      (RFC 9112 §4)
// reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )
import { describeValue, misuse } from '@rawhttp/message-framing'

/**
 * The status codes of the IANA registry. 306 and 418 are reserved there without a meaning, and 104 is registered for a time only,
 * so they have no name here; like every number from 100 to 599 they can be sent.
 */
export const Status = {
  Continue: 100,
  SwitchingProtocols: 101,
  Processing: 102,
  EarlyHints: 103,
  Ok: 200,
  Created: 201,
  Accepted: 202,
  NonAuthoritativeInformation: 203,
  NoContent: 204,
  ResetContent: 205,
  PartialContent: 206,
  MultiStatus: 207,
  AlreadyReported: 208,
  ImUsed: 226,
  MultipleChoices: 300,
  MovedPermanently: 301,
  Found: 302,
  SeeOther: 303,
  NotModified: 304,
  UseProxy: 305,
  TemporaryRedirect: 307,
  PermanentRedirect: 308,
  BadRequest: 400,
  Unauthorized: 401,
  PaymentRequired: 402,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  ProxyAuthenticationRequired: 407,
  RequestTimeout: 408,
  Conflict: 409,
  Gone: 410,
  LengthRequired: 411,
  PreconditionFailed: 412,
  ContentTooLarge: 413,
  UriTooLong: 414,
  UnsupportedMediaType: 415,
  RangeNotSatisfiable: 416,
  ExpectationFailed: 417,
  MisdirectedRequest: 421,
  UnprocessableContent: 422,
  Locked: 423,
  FailedDependency: 424,
  TooEarly: 425,
  UpgradeRequired: 426,
  PreconditionRequired: 428,
  TooManyRequests: 429,
  RequestHeaderFieldsTooLarge: 431,
  UnavailableForLegalReasons: 451,
  InternalServerError: 500,
  NotImplemented: 501,
  BadGateway: 502,
  ServiceUnavailable: 503,
  GatewayTimeout: 504,
  HttpVersionNotSupported: 505,
  VariantAlsoNegotiates: 506,
  InsufficientStorage: 507,
  LoopDetected: 508,
  NotExtended: 510,
  NetworkAuthenticationRequired: 511,
} as const

const REASON_PHRASES = new Map<number, string>([
  [100, 'Continue'],
  [101, 'Switching Protocols'],
  [102, 'Processing'],
  [103, 'Early Hints'],
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
  [203, 'Non-Authoritative Information'],
  [204, 'No Content'],
  [205, 'Reset Content'],
  [206, 'Partial Content'],
  [207, 'Multi-Status'],
  [208, 'Already Reported'],
  [226, 'IM Used'],
  [300, 'Multiple Choices'],
  [301, 'Moved Permanently'],
  [302, 'Found'],
  [303, 'See Other'],
  [304, 'Not Modified'],
  [305, 'Use Proxy'],
  [307, 'Temporary Redirect'],
  [308, 'Permanent Redirect'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [402, 'Payment Required'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [406, 'Not Acceptable'],
  [407, 'Proxy Authentication Required'],
  [408, 'Request Timeout'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [411, 'Length Required'],
  [412, 'Precondition Failed'],
  [413, 'Content Too Large'],
  [414, 'URI Too Long'],
  [415, 'Unsupported Media Type'],
  [416, 'Range Not Satisfiable'],
  [417, 'Expectation Failed'],
  [421, 'Misdirected Request'],
  [422, 'Unprocessable Content'],
  [423, 'Locked'],
  [424, 'Failed Dependency'],
  [425, 'Too Early'],
  [426, 'Upgrade Required'],
  [428, 'Precondition Required'],
  [429, 'Too Many Requests'],
  [431, 'Request Header Fields Too Large'],
  [451, 'Unavailable For Legal Reasons'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
  [505, 'HTTP Version Not Supported'],
  [506, 'Variant Also Negotiates'],
  [507, 'Insufficient Storage'],
  [508, 'Loop Detected'],
  [510, 'Not Extended'],
  [511, 'Network Authentication Required'],
])

// The version is the highest that we speak, whatever the request's is (RFC 9110 §2.5).
const STATUS_LINES = new Map<number, string>()
for (const [statusCode, phrase] of REASON_PHRASES) {
  STATUS_LINES.set(statusCode, `HTTP/1.1 ${statusCode} ${phrase}\r\n`)
}

const REASON_PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/

/** The registered reason phrase of a status code; empty when there is none. */
export function reasonPhrase(statusCode: number): string {
  return REASON_PHRASES.get(statusCode) ?? ''
}

/**
 * The status line, its line end included.
 *
 * @param phrase a reason phrase other than the registered one; it may be empty, the space before it stays
 * @throws UsageError ERR_STATUS_CODE, ERR_REASON_PHRASE
 */
export function statusLine(statusCode: number, phrase?: string): string {
  if (phrase === undefined) {
    const line = STATUS_LINES.get(statusCode)
    if (line !== undefined) return line
  }
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599) {
    const expected = 'an integer from 100 to 599'
    throw misuse('ERR_STATUS_CODE', 'Status code', expected, describeValue(statusCode))
  }
  // The types say text, but an object may have another one each time that it is asked.
  if (phrase !== undefined && (typeof phrase !== 'string' || !REASON_PHRASE.test(phrase))) {
    const expected = 'visible characters up to 0xFF, spaces and tabs'
    throw misuse('ERR_REASON_PHRASE', 'Reason phrase', expected, describeValue(phrase))
  }
  return `HTTP/1.1 ${statusCode} ${phrase ?? ''}\r\n`
}
