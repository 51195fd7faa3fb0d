// trailer-section = *( field-line CRLF )      (RFC 9112 §7.1.2)
// Its grammar is that of a header section, and so is its reader. That one wants contiguous memory; the octets go there in small
// steps, because those behind the section belong to the next message.
import {
  describeText,
  FieldSectionReader,
  Headers,
  INCOMPLETE,
  latin1Slice,
  ProtocolError,
  ReceiveBuffer,
} from '@rawhttp/headers'
import { FRAMING_FAULTS } from './faults.ts'
import { mayTrail, refusedTrailers } from './trailer-fields.ts'
import type { UnfitTrailers } from './trailer-fields.ts'

/** Bounds of a trailer section. */
export interface TrailerLimits {
  /** Octets of the trailer section, the empty line included. */
  readonly maxTrailerSectionBytes: number
  /** Field lines of the trailer section. */
  readonly maxFieldLines: number
}

const CR = 0x0d
const LF = 0x0a
const FIRST_ROOM_BYTES = 256
const STEP_BYTES = 1024

/** Reads the trailer section of a chunked body in as many pieces as it comes. */
export class TrailerSection {
  /** The section has been read to its end. */
  complete = false
  /** The fields, or undefined when there are none or the section is not complete. */
  trailers: Headers | undefined
  /** The fields that may not stand there, when they are discarded; undefined when there are none. */
  discarded: Headers | undefined
  readonly #limits: TrailerLimits
  readonly #refused: ReadonlySet<string>
  #reader: FieldSectionReader | undefined
  // Kept from one section to the next, as the reader is.
  #buffer: ReceiveBuffer | undefined
  #begun = false
  #offset = 0

  constructor(limits: TrailerLimits, unfit: UnfitTrailers) {
    this.#limits = limits
    this.#refused = refusedTrailers(unfit)
  }

  /** Octets that are held until the rest comes. */
  get heldBytes(): number {
    return this.#buffer?.end ?? 0
  }

  /** Gets ready for a section whose first octet is the message's octet `offset`. */
  begin(offset: number): void {
    this.complete = false
    this.trailers = undefined
    this.discarded = undefined
    this.#begun = false
    // What it grew to for one section is not kept for a connection that may idle for long.
    if (this.#buffer !== undefined && this.#buffer.octets.length > STEP_BYTES)
      this.#buffer = undefined
    this.#buffer?.clear()
    this.#offset = offset
  }

  /**
   * Goes on reading at `start`.
   *
   * @returns the index behind the last octet read
   * @throws ProtocolError as FieldSectionReader, with ERR_TRAILER_SECTION_TOO_LARGE for its size, and ERR_TRAILER_FIELD
   */
  read(octets: Uint8Array, start: number, end: number): number {
    if (!this.#begun && octets[start] === CR && start + 1 < end && octets[start + 1] === LF) {
      if (this.#limits.maxTrailerSectionBytes >= 2) {
        this.complete = true
        return start + 2
      }
    }
    const reader = this.#begunReader()
    const buffer = (this.#buffer ??= new ReceiveBuffer(FIRST_ROOM_BYTES))
    let position = start
    while (position < end) {
      const heldBefore = buffer.end
      const stepEnd = Math.min(end, position + STEP_BYTES)
      buffer.append(octets, position, stepEnd)
      const sectionEnd = reader.read(buffer, 0)
      if (sectionEnd !== INCOMPLETE) {
        this.#finish(reader, buffer, sectionEnd)
        return position + sectionEnd - heldBefore
      }
      position = stepEnd
    }
    return position
  }

  #begunReader(): FieldSectionReader {
    this.#reader ??= new FieldSectionReader(
      {
        maxSectionBytes: this.#limits.maxTrailerSectionBytes,
        maxFieldLines: this.#limits.maxFieldLines,
      },
      FRAMING_FAULTS.ERR_TRAILER_SECTION_TOO_LARGE,
    )
    if (!this.#begun) this.#reader.begin(0, this.#offset)
    this.#begun = true
    return this.#reader
  }

  #finish(reader: FieldSectionReader, buffer: ReceiveBuffer, sectionEnd: number): void {
    const trailers = new Headers()
    trailers.take(reader, latin1Slice(buffer.octets, 0, sectionEnd))
    buffer.clear()
    let unfit = false
    for (let line = 0; line < trailers.size; line++) {
      const name = trailers.nameAt(line)
      if (mayTrail(name)) continue
      if (this.#refused.has(name)) throw this.#refusal(trailers, name)
      unfit = true
    }
    if (unfit) this.#sort(trailers)
    else if (trailers.size > 0) this.trailers = trailers
    this.complete = true
  }

  // RFC 9110 §6.5.1: what may not stand here must not be merged into the headers, so it is kept apart.
  #sort(received: Headers): void {
    const trailers = new Headers()
    const discarded = new Headers()
    for (let line = 0; line < received.size; line++) {
      const fields = mayTrail(received.nameAt(line)) ? trailers : discarded
      fields.append(received.spellingAt(line), received.valueAt(line))
    }
    if (trailers.size > 0) this.trailers = trailers
    this.discarded = discarded
  }

  #refusal(trailers: Headers, name: string): ProtocolError {
    return new ProtocolError(
      FRAMING_FAULTS.ERR_TRAILER_FIELD,
      'fields that may come late',
      describeText(name),
      this.#offset + trailers.offsetOf(name),
    )
  }
}
