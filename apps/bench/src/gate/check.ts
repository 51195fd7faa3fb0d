// What must hold on any machine, under any load: counted, never timed.

/** What a check came to. */
export interface Finding {
  readonly name: string
  readonly counted: number
  /** The most that there may be. */
  readonly bound: number
  readonly unit: string
}

/** Whether a finding is within its bound; what could not be counted is not. */
export function holds({ counted, bound }: Finding): boolean {
  return counted <= bound
}

/** A finding as one line. */
export function findingLine(finding: Finding): string {
  const { name, counted, bound, unit } = finding
  const number = Number.isInteger(counted) ? String(counted) : counted.toFixed(2)
  return `${holds(finding) ? 'ok    ' : 'FAILED'} ${name}: ${number} ${unit}, at most ${bound}`
}
