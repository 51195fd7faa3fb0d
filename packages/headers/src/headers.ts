import { recognizeCopies, UsageError } from './errors.ts'
import { FieldSectionReader, INCOMPLETE } from './field-section.ts'
import type { FieldLimits } from './field-section.ts'
import { checkField, lowerCaseToken } from './field-syntax.ts'
import { latin1Slice } from './latin1.ts'
import { checkOctets } from './octets.ts'
import {
  findParsed,
  MARKS_PER_LINE,
  parsedName,
  parsedSpelling,
  parsedStart,
  parsedValue,
} from './parsed-lines.ts'
import { ReceiveBuffer } from './receive-buffer.ts'

// Lines that were parsed stay as they are, see parsed-lines.ts, until one is set, added or removed. Then, and for Headers that were
// never parsed, there is one flat array, three entries a line: name in lower case, value, and the name as it came - a string, or, for
// lines that were parsed, its index in #text. A flat array beats a Map 3 to 1 at the sizes that the limits allow.
const ENTRIES_PER_LINE = 3
type Entry = string | number
const NO_LINES: readonly number[] = []

/**
 * An ordered list of field lines, read without regard to the case of names (RFC 9110 §5).
 *
 * Iteration gives every line in order with its name in lower case; `lines()` gives the names as they came.
 */
export class Headers implements Iterable<readonly [name: string, value: string]> {
  #entries: Entry[] | undefined
  #marks: readonly number[] = NO_LINES
  #text = ''

  /**
   * @param fields names and values to begin with, added in order; `other.lines()` copies other Headers with their letter case
   * @throws UsageError as `append`
   */
  constructor(fields?: Iterable<readonly [name: string, value: string]>) {
    if (fields !== undefined) this.#appendAll(fields)
  }

  /** How many field lines there are. */
  get size(): number {
    const entries = this.#entries
    return entries === undefined
      ? this.#marks.length / MARKS_PER_LINE
      : entries.length / ENTRIES_PER_LINE
  }

  /**
   * Reads one field line from octets and adds it; the line must be whole. There is no limit: for what strangers send, use
   * `parseFieldSection`.
   *
   * @param octets a header section, or its first part
   * @param start index of the first octet of the line (default 0)
   * @param end index behind the last octet that may be read (default: all)
   * @returns `consumed`: octets read, 0 while the line is not complete; `done`: it was the empty line that ends the section
   * @throws ProtocolError (RFC 9112 §5) ERR_FIELD_LINE, ERR_FIELD_NAME, ERR_FIELD_VALUE, ERR_OBS_FOLD, ERR_BARE_CR, ERR_BARE_LF;
   *   its `offset` is an index in `octets`
   * @throws UsageError ERR_OCTETS for what is no Uint8Array
   */
  parse(
    octets: Uint8Array,
    start = 0,
    end: number = octets.length,
  ): { consumed: number; done: boolean } {
    checkOctets(octets)
    const lineFeed = octets.subarray(start, end).indexOf(0x0a)
    if (lineFeed === -1) return { consumed: 0, done: false }
    const consumed = lineFeed + 1
    if (consumed === 2 && octets[start] === 0x0d) return { consumed, done: true }
    const line = contiguous(octets, start, start + consumed)
    line.append(EMPTY_LINE)
    const reader = new FieldSectionReader(UNBOUNDED)
    reader.begin(0, start, this.size > 0)
    readInto(this, reader, line)
    return { consumed, done: false }
  }

  /** Adds the lines that `reader` has read; `text` is what it read, from its base on, as latin1. */
  take(reader: FieldSectionReader, text: string): void {
    const marks = reader.takeMarks()
    if (this.size === 0) {
      this.#entries = undefined
      this.#marks = marks
      this.#text = text
      return
    }
    const entries = this.#changeable()
    for (let line = 0; line < marks.length / MARKS_PER_LINE; line++) {
      const name = parsedName(text, marks, line)
      entries.push(name, parsedValue(text, marks, line), parsedSpelling(text, marks, line))
    }
  }

  /** The value of a field: its lines joined with ", " in order (RFC 9110 §5.3), or undefined. For Set-Cookie use `getAll`. */
  get(name: string): string | undefined {
    // Most names are asked for in lower case, which is how they are kept.
    let wanted = name
    let line = this.#next(wanted, 0)
    if (line === -1) {
      wanted = lowerCaseToken(name)
      if (wanted !== name) line = this.#next(wanted, 0)
      if (line === -1) return undefined
    }
    let value = this.valueAt(line)
    while ((line = this.#next(wanted, line + 1)) !== -1) value = `${value}, ${this.valueAt(line)}`
    return value
  }

  /** The value of every line of a field, in order; empty when there is none. */
  getAll(name: string): readonly string[] {
    const wanted = lowerCaseToken(name)
    const values: string[] = []
    let line = -1
    while ((line = this.#next(wanted, line + 1)) !== -1) values.push(this.valueAt(line))
    return values
  }

  /** Whether there is a line of that name. */
  has(name: string): boolean {
    if (this.#next(name, 0) !== -1) return true
    const wanted = lowerCaseToken(name)
    return wanted !== name && this.#next(wanted, 0) !== -1
  }

  /**
   * Makes `value` the only line of that name, at the place of the first one.
   *
   * @throws UsageError ERR_FIELD_NAME when the name is no token, ERR_FIELD_VALUE when the value has control characters (so that
   *   no line break gets onto the wire), characters above 0xFF, or white space at its ends
   */
  set(name: string, value: string): this {
    const wanted = checkField(name, value)
    const entries = this.#changeable()
    for (let i = 0; i < entries.length; i += ENTRIES_PER_LINE) {
      if (entries[i] === wanted) {
        entries[i + 1] = value
        entries[i + 2] = name
        this.#deleteFrom(i + ENTRIES_PER_LINE, wanted)
        return this
      }
    }
    entries.push(wanted, value, name)
    return this
  }

  /**
   * Adds a line behind those that are there, also when the name is there already.
   *
   * @throws UsageError as `set`
   */
  append(name: string, value: string): this {
    const lowerCaseName = checkField(name, value)
    this.#changeable().push(lowerCaseName, value, name)
    return this
  }

  /**
   * Adds line `line` of other Headers as it is, letter case and all; `line` counts from 0 and must be below its `size`. It was
   * checked when it came there.
   *
   * @throws UsageError ERR_OPTION when there is no such line
   */
  appendLine(from: Headers, line: number): this {
    if (!(from instanceof Headers && Number.isInteger(line) && line >= 0 && line < from.size)) {
      throw new UsageError('ERR_OPTION', 'line: expected the number of a line of other Headers')
    }
    this.#changeable().push(from.nameAt(line), from.valueAt(line), from.spellingAt(line))
    return this
  }

  /** Removes every line of that name and says whether there was one. */
  delete(name: string): boolean {
    return this.#deleteFrom(0, lowerCaseToken(name))
  }

  /**
   * Index of the first octet of the field's first line in the text that was given to `take`, for an error about the field; 0 for
   * a field that was set, or read into Headers that had lines already.
   */
  offsetOf(name: string): number {
    const wanted = lowerCaseToken(name)
    const entries = this.#entries
    let line = -1
    while ((line = this.#next(wanted, line + 1)) !== -1) {
      if (entries === undefined) return parsedStart(this.#marks, line)
      const spelling = entries[line * ENTRIES_PER_LINE + 2]
      if (typeof spelling === 'number') return spelling
    }
    return 0
  }

  // The three reads below are for a loop over all lines on a hot path: 15 ns for one line against 87 by `lines`, 123 against 298
  // for eight.

  /** The name of line `line` in lower case; `line` counts from 0 and must be below `size`. */
  nameAt(line: number): string {
    const entries = this.#entries
    if (entries === undefined) return parsedName(this.#text, this.#marks, line)
    return entries[line * ENTRIES_PER_LINE] as string
  }

  /** The value of line `line`; `line` counts from 0 and must be below `size`. */
  valueAt(line: number): string {
    const entries = this.#entries
    if (entries === undefined) return parsedValue(this.#text, this.#marks, line)
    return entries[line * ENTRIES_PER_LINE + 1] as string
  }

  /** The name of line `line` in the letter case that it came in or was set with; `line` counts from 0 and must be below `size`. */
  spellingAt(line: number): string {
    const entries = this.#entries
    if (entries === undefined) return parsedSpelling(this.#text, this.#marks, line)
    const spelling = entries[line * ENTRIES_PER_LINE + 2]
    if (typeof spelling === 'string') return spelling
    return this.#text.slice(spelling, spelling + this.nameAt(line).length)
  }

  /** Every line in order, its name in the letter case that it came in or was set with: what goes on the wire. */
  *lines(): Generator<readonly [name: string, value: string], void> {
    for (let line = 0; line < this.size; line++) yield [this.spellingAt(line), this.valueAt(line)]
  }

  *[Symbol.iterator](): Generator<readonly [name: string, value: string], void> {
    for (let line = 0; line < this.size; line++) yield [this.nameAt(line), this.valueAt(line)]
  }

  // Not in the constructor, which is small this way and costs nothing for Headers that are parsed.
  #appendAll(fields: Iterable<readonly [name: string, value: string]>): void {
    for (const [name, value] of fields) this.append(name, value)
  }

  // The first line from line `from` on whose name in lower case is `name`, or -1.
  #next(name: string, from: number): number {
    const entries = this.#entries
    if (entries === undefined) return findParsed(this.#text, this.#marks, name, from)
    for (let i = from * ENTRIES_PER_LINE; i < entries.length; i += ENTRIES_PER_LINE) {
      if (entries[i] === name) return i / ENTRIES_PER_LINE
    }
    return -1
  }

  #changeable(): Entry[] {
    if (this.#entries !== undefined) return this.#entries
    const marks = this.#marks
    const entries: Entry[] = []
    for (let line = 0; line < marks.length / MARKS_PER_LINE; line++) {
      entries.push(this.nameAt(line), this.valueAt(line), parsedStart(marks, line))
    }
    this.#marks = NO_LINES
    this.#entries = entries
    return entries
  }

  #deleteFrom(start: number, wanted: string): boolean {
    const entries = this.#changeable()
    let kept = start
    for (let i = start; i < entries.length; i += ENTRIES_PER_LINE) {
      if (entries[i] === wanted) continue
      entries[kept] = entries[i]
      entries[kept + 1] = entries[i + 1]
      entries[kept + 2] = entries[i + 2]
      kept += ENTRIES_PER_LINE
    }
    const found = kept < entries.length
    entries.length = kept
    return found
  }
}

recognizeCopies(Headers, 'Headers')

/**
 * Reads a whole field section - a header section or a trailer section, the grammar is one (RFC 9112 §5, §7.1.2). Each call reads
 * from `start` on; for a section that comes in pieces there is FieldSectionReader, which looks at each octet once.
 *
 * @param into where the lines are added
 * @returns the index behind the empty line that ends the section, or INCOMPLETE; then nothing was added
 * @throws ProtocolError as `Headers.parse`, and ERR_HEADER_SECTION_TOO_LARGE, ERR_TOO_MANY_FIELD_LINES; its `offset` is an index
 *   in `octets`
 * @throws UsageError ERR_OPTION when a limit is missing or below 0, or `start` is behind the octets; ERR_OCTETS
 */
export function parseFieldSection(
  octets: Uint8Array,
  start: number,
  end: number,
  into: Headers,
  limits: FieldLimits,
): number {
  checkOctets(octets)
  const lastEnd = Math.min(end, octets.length)
  if (!(Number.isInteger(start) && start >= 0 && start <= lastEnd)) {
    throw new UsageError('ERR_OPTION', `start: expected an index up to ${lastEnd}, got ${start}`)
  }
  const reader = new FieldSectionReader(limits)
  reader.begin(0, start)
  // One octet over the limit says that it is passed. What comes behind - a body, perhaps - need not be copied.
  const readEnd = Math.min(lastEnd, start + limits.maxSectionBytes + 1)
  const sectionEnd = readInto(into, reader, contiguous(octets, start, readEnd))
  return sectionEnd === INCOMPLETE ? INCOMPLETE : start + sectionEnd
}

const EMPTY_LINE = Uint8Array.of(0x0d, 0x0a)
const UNBOUNDED: FieldLimits = { maxSectionBytes: Infinity, maxFieldLines: Infinity }
// Filled, read and left within one call, so it can serve all. It never grows: what does not fit - a browser's section is 0.5 to
// 2 KiB - gets memory of its own, which is not kept.
const SHARED_BYTES = 4096
const shared = new ReceiveBuffer(SHARED_BYTES)

function contiguous(octets: Uint8Array, start: number, end: number): ReceiveBuffer {
  const count = end - start
  const buffer = count + EMPTY_LINE.length > SHARED_BYTES ? new ReceiveBuffer(count) : shared
  buffer.clear()
  buffer.append(octets, start, end)
  return buffer
}

function readInto(into: Headers, reader: FieldSectionReader, buffer: ReceiveBuffer): number {
  const sectionEnd = reader.read(buffer, 0)
  if (sectionEnd !== INCOMPLETE) into.take(reader, latin1Slice(buffer.octets, 0, sectionEnd))
  return sectionEnd
}
