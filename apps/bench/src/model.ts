// What the bench finds, as data: every kind of report is made from it.

/** What one round measured of one contender, by the name of the figure. */
export type Sample = Readonly<Record<string, number>>

/** What came of one contender. */
export interface Outcome {
  readonly contender: string
  readonly version: string
  /** Why there are no samples; undefined when there are. */
  readonly skipped?: string
  /** One a round, in the same order for all of a row. */
  readonly samples: readonly Sample[]
}

/** One thing that was measured, of all contenders in the same rounds. */
export interface Row {
  /** The benchmark that it belongs to, and its own name within that. */
  readonly benchmark: string
  readonly name: string
  /** The figure that counts. */
  readonly figure: string
  readonly outcomes: readonly Outcome[]
}

/** What it was measured on. */
export interface Machine {
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly system: string
  /** Load average of the last minute, before and after. */
  readonly loadBefore: number
  readonly loadAfter: number
}

/** A whole run. */
export interface Report {
  readonly machine: Machine
  /** Whether it was a short one. */
  readonly quick: boolean
  readonly rows: readonly Row[]
}
