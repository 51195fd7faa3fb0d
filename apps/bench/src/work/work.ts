// What is measured inside one process, without a network: parsers and writers.

/** Something to be done again and again. */
export interface Work {
  readonly name: string
  /** Messages that one turn deals with; a time is divided by it. */
  readonly messages: number
  /** Does it once, with another variant each turn, and gives a number so that no result is dead code. */
  readonly turn: (i: number) => number
}

/** All work of one kind as one contender does it, in the order of the table. */
export interface Workload {
  readonly version: string
  readonly works: readonly Work[]
}

/** The kinds. */
export type WorkKind = 'request-parser' | 'response-parser' | 'writer' | 'growth'

/** What the parent asks: do this work for about so much CPU time. */
export interface RoundOrder {
  readonly work: number
  readonly cpuMs: number
  /** Spent before its first round. */
  readonly warmUpMs: number
}

/** What it gets: nanoseconds of CPU time for one message, or what went wrong. */
export type RoundAnswer = { readonly ns: number } | { readonly reason: string }
