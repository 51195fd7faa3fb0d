import type { LoadClient } from './load/load-client.ts'
import type { Row } from './model.ts'
import type { Workshop } from './system/workshop.ts'

/** What a benchmark works with. */
export interface Bench {
  readonly workshop: Workshop
  readonly generator: LoadClient
  /** Short rounds and few of them: to see whether it works, and roughly where it stands. */
  readonly quick: boolean
  /** Prints a line. */
  readonly print: (line: string) => void
}

/** Something that can be asked for by name. */
export interface Benchmark {
  readonly name: string
  /** Several that can be asked for by one name. */
  readonly group: string
  /** What is measured, in a few words. */
  readonly title: string
  readonly run: (bench: Bench) => Promise<readonly Row[]>
}
