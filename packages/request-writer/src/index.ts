export type { ByteSink } from '@rawhttp/message-framing'
export type { RequestWriterUsageCode } from './errors.ts'
export type { RequestWriterOptions } from './request-head.ts'
export { RequestWriter } from './request-writer.ts'
export { REQUEST_WRITER_TRANSITIONS } from './writer-state.ts'
export type {
  RequestWriterCall,
  RequestWriterCell,
  RequestWriterCondition,
  RequestWriterState,
} from './writer-state.ts'
