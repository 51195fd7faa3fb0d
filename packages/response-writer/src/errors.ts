import type { WritingUsageCode } from '@rawhttp/message-framing'

/** The codes of `UsageError` that this package throws. */
export type WriterUsageCode =
  | WritingUsageCode
  | 'ERR_WRITER_STATE'
  | 'ERR_OPTION'
  | 'ERR_STATUS_CODE'
  | 'ERR_REASON_PHRASE'
  | 'ERR_FIELD_VALUE'
  | 'ERR_UPGRADE'
  | 'ERR_BODY_FORBIDDEN'
  | 'ERR_TRAILER_FIELD'
