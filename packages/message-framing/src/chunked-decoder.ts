// chunked-body   = *chunk last-chunk trailer-section CRLF                       (RFC 9112 §7.1)
// chunk          = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
// chunk-size     = 1*HEXDIG
// last-chunk     = 1*"0" [ chunk-ext ] CRLF
// chunk-ext      = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )      (§7.1.1)
// chunk-ext-name = token, chunk-ext-val = token / quoted-string
//
// How it works: ChunkSize → (Extension …) → LineFeed → data → DataEnd → ChunkSize …; behind a size of 0 the trailer section.
// Framing is taken octet by octet and never stored, content is only pointed at. What nearly every chunk begins with - CR LF behind
// the last one, a size, CR LF, all of it there - is read at a glance, with the same digits and bounds. There is no leniency anywhere: readers that took
// a bare LF, a space or an odd size for the end of a line have been played against those that did not.
import { describeOctet, ProtocolError, UsageError } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import { describeValue } from './argument-checks.ts'
import type { BodyDecoder } from './body-decoder.ts'
import { extensionStateAfter } from './chunk-extension.ts'
import type { ExtensionState } from './chunk-extension.ts'
import { FRAMING_FAULTS } from './faults.ts'
import type { FramingFaultCode } from './faults.ts'
import { TrailerSection } from './trailer-section.ts'
import type { UnfitTrailers } from './trailer-fields.ts'

/** Bounds of a chunked body. */
export interface ChunkedLimits {
  /** Octets of content. */
  readonly maxBodyBytes: number
  /** Octets of the extensions of one chunk. */
  readonly maxChunkExtensionBytes: number
  /** Octets of the trailer section, the empty line included. */
  readonly maxTrailerSectionBytes: number
  /** Field lines of the trailer section. */
  readonly maxFieldLines: number
}

// `DataEnd` also while there is data to come, which #remaining says.
type State =
  'ChunkSize' | ExtensionState | 'DataEnd' | 'DataEndLineFeed' | 'TrailerSection' | 'Complete'

const HTAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SP = 0x20
const SEMICOLON = 0x3b

const NO_DIGIT = 16
const HEX_VALUE = new Uint8Array(256).fill(NO_DIGIT)
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16)
  HEX_VALUE[digit.charCodeAt(0)] = value
  HEX_VALUE[digit.toUpperCase().charCodeAt(0)] = value
}

// 12 digits are 256 TiB and far below 2^53: no size can wrap round to a small one, and no row of zeros goes on for ever.
const MAX_SIZE_DIGITS = 12
// The digits that are read at a glance: with more the size would not fit a small integer. And the octets that must be there for it.
const USUAL_DIGITS = 7
const USUAL_BYTES = USUAL_DIGITS + 4
// What is not content may be this much, and this many times the content. Chunks of one octet pass; chunks made of extensions,
// the attack that made one octet cost a thousand, do not.
const FREE_OVERHEAD_BYTES = 16384
const OVERHEAD_PER_CONTENT_BYTE = 16

/** Reads a chunked body and its trailer section. Use it again for the next body with `begin`. */
export class ChunkedDecoder implements BodyDecoder {
  contentStart = 0
  contentEnd = 0
  complete = false
  readonly #limits: ChunkedLimits
  #state: State = 'ChunkSize'
  #size = 0
  #digits = 0
  #remaining = 0
  #extensionBytes = 0
  #contentBytes = 0
  #overheadBytes = 0
  // Octets of the message before the first octet of the current call, for error offsets.
  #offset = 0
  // Nothing behind a fault can be trusted: the same one comes again.
  #failure: ProtocolError | undefined
  readonly #trailerSection: TrailerSection

  /**
   * @param unfitTrailers what becomes of a trailer field that may not be one (RFC 9110 §6.5.1), see UnfitTrailers (default `refuse`)
   * @throws UsageError ERR_OPTION when a limit is missing or below 0: it would be no limit; when unfitTrailers is none
   */
  constructor(limits: ChunkedLimits, unfitTrailers: UnfitTrailers = 'refuse') {
    this.#limits = checkedLimits(limits)
    this.#trailerSection = new TrailerSection(this.#limits, unfitTrailers)
  }

  /** Gets ready for a body whose first octet is the message's octet `offset` (default 0; it only appears in errors). */
  begin(offset = 0): void {
    this.complete = false
    this.#state = 'ChunkSize'
    this.#size = 0
    this.#digits = 0
    this.#remaining = 0
    this.#extensionBytes = 0
    this.#contentBytes = 0
    this.#overheadBytes = 0
    this.#offset = offset
    this.#failure = undefined
    this.#trailerSection.begin(offset)
  }

  /** The trailer section, or undefined when it was empty or has not been read yet. */
  get trailers(): Headers | undefined {
    return this.#trailerSection.trailers
  }

  /** The fields of the trailer section that may not stand there and were discarded, or undefined when there were none. */
  get discardedTrailers(): Headers | undefined {
    return this.#trailerSection.discarded
  }

  /** Octets of an unfinished trailer section that are held until the rest comes. */
  get heldBytes(): number {
    return this.#trailerSection.heldBytes
  }

  decode(octets: Uint8Array, start: number, end: number): number {
    let position = start
    if (this.#remaining === 0) position = this.#readToContent(octets, start, end)
    this.contentStart = position
    const remaining = this.#remaining
    const count = Math.min(remaining, end - position)
    this.#remaining = remaining - count
    position += count
    this.contentEnd = position
    this.#offset += position - start
    return position
  }

  #readToContent(octets: Uint8Array, start: number, end: number): number {
    if (this.#failure !== undefined) throw this.#failure
    try {
      const position = this.#readUsualSize(octets, start, end)
      return this.#remaining > 0 ? position : this.#readFraming(octets, start, position, end)
    } catch (error) {
      if (error instanceof ProtocolError) this.#failure = error
      throw error
    }
  }

  // CR LF behind the data and a size line without extensions, when all of it is there; otherwise nothing is read.
  #readUsualSize(octets: Uint8Array, start: number, end: number): number {
    if (this.#state !== 'DataEnd' || end - start < USUAL_BYTES) return start
    if (octets[start] !== CR || octets[start + 1] !== LF) return start
    const sizeStart = start + 2
    let position = sizeStart
    let size = 0
    for (; position < sizeStart + USUAL_DIGITS; position++) {
      const value = HEX_VALUE[octets[position]]
      if (value === NO_DIGIT) break
      size = (size << 4) | value
    }
    if (octets[position] !== CR || octets[position + 1] !== LF || position === sizeStart) {
      return start
    }
    this.#beginChunk(position + 2 - start, size, position - sizeStart)
    return position + 2
  }

  // Reads up to content, the end of the body or the end of the octets.
  #readFraming(octets: Uint8Array, start: number, from: number, end: number): number {
    let position = from
    while (position < end && this.#remaining === 0) {
      const octet = octets[position]
      switch (this.#state) {
        case 'ChunkSize':
          position = this.#readSize(octets, start, position, end)
          break
        case 'LineFeed':
          position = this.#endSizeLine(octets, start, position, this.#size, this.#digits)
          break
        case 'DataEnd':
          if (octet !== CR) {
            this.#fail('ERR_CHUNK_DATA', 'CR behind the data', octet, position - start)
          }
          position++
          if (position === end) {
            this.#state = 'DataEndLineFeed'
            break
          }
          position = this.#endData(octets, start, position, end)
          break
        case 'DataEndLineFeed':
          position = this.#endData(octets, start, position, end)
          break
        case 'TrailerSection':
          position = this.#trailerSection.read(octets, position, end)
          if (this.#trailerSection.complete) this.#finish()
          break
        case 'Complete':
          return position
        default:
          this.#state = this.#readExtension(this.#state, octet, position - start)
          position++
      }
    }
    return position
  }

  // The LF behind chunk data, and what there is of the next size line: they nearly always come together.
  #endData(octets: Uint8Array, start: number, position: number, end: number): number {
    if (octets[position] !== LF) {
      this.#fail('ERR_CHUNK_DATA', 'LF behind CR', octets[position], position - start)
    }
    this.#size = 0
    this.#digits = 0
    this.#state = 'ChunkSize'
    return position + 1 < end ? this.#readSize(octets, start, position + 1, end) : end
  }

  #readSize(octets: Uint8Array, start: number, position: number, end: number): number {
    let size = this.#size
    let digits = this.#digits
    while (position < end) {
      const value = HEX_VALUE[octets[position]]
      if (value === NO_DIGIT) break
      if (++digits > MAX_SIZE_DIGITS) {
        const expected = `at most ${MAX_SIZE_DIGITS} digits`
        this.#fail('ERR_CHUNK_SIZE', expected, octets[position], position - start)
      }
      size = size * 16 + value
      position++
    }
    if (position === end) return this.#pauseSize(size, digits, end)
    const octet = octets[position]
    if (digits === 0) {
      this.#fail('ERR_CHUNK_SIZE', 'a hexadecimal digit', octet, position - start)
    }
    if (octet === CR) {
      if (position + 1 < end) return this.#endSizeLine(octets, start, position + 1, size, digits)
      this.#state = 'LineFeed'
    } else if (octet === SEMICOLON || octet === SP || octet === HTAB) {
      this.#extensionBytes = 1
      this.#state = octet === SEMICOLON ? 'BeforeExtensionName' : 'BeforeExtension'
    } else {
      const expected = 'a hexadecimal digit, ";" or CR LF'
      this.#fail('ERR_CHUNK_SIZE', expected, octet, position - start)
    }
    return this.#pauseSize(size, digits, position + 1)
  }

  #pauseSize(size: number, digits: number, position: number): number {
    this.#size = size
    this.#digits = digits
    return position
  }

  // One octet of the extensions. They are checked and dropped: none is registered, and what nobody reads must not cost memory.
  #readExtension(
    state: Exclude<ExtensionState, 'LineFeed'>,
    octet: number,
    index: number,
  ): ExtensionState {
    if (octet !== CR && ++this.#extensionBytes > this.#limits.maxChunkExtensionBytes) {
      const expected = `at most ${this.#limits.maxChunkExtensionBytes} octets in a chunk`
      throw this.#violation('ERR_CHUNK_EXTENSION_TOO_LARGE', expected, 'more', index)
    }
    const next = extensionStateAfter(state, octet)
    if (next === undefined) {
      const expected = '";name" or ";name=value", then CR LF'
      this.#fail('ERR_CHUNK_EXTENSION', expected, octet, index)
    }
    return next
  }

  #endSizeLine(
    octets: Uint8Array,
    start: number,
    position: number,
    size: number,
    digits: number,
  ): number {
    if (octets[position] !== LF) {
      this.#fail('ERR_CHUNK_SIZE', 'LF behind CR', octets[position], position - start)
    }
    this.#beginChunk(position + 1 - start, size, digits)
    return position + 1
  }

  // Behind a size line, which ends before `index`.
  #beginChunk(index: number, size: number, digits: number): void {
    const contentBytes = this.#contentBytes + size
    const overheadBytes = this.#overheadBytes + digits + this.#extensionBytes + 4
    if (contentBytes > this.#limits.maxBodyBytes) {
      const expected = `at most ${this.#limits.maxBodyBytes} octets`
      throw this.#violation('ERR_BODY_TOO_LARGE', expected, `${contentBytes}`, index)
    }
    if (overheadBytes > FREE_OVERHEAD_BYTES + OVERHEAD_PER_CONTENT_BYTE * contentBytes) {
      const expected = `${FREE_OVERHEAD_BYTES} octets and ${OVERHEAD_PER_CONTENT_BYTE} for each of content at most`
      throw this.#violation('ERR_CHUNK_OVERHEAD_TOO_LARGE', expected, `${overheadBytes}`, index)
    }
    this.#contentBytes = contentBytes
    this.#overheadBytes = overheadBytes
    this.#extensionBytes = 0
    if (size > 0) {
      this.#remaining = size
      this.#state = 'DataEnd'
    } else {
      this.#trailerSection.begin(this.#offset + index)
      this.#state = 'TrailerSection'
    }
  }

  #finish(): void {
    this.#state = 'Complete'
    this.complete = true
  }

  #fail(code: FramingFaultCode, expected: string, octet: number, index: number): never {
    throw this.#violation(code, expected, describeOctet(octet), index)
  }

  #violation(
    code: FramingFaultCode,
    expected: string,
    received: string,
    index: number,
  ): ProtocolError {
    return new ProtocolError(FRAMING_FAULTS[code], expected, received, this.#offset + index)
  }
}

// A copy, so that the limits that are checked are those that hold.
function checkedLimits(given: ChunkedLimits): ChunkedLimits {
  const { maxBodyBytes, maxChunkExtensionBytes, maxTrailerSectionBytes, maxFieldLines } = given
  const limits = { maxBodyBytes, maxChunkExtensionBytes, maxTrailerSectionBytes, maxFieldLines }
  for (const [name, value] of Object.entries<unknown>(limits)) {
    if (typeof value === 'number' && value >= 0) continue
    const expected = 'a number of at least 0'
    throw new UsageError('ERR_OPTION', `${name}: expected ${expected}, got ${describeValue(value)}`)
  }
  return limits
}
