import { describe } from 'vitest'
import { oldServerCases } from './cases/old-servers.ts'
import { testCases } from './support/test-cases.ts'

describe('responses in the wild (RFC 9112 §2)', () => testCases(oldServerCases))
