export { checkedHeaders, checkedOctets, describeValue } from './argument-checks.ts'
export type { BodyDecoder } from './body-decoder.ts'
export {
  NO_BODY,
  parseContentLength,
  requestBodyFraming,
  responseBodyFraming,
} from './body-framing.ts'
export type { BodyFraming, HttpVersion, ResponseBodyFraming } from './body-framing.ts'
export { writeContent, writeText } from './byte-sink.ts'
export type { ByteSink } from './byte-sink.ts'
export { ChunkedDecoder } from './chunked-decoder.ts'
export type { ChunkedLimits } from './chunked-decoder.ts'
export {
  CHUNK_END,
  ChunkedEncoder,
  chunkSizeLine,
  LAST_CHUNK,
  lastChunk,
} from './chunked-encoder.ts'
export type { EncoderUsageCode } from './chunked-encoder.ts'
export { CloseDelimitedDecoder } from './close-delimited-decoder.ts'
export { FRAMING_FAULTS } from './faults.ts'
export type { FramingFaultCode } from './faults.ts'
export {
  checkCodingToSend,
  checkOneFraming,
  contentLengthToSend,
  NO_LENGTH,
} from './framing-to-send.ts'
export { LengthDecoder } from './length-decoder.ts'
export { completeLimits } from './limits.ts'
export { lengthError, misuse, transferredError } from './misuse.ts'
export type { WritingUsageCode } from './misuse.ts'
export { OctetIntake } from './octet-intake.ts'
export type { HeadReader } from './octet-intake.ts'
export { persistent } from './persistence.ts'
export { absoluteAuthority, isHost, isPlainHost, targetFault } from './request-target.ts'
export { isTrailerField } from './trailer-fields.ts'
export type { UnfitTrailers } from './trailer-fields.ts'
export { utf8Content } from './utf8.ts'
