import { describe } from 'vitest'
import {
  incompleteCases,
  interimCases,
  persistenceCases,
  upgradeCases,
} from './cases/connection.ts'
import { limitCases } from './cases/limits.ts'
import { testCases } from './support/test-cases.ts'

describe('limits (RFC 9112 §2.2)', () => testCases(limitCases))
describe('incomplete messages (RFC 9112 §8)', () => testCases(incompleteCases))
describe('persistence (RFC 9112 §9.3)', () => testCases(persistenceCases))
describe('interim responses (RFC 9110 §15.2)', () => testCases(interimCases))
describe('protocol switches (RFC 9110 §7.8)', () => testCases(upgradeCases))
