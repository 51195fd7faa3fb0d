export {
  asError,
  describeOctet,
  describeOctets,
  describeText,
  isError,
  ProtocolError,
  UsageError,
} from './errors.ts'
export type { Fault } from './errors.ts'
export { FIELD_FAULTS } from './faults.ts'
export type { FieldFaultCode, HeadersUsageCode } from './faults.ts'
export { FieldSectionReader, INCOMPLETE } from './field-section.ts'
export type { FieldLimits } from './field-section.ts'
export { isFieldValue, isToken } from './field-syntax.ts'
export { Headers, parseFieldSection } from './headers.ts'
export { nameBit } from './known-names.ts'
export { latin1Slice, latin1Write } from './latin1.ts'
export { hasListMember, listMembers } from './list.ts'
export { checkOctets, isDetached, isUint8Array, octetTable } from './octets.ts'
export { ReceiveBuffer } from './receive-buffer.ts'
