import type { WritingUsageCode } from '@rawhttp/message-framing'

/** The codes of `UsageError` that this package throws. */
export type RequestWriterUsageCode =
  | WritingUsageCode
  | 'ERR_WRITER_STATE'
  | 'ERR_METHOD'
  | 'ERR_REQUEST_TARGET'
  | 'ERR_HOST'
  | 'ERR_EXPECT'
  | 'ERR_OPTION'
  | 'ERR_TE'
  | 'ERR_BODY_FORBIDDEN'
  | 'ERR_TRAILER_FIELD'
