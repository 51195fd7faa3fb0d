import type { Headers } from '@rawhttp/headers'

/** What a parser made of one unit: enough to see that it did all the work, and for the compiler not to drop it. */
export interface Tally {
  messages: number
  fieldLines: number
  /** Characters of their names and values: each is read, so that nobody saves the strings that he would have to make for it. */
  fieldCharacters: number
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
  return { messages: 0, fieldLines: 0, fieldCharacters: 0, trailerLines: 0, bodyBytes: 0 }
}

/** Reads what a parser gives as one flat list of names and values. */
export function countFields(tally: Tally, fields: readonly string[]): void {
  tally.fieldLines += fields.length / 2
  for (const text of fields) tally.fieldCharacters += text.length
}

/** Reads our Headers, in the way that costs least. */
export function countHeaders(tally: Tally, headers: Headers): void {
  const { size } = headers
  tally.fieldLines += size
  for (let line = 0; line < size; line++) {
    tally.fieldCharacters += headers.nameAt(line).length + headers.valueAt(line).length
  }
}
