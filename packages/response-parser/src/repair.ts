// The one place where octets of a head are changed. It is come to only when the strict reader has refused a head for something that
// a rule lets pass, has the whole head as text, and makes of it what the strict reader then reads from its start: what no rule
// covers is left as it is, and refused there.
import type { Headers } from '@rawhttp/headers'
import { parseContentLength } from '@rawhttp/message-framing'
import type { ResponseParserFaultCode } from './faults.ts'
import { LENIENT_RULES } from './lenient-rules.ts'
import type { Anomaly, LenientRule } from './lenient-rules.ts'

/** A head as a strict reader takes it. */
export interface RepairedHead {
  readonly text: string
  readonly anomalies: readonly Anomaly[]
  /** The offset in the octets that came of what stands at `offset` in `text`. */
  originalOffset(offset: number): number
}

/** The faults of a head for which a rule is the remedy. */
export const HEAD_REMEDIES: {
  readonly [Rule in LenientRule]?: ResponseParserFaultCode
} = {
  'leading-empty-lines': 'ERR_STATUS_LINE',
  'bare-lf': 'ERR_BARE_LF',
  'status-line-whitespace': 'ERR_STATUS_LINE',
  'missing-reason-phrase': 'ERR_STATUS_LINE',
  'space-before-colon': 'ERR_FIELD_NAME',
  'obs-fold': 'ERR_OBS_FOLD',
}

const STATUS_LINE = /^(.{8})([ \t]+)([0-9]{3})([ \t]*)(.*)$/s
const SPACED_NAME = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)([ \t]+):/
const FOLD = /^[ \t]+/
const DIGITS = /^[ \t]*([0-9]+)[ \t]*$/

/**
 * Makes a head strict as far as `rules` allow.
 *
 * @param text the head as latin1, its last line empty
 */
export function repairHead(text: string, rules: ReadonlySet<LenientRule>): RepairedHead {
  const copy = new RepairedCopy()
  // The end of the last line is written when it is known that the next line does not go on with it.
  let lineEnd = ''
  let lineEndAt = 0
  let lines = 0
  let next = 0
  for (let start = 0; start < text.length; start = next) {
    const lineFeed = text.indexOf('\n', start)
    next = lineFeed + 1
    const bare = lineFeed === start || text[lineFeed - 1] !== '\r'
    const contentEnd = bare ? lineFeed : lineFeed - 1
    const content = text.slice(start, contentEnd)
    const mendedEnd = bare && rules.has('bare-lf')
    const ended = !bare || mendedEnd
    if (lines === 0 && content === '' && ended && rules.has('leading-empty-lines')) {
      if (start === 0) copy.note('leading-empty-lines', 0)
      continue
    }
    const fold = FOLD.exec(content)
    if (lines >= 2 && fold !== null && lineEnd === '\r\n' && rules.has('obs-fold')) {
      copy.note('obs-fold', start)
      copy.put(' ', lineEndAt)
      copy.put(content.slice(fold[0].length), start + fold[0].length)
    } else {
      copy.put(lineEnd, lineEndAt)
      if (lines === 0) putStatusLine(copy, content, start, rules)
      else putFieldLine(copy, content, start, rules)
      lines++
    }
    if (mendedEnd) copy.note('bare-lf', lineFeed)
    lineEnd = ended ? '\r\n' : '\n'
    lineEndAt = contentEnd
  }
  copy.put(lineEnd, lineEndAt)
  return copy
}

/**
 * Mends the framing fields after they were refused.
 *
 * @param code why they were
 * @returns what was let pass, or undefined: nothing has changed
 */
export function repairFraming(
  headers: Headers,
  code: string,
  rules: ReadonlySet<LenientRule>,
): Anomaly | undefined {
  const offset = headers.offsetOf('content-length')
  const lengths = headers.getAll('content-length')
  if (code === 'ERR_FRAMING_CONFLICT' && rules.has('content-length-beside-chunked')) {
    // One length, beside chunked alone: no other coding says where the body ends, and two lengths are another mistake.
    const chunked = headers.get('transfer-encoding')?.toLowerCase() === 'chunked'
    if (!chunked || lengths.length > 1 || !isLength(lengths[0])) return undefined
    // RFC 9112 §6.3 rule 3: taken out, so that who passes the response on does not pass on two lengths.
    headers.delete('content-length')
    return anomaly('content-length-beside-chunked', offset)
  }
  if (code === 'ERR_CONTENT_LENGTH' && rules.has('repeated-content-length')) {
    // Not listMembers, which leaves empty members out: one that says no number is another mistake.
    const [first, ...others] = lengths
      .join()
      .split(',')
      .map((member) => DIGITS.exec(member)?.[1])
    if (first === undefined || !isLength(first)) return undefined
    if (others.length === 0 || others.some((other) => other !== first)) return undefined
    headers.set('Content-Length', first)
    return anomaly('repeated-content-length', offset)
  }
  return undefined
}

function isLength(value: string | undefined): boolean {
  return value !== undefined && parseContentLength(value) !== undefined
}

function putStatusLine(
  copy: RepairedCopy,
  content: string,
  start: number,
  rules: ReadonlySet<LenientRule>,
): void {
  const [, version = '', before = '', code = '', behind = '', reason = ''] =
    STATUS_LINE.exec(content) ?? []
  if (version === '') {
    copy.put(content, start)
    return
  }
  const codeStart = start + version.length + before.length
  const codeEnd = codeStart + code.length
  copy.put(version, start)
  copy.putSpace(before, start + version.length, rules)
  copy.put(code, codeStart)
  if (behind === '' && reason === '' && rules.has('missing-reason-phrase')) {
    copy.note('missing-reason-phrase', codeEnd)
    copy.put(' ', codeEnd)
  } else if (behind.startsWith('\t')) {
    copy.putSpace(behind, codeEnd, rules)
  } else {
    // A space, and those behind it: the grammar has them in the reason phrase.
    copy.put(behind, codeEnd)
  }
  copy.put(reason, codeEnd + behind.length)
}

function putFieldLine(
  copy: RepairedCopy,
  content: string,
  start: number,
  rules: ReadonlySet<LenientRule>,
): void {
  const [, name = '', space = ''] = SPACED_NAME.exec(content) ?? []
  if (space === '' || !rules.has('space-before-colon')) {
    copy.put(content, start)
    return
  }
  const spaceStart = name.length
  const colon = spaceStart + space.length
  copy.put(name, start)
  copy.note('space-before-colon', start + spaceStart)
  copy.put(content.slice(colon), start + colon)
}

class RepairedCopy implements RepairedHead {
  text = ''
  readonly anomalies: Anomaly[] = []
  // For each part that was put: where it begins in `text`, and where it stood.
  readonly #begins: number[] = []
  readonly #stood: number[] = []

  put(part: string, stood: number): void {
    this.#begins.push(this.text.length)
    this.#stood.push(stood)
    this.text += part
  }

  /** Puts one space for white space in the status line, when that is let pass and is not one already. */
  putSpace(whitespace: string, stood: number, rules: ReadonlySet<LenientRule>): void {
    const mended = whitespace !== ' ' && rules.has('status-line-whitespace')
    if (mended) this.note('status-line-whitespace', stood)
    this.put(mended ? ' ' : whitespace, stood)
  }

  note(rule: LenientRule, offset: number): void {
    this.anomalies.push(anomaly(rule, offset))
  }

  originalOffset(offset: number): number {
    const part = this.#begins.findLastIndex((begins) => begins <= offset)
    return this.#stood[part] + offset - this.#begins[part]
  }
}

function anomaly(rule: LenientRule, offset: number): Anomaly {
  return { rule, offset, section: LENIENT_RULES[rule].section }
}
