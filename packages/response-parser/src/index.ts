export { RESPONSE_FAULTS, RESPONSE_PARSER_FAULTS } from './faults.ts'
export type {
  ResponseFaultCode,
  ResponseParserFaultCode,
  ResponseParserUsageCode,
} from './faults.ts'
export { LENIENT_RULES } from './lenient-rules.ts'
export type { Anomaly, LenientRule, LenientRuleDescription } from './lenient-rules.ts'
export { DEFAULT_RESPONSE_LIMITS } from './limits.ts'
export type { ResponseLimits } from './limits.ts'
export { ResponseParser } from './response-parser.ts'
export type { ResponseParserOptions } from './response-parser.ts'
export { RESPONSE_TRANSITIONS } from './response-state.ts'
export type { ResponseEvent, ResponseInput, ResponseState } from './response-state.ts'
export type { ResponseHead, StatusLine } from './response.ts'
