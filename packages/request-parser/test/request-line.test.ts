import { describe } from 'vitest'
import { parsingCases, requestLineCases, versionCases } from './cases/request-line.ts'
import { hostCases, targetCharacterCases, targetFormCases } from './cases/request-target.ts'
import { testCases } from './support/test-cases.ts'

describe('message parsing (RFC 9112 §2.2)', () => testCases(parsingCases))
describe('HTTP version (RFC 9112 §2.3)', () => testCases(versionCases))
describe('request line (RFC 9112 §3)', () => testCases(requestLineCases))
describe('characters of a request target (RFC 9112 §3.2)', () => testCases(targetCharacterCases))
describe('forms of a request target (RFC 9112 §3.2)', () => testCases(targetFormCases))
describe('Host (RFC 9112 §3.2)', () => testCases(hostCases))
