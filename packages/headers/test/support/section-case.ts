import type { FieldFaultCode, FieldLimits } from '../../src/index.ts'

/** One behaviour of the field section reader. A row with `error` is refused, one with neither `error` nor `lines` is not complete. */
export interface SectionCase {
  /** A sentence that names its section. */
  readonly title: string
  /** The section, one character an octet. */
  readonly text: string
  /** What it holds, names as they came; then the section ends with the text. */
  readonly lines?: readonly (readonly [name: string, value: string])[]
  readonly error?: FieldFaultCode
  /** Index of the octet that is at fault. */
  readonly offset?: number
  readonly limits?: Partial<FieldLimits>
}
