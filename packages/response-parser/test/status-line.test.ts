import { describe } from 'vitest'
import { statusLineCases, versionCases } from './cases/status-line.ts'
import { testCases } from './support/test-cases.ts'

describe('versions, and what is none (RFC 9112 §2.3)', () => testCases(versionCases))
describe('status line (RFC 9112 §4)', () => testCases(statusLineCases))
