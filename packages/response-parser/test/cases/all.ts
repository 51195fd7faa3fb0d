import type { ResponseCase } from '../support/response-case.ts'
import { bodilessCases, contentLengthCases, transferEncodingCases } from './body-length.ts'
import { chunkedCases } from './chunked.ts'
import { incompleteCases, interimCases, persistenceCases, upgradeCases } from './connection.ts'
import { fieldCases } from './fields.ts'
import { leniencyCases, ruleCases } from './lenient.ts'
import { limitCases } from './limits.ts'
import { oldServerCases } from './old-servers.ts'
import { statusLineCases, versionCases } from './status-line.ts'

/** Every case of every table. */
export const ALL_CASES: readonly ResponseCase[] = [
  ...versionCases,
  ...statusLineCases,
  ...fieldCases,
  ...transferEncodingCases,
  ...contentLengthCases,
  ...bodilessCases,
  ...chunkedCases,
  ...limitCases,
  ...incompleteCases,
  ...persistenceCases,
  ...interimCases,
  ...upgradeCases,
  ...ruleCases,
  ...leniencyCases,
  ...oldServerCases,
]
