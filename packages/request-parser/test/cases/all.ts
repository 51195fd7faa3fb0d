import type { ParserCase } from '../support/parser-case.ts'
import { contentLengthCases, transferEncodingCases } from './body-length.ts'
import { chunkCases, chunkExtensionCases } from './chunked.ts'
import { expectCases, incompleteCases, persistenceCases, pipeliningCases } from './connection.ts'
import { fieldCases } from './fields.ts'
import { bodyLimitCases, chunkLimitCases, trailerLimitCases } from './body-limits.ts'
import { headerSectionLimitCases, requestLineLimitCases } from './head-limits.ts'
import { parsingCases, requestLineCases, versionCases } from './request-line.ts'
import { hostCases, targetCharacterCases, targetFormCases } from './request-target.ts'
import { trailerCases } from './trailers.ts'

/** Every case of every table. */
export const ALL_CASES: readonly ParserCase[] = [
  ...parsingCases,
  ...versionCases,
  ...requestLineCases,
  ...targetCharacterCases,
  ...targetFormCases,
  ...hostCases,
  ...fieldCases,
  ...contentLengthCases,
  ...transferEncodingCases,
  ...chunkCases,
  ...chunkExtensionCases,
  ...trailerCases,
  ...requestLineLimitCases,
  ...headerSectionLimitCases,
  ...bodyLimitCases,
  ...chunkLimitCases,
  ...trailerLimitCases,
  ...expectCases,
  ...persistenceCases,
  ...pipeliningCases,
  ...incompleteCases,
]
