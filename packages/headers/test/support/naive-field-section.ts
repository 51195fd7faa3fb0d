// A second reader of field sections that shares nothing with the first: the section as one string, split at line ends, each line
// held against a regular expression. Slow and obviously right, it is what the fast one is compared with.
import type { FieldLimits } from '../../src/index.ts'
import type { Outcome } from './deliveries.ts'

type NaiveResult =
  | { readonly kind: 'Complete'; readonly sectionBytes: number; readonly lines: [string, string][] }
  | { readonly kind: 'Incomplete' }
  | { readonly kind: 'Refused' }

const REFUSED: NaiveResult = { kind: 'Refused' }
const LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/
// How a line may begin: a name, then perhaps a colon and a value, then perhaps the CR of its end.
const BEGINNING = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?::[\t\x20-\x7e\x80-\xff]*)?)?\r?$/

/** What comes of the field section at the start of `text`, one character an octet. */
export function readNaively(text: string, limits: FieldLimits): NaiveResult {
  // Behind the line end in front, the empty line is a line end doubled wherever it stands.
  const end = `\r\n${text}`.indexOf('\r\n\r\n')
  return end === -1 ? readBeginning(text, limits) : readWhole(text.slice(0, end + 2), limits)
}

function readWhole(section: string, limits: FieldLimits): NaiveResult {
  if (section.length > limits.maxSectionBytes) return REFUSED
  const lines: [string, string][] = []
  for (const line of section.split('\r\n').slice(0, -2)) {
    const [, name, value] = LINE.exec(line) ?? []
    if (name === undefined || value === undefined) return REFUSED
    lines.push([name, value.replace(/^[\t ]+/, '').replace(/[\t ]+$/, '')])
  }
  if (lines.length > limits.maxFieldLines) return REFUSED
  return { kind: 'Complete', sectionBytes: section.length, lines }
}

function readBeginning(text: string, limits: FieldLimits): NaiveResult {
  const lines = text.split('\r\n')
  const last = lines.pop() ?? ''
  if (!lines.every((line) => LINE.test(line)) || !BEGINNING.test(last)) return REFUSED
  const begun = lines.length + (last === '' || last === '\r' ? 0 : 1)
  if (begun > limits.maxFieldLines || text.length > limits.maxSectionBytes) return REFUSED
  return { kind: 'Incomplete' }
}

/** Whether the reader and this one say the same: the same lines, both refuse, or both wait. */
export function agree(outcome: Outcome, naive: NaiveResult): boolean {
  if (outcome.kind !== 'Complete' || naive.kind !== 'Complete') return outcome.kind === naive.kind
  const fields = naive.lines.map(([name, value]) => [name.toLowerCase(), value])
  return (
    outcome.sectionBytes === naive.sectionBytes &&
    JSON.stringify(outcome.lines) === JSON.stringify(naive.lines) &&
    JSON.stringify(outcome.fields) === JSON.stringify(fields)
  )
}
