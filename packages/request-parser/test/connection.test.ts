import { describe } from 'vitest'
import {
  expectCases,
  incompleteCases,
  persistenceCases,
  pipeliningCases,
} from './cases/connection.ts'
import { testCases } from './support/test-cases.ts'

describe('incomplete messages (RFC 9112 §8)', () => testCases(incompleteCases))
describe('persistence (RFC 9112 §9.3)', () => testCases(persistenceCases))
describe('pipelining (RFC 9112 §9.3.2)', () => testCases(pipeliningCases))
describe('Expect (RFC 9110 §10.1.1)', () => testCases(expectCases))
