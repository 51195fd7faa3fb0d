// request-line = method SP request-target SP HTTP-version CRLF      (RFC 9112 §3)
// method       = token, here without lower-case letters: every registered method is in capitals, and "get" is a mistake
// HTTP-version = "HTTP" "/" DIGIT "." DIGIT                         (RFC 9112 §2.3)
//
// How it works: as the field section's reader, octets are looked at once and places are noted; the words are cut from one string
// when the whole head is there. Nothing is split, trimmed or repaired.
import { describeOctet, INCOMPLETE, latin1Slice, octetTable, ProtocolError } from '@rawhttp/headers'
import type { ReceiveBuffer } from '@rawhttp/headers'
import type { HttpVersion } from '@rawhttp/message-framing'
import { PARSER_FAULTS } from './faults.ts'
import type { RequestFaultCode } from './faults.ts'

// Where in the line the reader is. Numbers, not words: each comparison with a word asks first whether it is an internalized string.
const EMPTY_LINES = 0
const IN_METHOD = 1
const IN_PATH = 2
const IN_QUERY = 3
const IN_VERSION = 4
const COMPLETE = 5

const LF = 0x0a
const CR = 0x0d
const SP = 0x20
const ZERO = 0x30
const ONE = 0x31
const NINE = 0x39
const QUESTION_MARK = 0x3f
// The first octet of a TLS handshake: whoever sends it meant the other port.
const TLS_HANDSHAKE = 0x16

const METHOD = octetTable("!#$%&'*+-.^_`|~", ['0', '9'], ['A', 'Z'])
// What a URI may hold up to its query (RFC 3986 §2), and ^ ` { | } [ ], which are sent raw and mean nothing to anybody. DQUOTE < > #
// are refused, as are all controls, space and octets above 0x7E; and "\", which some take for "/". The two digits behind "%" are
// left for whoever decodes.
const PATH = octetTable("!=@_~'`|{}[]^", ['$', ';'], ['A', 'Z'], ['a', 'z'])
// In a query browsers send "\" raw, and there it is a character like any other.
const QUERY = octetTable("!=?@_~'`|{}[]^\\", ['$', ';'], ['A', 'Z'], ['a', 'z'])

// "HTTP/1.1" and the beginnings of methods as words of four octets, little-endian.
const HTTP_ = 0x50545448
const SLASH_1_1 = 0x312e312f
const GET_ = 0x20544547
const PUT_ = 0x20545550
const POST = 0x54534f50
const HEAD = 0x44414548
const DELE = 0x454c4544
const LETE = 0x4554454c
const PATC = 0x43544150
const TCH_ = 0x20484354
const OPTI = 0x4954504f
const ONS_ = 0x20534e4f
const VERSION = 'HTTP/1.1'
const MAJOR = 5
const MINOR = 7

/** Reads one request line, and the empty lines before it, in as many pieces as it comes. */
export class RequestLineReader {
  /** Distance from the base of the first octet of the method, behind the last of it, and so on; noted as they are read. */
  methodStart = 0
  methodEnd = 0
  targetStart = 0
  targetEnd = 0
  httpVersion: HttpVersion = '1.1'
  /** The method when it is one that most requests have, so that no string need be made. */
  knownMethod: string | undefined
  readonly #maxBytes: number
  #phase = EMPTY_LINES
  #position = 0

  /** @param maxBytes bound of the line with the empty lines before it, in octets */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether anything but empty lines has come. */
  get started(): boolean {
    return this.#phase !== EMPTY_LINES
  }

  /** Whether the line has been read to its end. */
  get complete(): boolean {
    return this.#phase === COMPLETE
  }

  /** Gets ready for a line that starts at the base. */
  begin(): void {
    this.knownMethod = undefined
    this.#phase = EMPTY_LINES
    this.#position = 0
  }

  /**
   * Goes on reading.
   *
   * @param buffer memory that holds what was given to earlier calls at the same distance from `base`, and more behind it
   * @returns the index in `buffer` behind the line, or INCOMPLETE
   * @throws ProtocolError
   */
  read(buffer: ReceiveBuffer, base: number): number {
    if (this.#position === 0) {
      const lineEnd = this.#readUsual(buffer, base)
      if (lineEnd !== INCOMPLETE) return lineEnd
    }
    return this.#readAny(buffer, base)
  }

  // A line as nearly all are, at a glance: 10 ns against 30. Whatever else it is, or when it is not whole, nothing has been read.
  #readUsual({ octets, view }: ReceiveBuffer, base: number): number {
    const method = methodAt(view, base)
    if (method === undefined) return INCOMPLETE
    const targetStart = base + method.length + 1
    let position = endOfPath(octets, targetStart)
    if (octets[position] === QUESTION_MARK) position = endOfQuery(octets, position)
    if (
      octets[position] !== SP ||
      position === targetStart ||
      view.getInt32(position + 1, true) !== HTTP_ ||
      view.getInt32(position + 5, true) !== SLASH_1_1 ||
      octets[position + 9] !== CR ||
      octets[position + 10] !== LF
    ) {
      return INCOMPLETE
    }
    const lineBytes = position + 11 - base
    if (lineBytes > this.#maxBytes) return INCOMPLETE
    this.knownMethod = method
    this.methodStart = 0
    this.methodEnd = method.length
    this.targetStart = targetStart - base
    this.targetEnd = position - base
    this.httpVersion = '1.1'
    this.#phase = COMPLETE
    this.#position = lineBytes
    return position + 11
  }

  #readAny(buffer: ReceiveBuffer, base: number): number {
    const { octets, view, end } = buffer
    let phase = this.#phase
    let position = base + this.#position

    if (phase === EMPTY_LINES) {
      // §2.2: a server should ignore at least one empty line before a request.
      while (octets[position] === CR && octets[position + 1] === LF) position += 2
      if (position - base >= this.#maxBytes) this.#failIfEmptyLinesOnly(octets, base, position)
      if (!endsAt(octets, position, end)) {
        this.methodStart = position - base
        phase = IN_METHOD
        this.knownMethod = methodAt(view, position)
        if (this.knownMethod !== undefined) position += this.knownMethod.length
      }
    }
    if (phase === IN_METHOD) {
      while (METHOD[octets[position]] === 1) position++
      if (!endsAt(octets, position, end)) {
        this.methodEnd = position - base
        if (octets[position] !== SP || this.methodEnd === this.methodStart) {
          this.#failAtMethod(octets, base, position)
        }
        // It may have come in pieces.
        this.knownMethod ??= methodAt(view, base + this.methodStart)
        position++
        this.targetStart = position - base
        phase = IN_PATH
      }
    }
    if (phase === IN_PATH || phase === IN_QUERY) {
      position = this.#readTarget(buffer, base, position, phase)
      phase = this.#phase
    }
    if (phase === IN_VERSION) {
      const versionEnd = base + this.targetEnd + 1 + VERSION.length
      position = this.#readVersion(buffer, base, position)
      if (position === versionEnd && !endsAt(octets, position, end)) {
        if (octets[position] !== CR || octets[position + 1] !== LF) {
          this.#failAtLineEnd(octets, base, position)
        }
        position += 2
        phase = COMPLETE
      }
    }

    this.#phase = phase
    this.#position = position - base
    if ((phase === COMPLETE ? position : end) - base > this.#maxBytes) this.#failTooLong()
    return phase === COMPLETE ? position : INCOMPLETE
  }

  // Up to the space behind the target, and into the phase that is due then.
  #readTarget({ octets, end }: ReceiveBuffer, base: number, from: number, begun: number): number {
    let position = from
    let phase = begun
    if (phase === IN_PATH) {
      position = endOfPath(octets, position)
      if (octets[position] === QUESTION_MARK) phase = IN_QUERY
    }
    if (phase === IN_QUERY) position = endOfQuery(octets, position)
    this.#phase = phase
    if (endsAt(octets, position, end)) return position
    this.targetEnd = position - base
    if (octets[position] !== SP || this.targetEnd === this.targetStart) {
      this.#failAtTarget(octets, base, position)
    }
    this.#phase = IN_VERSION
    return position + 1
  }

  // HTTP/1.1 is seen at a glance, any other version octet by octet.
  #readVersion({ octets, view, end }: ReceiveBuffer, base: number, from: number): number {
    const start = base + this.targetEnd + 1
    if (view.getInt32(start, true) === HTTP_ && view.getInt32(start + 4, true) === SLASH_1_1) {
      this.httpVersion = '1.1'
      return start + VERSION.length
    }
    return this.#readOddVersion(octets, base, start, from, end)
  }

  #readOddVersion(
    octets: Uint8Array,
    base: number,
    start: number,
    from: number,
    end: number,
  ): number {
    let position = from
    const versionEnd = Math.min(end, start + VERSION.length)
    for (; position < versionEnd; position++) {
      const octet = octets[position]
      const index = position - start
      const digit = index === MAJOR || index === MINOR
      if (digit ? octet < ZERO || octet > NINE : octet !== VERSION.charCodeAt(index)) {
        this.#fail('ERR_HTTP_VERSION', '"HTTP/1.1"', describeOctet(octet), position - base)
      }
    }
    if (position === start + VERSION.length) {
      if (octets[start + MAJOR] !== ONE) {
        if (position - base > this.#maxBytes) this.#failTooLong()
        const version = latin1Slice(octets, start, position)
        this.#fail('ERR_HTTP_VERSION_UNSUPPORTED', 'HTTP/1.1', version, start + MAJOR - base)
      }
      // RFC 9110 §2.5: a higher minor version is read as the highest one that is known.
      this.httpVersion = octets[start + MINOR] === ZERO ? '1.0' : '1.1'
    }
    return position
  }

  #failAtMethod(octets: Uint8Array, base: number, position: number): never {
    const octet = octets[position]
    const offset = position - base
    this.#failIfLineEnd(octets, base, position, 'a space and the request target')
    if (octet === TLS_HANDSHAKE && offset === this.methodStart) {
      this.#fail('ERR_METHOD', 'a method', '0x16, the start of a TLS handshake', offset)
    }
    const expected = 'a token without lower-case letters, then a space'
    this.#fail('ERR_METHOD', expected, describeOctet(octet), offset)
  }

  #failAtTarget(octets: Uint8Array, base: number, position: number): never {
    const octet = octets[position]
    const offset = position - base
    this.#failIfLineEnd(octets, base, position, 'a space and the HTTP version')
    if (octet === SP) this.#fail('ERR_REQUEST_LINE', 'one space', 'a second one', offset)
    this.#fail('ERR_REQUEST_TARGET', 'a character of a URI', describeOctet(octet), offset)
  }

  #failAtLineEnd(octets: Uint8Array, base: number, position: number): never {
    this.#failIfLineEnd(octets, base, position, '')
    const received = describeOctet(octets[position])
    this.#fail('ERR_HTTP_VERSION', 'CR LF behind the version', received, position - base)
  }

  #failIfLineEnd(octets: Uint8Array, base: number, position: number, expected: string): void {
    const octet = octets[position]
    const offset = position - base
    if (octet === LF) this.#fail('ERR_BARE_LF', 'CR before LF', 'LF alone', offset)
    if (octet !== CR) return
    const next = octets[position + 1]
    if (next !== LF) this.#fail('ERR_BARE_CR', 'LF behind CR', describeOctet(next), offset + 1)
    this.#fail('ERR_REQUEST_LINE', expected, 'the end of the line', offset)
  }

  // What stands behind the limit was never to be read, so whether it is right cannot matter - however the octets are delivered.
  #fail(
    code: RequestFaultCode | 'ERR_BARE_CR' | 'ERR_BARE_LF',
    expected: string,
    received: string,
    offset: number,
  ): never {
    if (offset >= this.#maxBytes) this.#failTooLong()
    throw new ProtocolError(PARSER_FAULTS[code], expected, received, offset)
  }

  #failTooLong(): never {
    throw this.#overLimit('ERR_REQUEST_LINE_TOO_LONG', 'more')
  }

  // The octet at the limit, the first that may not be read, decides what was too long: empty lines or a request line.
  #failIfEmptyLinesOnly(octets: Uint8Array, base: number, position: number): void {
    if (position - base > this.#maxBytes || octets[position] === CR) {
      throw this.#overLimit('ERR_REQUEST_LINE', 'only empty lines')
    }
  }

  #overLimit(
    code: 'ERR_REQUEST_LINE' | 'ERR_REQUEST_LINE_TOO_LONG',
    received: string,
  ): ProtocolError {
    const expected = `at most ${this.#maxBytes} octets`
    return new ProtocolError(PARSER_FAULTS[code], expected, received, this.#maxBytes)
  }
}

function endOfPath(octets: Uint8Array, start: number): number {
  let position = start
  while (PATH[octets[position]] === 1) position++
  return position
}

function endOfQuery(octets: Uint8Array, start: number): number {
  let position = start
  while (QUERY[octets[position]] === 1) position++
  return position
}

// The method at `position` when it is a usual one and a space is behind it. A word of four octets costs what one octet does.
function methodAt(view: DataView, position: number): string | undefined {
  switch (view.getInt32(position, true)) {
    case GET_:
      return 'GET'
    case PUT_:
      return 'PUT'
    case POST:
      return view.getUint8(position + 4) === SP ? 'POST' : undefined
    case HEAD:
      return view.getUint8(position + 4) === SP ? 'HEAD' : undefined
    case DELE:
      return view.getInt32(position + 2, true) === LETE && view.getUint8(position + 6) === SP
        ? 'DELETE'
        : undefined
    case PATC:
      return view.getInt32(position + 2, true) === TCH_ ? 'PATCH' : undefined
    case OPTI:
      return view.getInt32(position + 4, true) === ONS_ ? 'OPTIONS' : undefined
    default:
      return undefined
  }
}

// Whether the octets end at `position`, or so close that a CR cannot be told from a bare one.
function endsAt(octets: Uint8Array, position: number, end: number): boolean {
  return position >= end - 1 && (position === end || octets[position] === CR)
}
