// status-line   = HTTP-version SP status-code SP [ reason-phrase ] CRLF      (RFC 9112 §4)
// HTTP-version  = "HTTP" "/" DIGIT "." DIGIT                                (RFC 9112 §2.3)
// status-code   = 3DIGIT
// reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )
//
// How it works: up to the reason phrase every octet has its place, counted from the base, so where to go on is one number.
import { describeOctet, INCOMPLETE, latin1Slice, octetTable, ProtocolError } from '@rawhttp/headers'
import type { ReceiveBuffer } from '@rawhttp/headers'
import type { HttpVersion } from '@rawhttp/message-framing'
import { RESPONSE_PARSER_FAULTS } from './faults.ts'
import type { ResponseFaultCode } from './faults.ts'

const HTAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SP = 0x20
const ZERO = 0x30
const ONE = 0x31
const NINE = 0x39

const REASON_PHRASE = octetTable('\t', [' ', '~'], ['\x80', '\xff'])

// "HTTP/1.1" as words of four octets, little-endian.
const HTTP_ = 0x50545448
const SLASH_1_1 = 0x312e312f
const VERSION = 'HTTP/1.1'
const MAJOR = 5
const MINOR = 7
const VERSION_END = 8
const CODE_START = 9
const CODE_END = 12
/** Where the reason phrase begins. */
const PREFIX_END = 13

/** Reads one status line in as many pieces as it comes. */
export class StatusLineReader {
  httpVersion: HttpVersion = '1.1'
  statusCode = 0
  /** Whether anything has come. */
  started = false
  /** Whether the line has been read to its end. */
  complete = false
  /** Distance from the base behind the last octet of the reason phrase. */
  reasonEnd = 0
  readonly #maxBytes: number
  #position = 0

  /** @param maxBytes bound of the line, in octets */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Distance from the base of the first octet of the reason phrase. */
  get reasonStart(): number {
    return PREFIX_END
  }

  /** Gets ready for a line that starts at the base. */
  begin(): void {
    this.started = false
    this.complete = false
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
    const { octets, view, end } = buffer
    this.started ||= end > base
    let position = base + this.#position
    if (position < base + PREFIX_END) {
      position = isOrdinaryPrefix(octets, view, base)
        ? base + PREFIX_END
        : this.#readPrefix(octets, base, position, end)
      if (position === base + PREFIX_END) this.#notePrefix(octets, base)
    }
    if (position >= base + PREFIX_END) {
      while (REASON_PHRASE[octets[position]] === 1) position++
      if (position < end - 1 || (position < end && octets[position] !== CR)) {
        if (octets[position] !== CR || octets[position + 1] !== LF) {
          this.#failAtReason(octets, base, position)
        }
        this.reasonEnd = position - base
        position += 2
        this.complete = true
      }
    }
    this.#position = position - base
    if ((this.complete ? position : end) - base > this.#maxBytes) this.#failTooLong()
    return this.complete ? position : INCOMPLETE
  }

  // Octet by octet, up to the reason phrase, the end of the octets, or a CR that may be a bare one.
  #readPrefix(octets: Uint8Array, base: number, position: number, end: number): number {
    const prefixEnd = Math.min(end, base + PREFIX_END)
    for (; position < prefixEnd; position++) {
      const octet = octets[position]
      const offset = position - base
      if (octet === CR && position + 1 === end) break
      if (offset < VERSION_END) {
        const digit = offset === MAJOR || offset === MINOR
        if (digit ? !isDigit(octet) : octet !== VERSION.charCodeAt(offset)) {
          this.#failAt('ERR_HTTP_VERSION', '"HTTP/1.1"', octets, base, position)
        }
        if (offset === MINOR && octets[base + MAJOR] !== ONE) {
          const version = latin1Slice(octets, base, position + 1)
          this.#fail('ERR_HTTP_VERSION_UNSUPPORTED', 'HTTP/1.1', version, MAJOR)
        }
      } else if (offset === CODE_START && (octet === SP || octet === HTAB)) {
        this.#fail('ERR_STATUS_LINE', 'one space', 'white space behind it', offset)
      } else if (offset >= CODE_START && offset < CODE_END) {
        // RFC 9110 §15: the first digit is the class, and there is none of 0.
        if (!isDigit(octet) || (offset === CODE_START && octet === ZERO)) {
          this.#failAt('ERR_STATUS_CODE', 'three digits, 100 or above', octets, base, position)
        }
      } else if (octet !== SP) {
        const part = offset === VERSION_END ? 'version' : 'status code'
        this.#failAt('ERR_STATUS_LINE', `a space behind the ${part}`, octets, base, position)
      }
    }
    return position
  }

  #notePrefix(octets: Uint8Array, base: number): void {
    // RFC 9110 §2.5: a higher minor version is read as the highest one that is known.
    this.httpVersion = octets[base + MINOR] === ZERO ? '1.0' : '1.1'
    const [hundreds, tens, units] = [octets[base + 9], octets[base + 10], octets[base + 11]]
    this.statusCode = hundreds * 100 + tens * 10 + units - ZERO * 111
  }

  #failAtReason(octets: Uint8Array, base: number, position: number): never {
    const expected = 'visible characters, spaces and tabs, then CR LF'
    this.#failAt('ERR_REASON_PHRASE', expected, octets, base, position)
  }

  // What is expected is not there: where a line ends instead, that is the fault.
  #failAt(
    code: ResponseFaultCode,
    expected: string,
    octets: Uint8Array,
    base: number,
    position: number,
  ): never {
    const octet = octets[position]
    const offset = position - base
    if (octet === LF) this.#fail('ERR_BARE_LF', 'CR before LF', 'LF alone', offset)
    if (octet !== CR) this.#fail(code, expected, describeOctet(octet), offset)
    const next = octets[position + 1]
    if (next !== LF) this.#fail('ERR_BARE_CR', 'LF behind CR', describeOctet(next), offset + 1)
    this.#fail('ERR_STATUS_LINE', expected, 'the end of the line', offset)
  }

  // What stands behind the limit was never to be read, so whether it is right cannot matter - however the octets are delivered.
  #fail(
    code: ResponseFaultCode | 'ERR_BARE_CR' | 'ERR_BARE_LF',
    expected: string,
    received: string,
    offset: number,
  ): never {
    if (offset >= this.#maxBytes) this.#failTooLong()
    throw new ProtocolError(RESPONSE_PARSER_FAULTS[code], expected, received, offset)
  }

  #failTooLong(): never {
    const expected = `at most ${this.#maxBytes} octets`
    const fault = RESPONSE_PARSER_FAULTS.ERR_STATUS_LINE_TOO_LONG
    throw new ProtocolError(fault, expected, 'more', this.#maxBytes)
  }
}

// What nearly every response begins with: HTTP/1.1 and a status code, a space behind each. The zero behind the last octet keeps it
// from being found in what is not there yet.
function isOrdinaryPrefix(octets: Uint8Array, view: DataView, base: number): boolean {
  return (
    view.getInt32(base, true) === HTTP_ &&
    view.getInt32(base + 4, true) === SLASH_1_1 &&
    octets[base + VERSION_END] === SP &&
    octets[base + CODE_START] !== ZERO &&
    isDigit(octets[base + CODE_START]) &&
    isDigit(octets[base + CODE_START + 1]) &&
    isDigit(octets[base + CODE_START + 2]) &&
    octets[base + CODE_END] === SP
  )
}

function isDigit(octet: number): boolean {
  return octet >= ZERO && octet <= NINE
}
