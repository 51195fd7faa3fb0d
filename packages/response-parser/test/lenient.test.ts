import { describe } from 'vitest'
import { leniencyCases, nearMissCases, ruleCases } from './cases/lenient.ts'
import { testCases } from './support/test-cases.ts'

describe('lenient rules, one by one (RFC 9112 §2.2)', () => testCases(ruleCases))
describe('lenient rules together (RFC 9112 §2.2)', () => testCases(leniencyCases))
describe('lenient rules and what is near to them (RFC 9112 §2.2)', () => testCases(nearMissCases))
