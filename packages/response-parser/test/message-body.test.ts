import { describe } from 'vitest'
import { bodilessCases, contentLengthCases, transferEncodingCases } from './cases/body-length.ts'
import { chunkedCases } from './cases/chunked.ts'
import { fieldCases } from './cases/fields.ts'
import { testCases } from './support/test-cases.ts'

describe('field lines (RFC 9112 §5)', () => testCases(fieldCases))
describe('Transfer-Encoding (RFC 9112 §6.1)', () => testCases(transferEncodingCases))
describe('Content-Length, and neither (RFC 9112 §6.2)', () => testCases(contentLengthCases))
describe('responses without a body (RFC 9112 §6.3)', () => testCases(bodilessCases))
describe('chunked bodies (RFC 9112 §7.1)', () => testCases(chunkedCases))
