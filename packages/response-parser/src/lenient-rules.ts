// Each rule lets one mistake of old servers pass, and no other. All are off unless named: whatever can be read in two ways is what
// response splitting and cache poisoning are made of, when another reader on the way reads it the other way.

/** A mistake that may be let pass. */
export type LenientRule =
  | 'leading-empty-lines'
  | 'bare-lf'
  | 'status-line-whitespace'
  | 'missing-reason-phrase'
  | 'space-before-colon'
  | 'obs-fold'
  | 'repeated-content-length'
  | 'content-length-beside-chunked'

/** What a rule lets pass, where it is written, and what may come of it. */
export interface LenientRuleDescription {
  readonly section: string
  /** What is let pass, and as what it is read. */
  readonly reads: string
  readonly risk: string
}

/** Every rule, in the order of the RFC's sections. */
export const LENIENT_RULES: { readonly [Rule in LenientRule]: LenientRuleDescription } = {
  'leading-empty-lines': {
    section: 'RFC 9112 §2.2',
    reads: 'Empty lines before the status line are skipped.',
    risk: 'Octets too many behind the last response pass unseen.',
  },
  'bare-lf': {
    section: 'RFC 9112 §2.2',
    reads: 'LF alone ends a line of the head. Chunks and trailer sections stay strict.',
    risk: 'Who puts a LF into a field value puts a field into the response, or a whole response.',
  },
  'status-line-whitespace': {
    section: 'RFC 9112 §4',
    reads: 'Spaces and tabs around the status code are read as one space.',
    risk: 'A reader that counts spaces finds another status code, or none.',
  },
  'missing-reason-phrase': {
    section: 'RFC 9112 §4',
    reads: 'The status line may end directly behind the status code.',
    risk: 'Hardly any: a reader that wants the space refuses the response.',
  },
  'space-before-colon': {
    section: 'RFC 9112 §5.1',
    reads: 'Spaces and tabs between a field name and its colon are left out.',
    risk: 'A framing field is seen here that a reader on the way took for another field.',
  },
  'obs-fold': {
    section: 'RFC 9112 §5.2',
    reads: 'A line that begins with a space or tab goes on with the value of the line before it.',
    risk: 'A reader on the way took that line for a field of its own.',
  },
  'repeated-content-length': {
    section: 'RFC 9112 §6.3',
    reads: 'Content-Length that comes more than once with one and the same number is that number.',
    risk: 'Two parts of the server each think that they frame the response.',
  },
  'content-length-beside-chunked': {
    section: 'RFC 9112 §6.3',
    reads:
      'Chunked wins, the one Content-Length beside it is left out, and the connection does not persist.',
    risk: 'A reader on the way may have gone by the length: response splitting.',
  },
}

/** One use of a rule. */
export interface Anomaly {
  readonly rule: LenientRule
  /** Index of the octet where the mistake is, 0 being the first octet of the message. */
  readonly offset: number
  /** Where the rule is written, such as `RFC 9112 §2.2`. */
  readonly section: string
}
