import { UsageError } from '@rawhttp/headers'

/** The codes of `UsageError` that a writer of either direction throws for what it is given to send. */
export type WritingUsageCode =
  | 'ERR_BODY_TYPE'
  | 'ERR_HEADERS_TYPE'
  | 'ERR_CONTENT_LENGTH'
  | 'ERR_TRANSFER_ENCODING'
  | 'ERR_FRAMING_CONFLICT'
  | 'ERR_BODY_TOO_LONG'
  | 'ERR_BODY_TOO_SHORT'

/** The error for a mistake of the caller, in the form that all messages have. */
export function misuse(
  code: string,
  subject: string,
  expected: string,
  received: string,
): UsageError {
  return new UsageError(code, `${subject}: expected ${expected}, got ${received}`)
}

/** The error for a body of `bytes` octets, or so many of it, that is not as long as its Content-Length. */
export function lengthError(contentLength: number, bytes: number): UsageError {
  const code = bytes > contentLength ? 'ERR_BODY_TOO_LONG' : 'ERR_BODY_TOO_SHORT'
  return misuse(code, 'Body', `${contentLength} octets by Content-Length`, String(bytes))
}

/** The error for octets of a body whose memory was transferred before they had left. */
export function transferredError(): UsageError {
  return misuse(
    'ERR_BODY_TYPE',
    'Body',
    'octets that stay until they have left',
    'transferred memory',
  )
}
