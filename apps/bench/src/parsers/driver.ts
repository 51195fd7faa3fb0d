/** What a parser made of one unit: enough to see that it did all the work, and for the compiler not to drop it. */
export interface Tally {
  messages: number
  fieldLines: number
  trailerLines: number
  bodyBytes: number
}

/** Feeds one unit to a parser that keeps its state between units, as on a persistent connection. */
export type Driver = (pieces: readonly Uint8Array[]) => Tally

/** Which of the two kinds of message a parser reads. */
export type Direction = 'request' | 'response'

/** A parser that can be measured. */
export interface ParserModule {
  readonly version: string
  readonly createDriver: (direction: Direction) => Driver
  /** It reads trailer sections and tells nobody. */
  readonly dropsTrailers?: boolean
}

/** Nothing counted yet. */
export function emptyTally(): Tally {
  return { messages: 0, fieldLines: 0, trailerLines: 0, bodyBytes: 0 }
}
