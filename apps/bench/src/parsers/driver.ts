/** What a parser made of one unit: enough to see that it did all the work, and for the compiler not to drop it. */
export interface Tally {
  messages: number
  fieldLines: number
  bodyBytes: number
}

/** Feeds one unit to a parser that keeps its state between units, as on a persistent connection. */
export type Driver = (pieces: readonly Uint8Array[]) => Tally

/** A module of this folder. */
export interface DriverModule {
  readonly version: string
  readonly createDriver: () => Driver
}
