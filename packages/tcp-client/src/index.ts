export { Client } from './client.ts'
export { CONNECTION_TRANSITIONS } from './connection-state.ts'
export type { ConnectionEvent, ConnectionState } from './connection-state.ts'
export type { Clock } from './deadlines.ts'
export { TransportError } from './errors.ts'
export type { TransportErrorCode } from './errors.ts'
export { CLIENT_FAULTS } from './faults.ts'
export type { ClientFaultCode, ClientUsageCode } from './faults.ts'
export type { IncomingResponse, TakenOver } from './incoming-response.ts'
export type {
  ClientOptions,
  ExchangeOptions,
  Cancellation,
  RequestBody,
  RequestOptions,
} from './options.ts'
export type { ResponseBody, Take } from './response-body.ts'
export { resetAtEnd } from './stream-end.ts'
export type { TlsOptions } from './tls-options.ts'
export type { Trace, TraceEvent } from './trace.ts'
