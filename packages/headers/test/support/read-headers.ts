import { Headers, parseFieldSection } from '../../src/index.ts'
import type { FieldLimits } from '../../src/index.ts'
import { octets } from './octets.ts'

export const LIMITS: FieldLimits = { maxSectionBytes: 1000, maxFieldLines: 10 }

/** The Headers of a section that must be whole, added to `into`. */
export function read(text: string, into: Headers = new Headers()): Headers {
  const end = parseFieldSection(octets(text), 0, text.length, into, LIMITS)
  if (end !== text.length) throw new Error(`the section ends at ${end}, not at ${text.length}`)
  return into
}
