import { describe } from 'vitest'
import { bodyLimitCases, chunkLimitCases, trailerLimitCases } from './cases/body-limits.ts'
import { headerSectionLimitCases, requestLineLimitCases } from './cases/head-limits.ts'
import { testCases } from './support/test-cases.ts'

describe('limit of the request line (RFC 9112 §3)', () => testCases(requestLineLimitCases))
describe('limits of the header section (RFC 9112 §5)', () => testCases(headerSectionLimitCases))
describe('limits of chunk framing (RFC 9112 §7.1.1)', () => testCases(chunkLimitCases))
describe('limits of the trailer section (RFC 9112 §7.1.2)', () => testCases(trailerLimitCases))
describe('limit of the content (RFC 9110 §15.5.14)', () => testCases(bodyLimitCases))
