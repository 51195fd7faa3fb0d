import { describe } from 'vitest'
import { contentLengthCases, transferEncodingCases } from './cases/body-length.ts'
import { chunkCases, chunkExtensionCases } from './cases/chunked.ts'
import { fieldCases } from './cases/fields.ts'
import { trailerCases } from './cases/trailers.ts'
import { testCases } from './support/test-cases.ts'

describe('field lines (RFC 9112 §5)', () => testCases(fieldCases))
describe('Transfer-Encoding (RFC 9112 §6.1)', () => testCases(transferEncodingCases))
describe('Content-Length (RFC 9112 §6.2)', () => testCases(contentLengthCases))
describe('chunks (RFC 9112 §7.1)', () => testCases(chunkCases))
describe('chunk extensions (RFC 9112 §7.1.1)', () => testCases(chunkExtensionCases))
describe('trailer section (RFC 9112 §7.1.2)', () => testCases(trailerCases))
