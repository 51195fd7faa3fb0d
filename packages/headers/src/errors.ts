// Who is at fault decides the class. A ProtocolError is the peer's: it carries all that is needed to answer. A UsageError is
// the caller's: a bug to mend, never caused by what arrives.

// As a function of its own, since it is asked for other classes.
const { [Symbol.hasInstance]: isOrdinaryInstance } = Function.prototype
const ERROR_TAGS: ReadonlySet<string> = new Set(['[object Error]', '[object DOMException]'])

/** One way to break the protocol, as data. Each package keeps its own in one table. */
export interface Fault {
  /** Stable name, part of the API: `ERR_…`. */
  readonly code: string
  /** The status code to answer with. */
  readonly status: number
  /** Where the rule is written, such as `RFC 9112 §5.1`. */
  readonly section: string
  /** The part of the message that is wrong, such as `Field name`. */
  readonly subject: string
  /** What the sender can do about it, one sentence. */
  readonly hint: string
}

/** The peer broke the protocol. All properties are data; the message is for people and not part of the API. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  /** Stable name of the fault: `ERR_…`. */
  readonly code: string
  /** The status code to answer with: 400 and up. */
  readonly status: number
  /** RFC and section of the rule that was broken. */
  readonly section: string
  /** What the sender can do about it. */
  readonly hint: string
  /** What would have been right at that place. */
  readonly expected: string
  /** What came in its place: at most 32 of the peer's octets, escaped. Undefined where nothing came in time. */
  readonly received: string | undefined
  /**
   * Index of the offending octet, 0 being the first octet of the message (or of what was handed to the function). Undefined where no
   * octet is at fault: at a deadline, or when there are too many connections. What a parser throws has one.
   */
  readonly offset: number | undefined

  /** @param received left out: the message says only that the subject is not what was `expected` */
  constructor(fault: Fault, expected: string, received?: string, offset?: number) {
    super(`${fault.subject}: ${describeFault(expected, received, offset)}`)
    this.code = fault.code
    this.status = fault.status
    this.section = fault.section
    this.hint = fault.hint
    this.expected = expected
    this.received = received
    this.offset = offset
  }
}

function describeFault(expected: string, received?: string, offset?: number): string {
  if (received === undefined) return `not ${expected}`
  const place = offset === undefined ? '' : ` at octet ${offset}`
  return `expected ${expected}, got ${received}${place}`
}

/** The caller made a mistake: a bad name or value, a call out of order, an option outside its range. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** Stable name of the mistake: `ERR_…`. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

recognizeCopies(ProtocolError, 'ProtocolError')
recognizeCopies(UsageError, 'UsageError')

/**
 * Lets `instanceof` tell what another copy of this package has made: npm installs two where two packages want two versions, and a
 * test runner may load one twice. An ordinary `instanceof` then says no to an error that is one by every other sign.
 *
 * @param kind the class; classes that extend it are told as ever
 * @param name the name that all copies know it by
 */
export function recognizeCopies(
  kind: abstract new (...given: never[]) => object,
  name: string,
): void {
  const brand = Symbol.for(`@rawhttp/headers ${name}`)
  Object.defineProperty(kind.prototype, brand, { value: true })
  Object.defineProperty(kind, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (isOrdinaryInstance.call(this, value)) return true
      return this === kind && typeof value === 'object' && value !== null && brand in value
    },
  })
}

/** Whether `value` is an error, of whatever realm: a test runner, an iframe and node:vm have an Error of their own. */
export function isError(value: unknown): value is Error {
  try {
    if (value instanceof Error) return true
    return ERROR_TAGS.has(Object.prototype.toString.call(value)) && hasMessage(value)
  } catch {
    return false
  }
}

/** `value` as an Error, whatever was thrown: also what cannot be shown, such as an object without a prototype. */
export function asError(value: unknown): Error {
  try {
    return isError(value) ? value : new Error(`Thrown: ${String(value)}`, { cause: value })
  } catch {
    return new Error('Thrown: a value that cannot be shown', { cause: value })
  }
}

function hasMessage(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'message' in value
}

const MAX_SHOWN_OCTETS = 32

/** Octets from `start` up to `end` as text that is safe to log: printable ASCII in quotes, the rest as `\xNN`, cut at 32. */
export function describeOctets(octets: Uint8Array, start: number, end: number): string {
  if (start >= end) return 'nothing'
  const shownEnd = Math.min(end, start + MAX_SHOWN_OCTETS)
  let text = ''
  for (let i = start; i < shownEnd; i++) text += escapeCode(octets[i])
  return `"${text}"${shownEnd < end ? '…' : ''}`
}

/** Text as it is safe to log: as `describeOctets`, with `\uNNNN` for what is no octet. */
export function describeText(text: string): string {
  if (text === '') return 'nothing'
  let shown = ''
  const shownEnd = Math.min(text.length, MAX_SHOWN_OCTETS)
  for (let i = 0; i < shownEnd; i++) shown += escapeCode(text.charCodeAt(i))
  return `"${shown}"${shownEnd < text.length ? '…' : ''}`
}

/** One octet as text that is safe to log, such as `0x5A "Z"` or `0x0D`. */
export function describeOctet(octet: number): string {
  const hexadecimal = `0x${octet.toString(16).toUpperCase().padStart(2, '0')}`
  return octet > 0x20 && octet < 0x7f
    ? `${hexadecimal} "${String.fromCharCode(octet)}"`
    : hexadecimal
}

function escapeCode(code: number): string {
  if (code === 0x22 || code === 0x5c) return `\\${String.fromCharCode(code)}`
  if (code >= 0x20 && code < 0x7f) return String.fromCharCode(code)
  const hexadecimal = code.toString(16)
  return code > 0xff ? `\\u${hexadecimal.padStart(4, '0')}` : `\\x${hexadecimal.padStart(2, '0')}`
}
