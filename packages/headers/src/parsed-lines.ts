// Field lines as they were parsed: one string of the whole section and four numbers a line that point into it. A name or value is
// cut from it when somebody asks - 9 ns each, and of a browser's 16 lines few are ever asked for: 600 → 450 ns for its request.
import { KNOWN_NAMES, KNOWN_SPELLINGS } from './known-names.ts'

/**
 * Numbers noted for each line, all counted from the base: where the name starts; which known name it is, or the complement of its
 * length (always negative); where the value starts and ends.
 */
export const MARKS_PER_LINE = 4

/** Index in the text of the first octet of line `line`. */
export function parsedStart(marks: readonly number[], line: number): number {
  return marks[line * MARKS_PER_LINE]
}

/** The name of line `line` in lower case. */
export function parsedName(text: string, marks: readonly number[], line: number): string {
  const known = marks[line * MARKS_PER_LINE + 1]
  return known >= 0 ? KNOWN_NAMES[known] : parsedSpelling(text, marks, line).toLowerCase()
}

/** The name of line `line` as it came. */
export function parsedSpelling(text: string, marks: readonly number[], line: number): string {
  const start = marks[line * MARKS_PER_LINE]
  const known = marks[line * MARKS_PER_LINE + 1]
  return text.substring(start, start + (known >= 0 ? KNOWN_NAMES[known].length : ~known))
}

/** The value of line `line`. */
export function parsedValue(text: string, marks: readonly number[], line: number): string {
  return text.substring(marks[line * MARKS_PER_LINE + 2], marks[line * MARKS_PER_LINE + 3])
}

/**
 * The first line from line `from` on whose name is `name`, or -1.
 *
 * @param name in lower case; a known name also as programs spell it, each word capitalised
 */
export function findParsed(
  text: string,
  marks: readonly number[],
  name: string,
  from: number,
): number {
  const wanted = KNOWN_SPELLINGS.get(name)
  // Names that are not known are told apart by their lengths before a string is made.
  const mark = wanted === undefined ? ~name.length : wanted
  for (let i = from * MARKS_PER_LINE + 1; i < marks.length; i += MARKS_PER_LINE) {
    if (marks[i] !== mark) continue
    const line = (i - 1) / MARKS_PER_LINE
    if (wanted !== undefined || parsedName(text, marks, line) === name) return line
  }
  return -1
}
