// How it works: the strict reader reads. Only when it refuses a head for something that a rule lets pass are the octets looked at
// again: up to the empty line, then mended by repairHead, and read strictly from the start. So a head in order is read as it is
// without any rule, and what a rule does is in one place.
import {
  INCOMPLETE,
  latin1Slice,
  latin1Write,
  ProtocolError,
  ReceiveBuffer,
} from '@rawhttp/headers'
import type { HeadReader } from '@rawhttp/message-framing'
import { RESPONSE_PARSER_FAULTS, responseError } from './faults.ts'
import type { Anomaly, LenientRule } from './lenient-rules.ts'
import type { ResponseLimits } from './limits.ts'
import { HEAD_REMEDIES, repairFraming, repairHead } from './repair.ts'
import type { RepairedHead } from './repair.ts'
import { ResponseHeadReader } from './response-head.ts'
import type { ResponseHead } from './response.ts'

const LF = 0x0a
const CR = 0x0d

/** Reads heads as ResponseHeadReader does, and those with mistakes that rules let pass. */
export class LenientHeadReader implements HeadReader<ResponseHead> {
  /** What was let pass in the head that was taken last. */
  anomalies: readonly Anomaly[] = []
  readonly #strict: ResponseHeadReader
  readonly #rules: ReadonlySet<LenientRule>
  readonly #repairable: ReadonlySet<string | undefined>
  readonly #maxBytes: number
  #requestMethod = ''
  #repairing = false
  // Distances from the base: how far the octets were looked at for the empty line, and where their last line began.
  #seenBytes = 0
  #lineStart = 0
  #hasLine = false

  constructor(limits: ResponseLimits, rules: ReadonlySet<LenientRule>) {
    this.#strict = new ResponseHeadReader(limits)
    this.#rules = rules
    this.#repairable = new Set([...rules].map((rule) => HEAD_REMEDIES[rule]))
    this.#maxBytes = limits.maxStatusLineBytes + limits.maxHeaderSectionBytes
  }

  /** Whether anything has come but empty lines that are let pass. */
  get started(): boolean {
    if (this.#repairing && this.#rules.has('leading-empty-lines')) return this.#hasLine
    return this.#strict.started
  }

  /** Whether the status line has been read to its end. */
  get lineComplete(): boolean {
    return this.#strict.lineComplete
  }

  /** Gets ready for a head that starts at the base and answers a request of that method. */
  begin(requestMethod: string): void {
    this.#requestMethod = requestMethod
    this.#strict.begin(requestMethod)
    this.#repairing = false
    this.#seenBytes = 0
    this.#lineStart = 0
    this.#hasLine = false
  }

  read(buffer: ReceiveBuffer, base: number): number {
    if (!this.#repairing) {
      try {
        return this.#strict.read(buffer, base)
      } catch (error) {
        if (!(error instanceof ProtocolError) || !this.#repairable.has(error.code)) throw error
        this.#repairing = true
      }
    }
    const headEnd = this.#findEnd(buffer, base)
    if ((headEnd === INCOMPLETE ? buffer.end : headEnd) - base > this.#maxBytes) {
      const fault = RESPONSE_PARSER_FAULTS.ERR_HEADER_SECTION_TOO_LARGE
      const expected = `at most ${this.#maxBytes} octets with the status line`
      throw new ProtocolError(fault, expected, 'more', this.#maxBytes)
    }
    return headEnd
  }

  take(buffer: ReceiveBuffer, base: number, end: number): ResponseHead {
    const text = latin1Slice(buffer.octets, base, end)
    this.anomalies = []
    if (!this.#repairing) return this.#takeFramed(text)
    const repaired = repairHead(text, this.#rules)
    const strictBuffer = new ReceiveBuffer(repaired.text.length)
    const octets = new Uint8Array(repaired.text.length)
    latin1Write(repaired.text, octets, 0)
    strictBuffer.append(octets)
    this.#strict.begin(this.#requestMethod)
    try {
      this.#strict.read(strictBuffer, 0)
      this.anomalies = repaired.anomalies
      return this.#takeFramed(repaired.text, repaired)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      // What a reader throws has an offset.
      throw responseError(error, repaired.originalOffset(Number(error.offset)))
    }
  }

  #takeFramed(text: string, repaired?: RepairedHead): ResponseHead {
    const statusLine = this.#strict.takeStatusLine(text)
    const headers = this.#strict.takeHeaders(text)
    try {
      return this.#strict.headOf(statusLine, headers)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      const anomaly = repairFraming(headers, error.code, this.#rules)
      if (anomaly === undefined) throw error
      const offset = repaired?.originalOffset(anomaly.offset) ?? anomaly.offset
      this.anomalies = [...this.anomalies, { ...anomaly, offset }]
      const head = this.#strict.headOf(statusLine, headers)
      // RFC 9112 §6.1: who frames a message that had both closes behind it.
      const persistent = head.persistent && anomaly.rule !== 'content-length-beside-chunked'
      return { ...head, persistent }
    }
  }

  // The index behind the first empty line that has a line before it. A LF ends a line here whether CR stands before it or not: who
  // may not end one so is refused by the strict reader, as soon as the head is whole.
  #findEnd({ octets, end }: ReceiveBuffer, base: number): number {
    for (let position = base + this.#seenBytes; position < end; position++) {
      if (octets[position] !== LF) continue
      const lineStart = base + this.#lineStart
      const lineEnd = position > lineStart && octets[position - 1] === CR ? position - 1 : position
      this.#lineStart = position + 1 - base
      if (lineEnd > lineStart) this.#hasLine = true
      else if (this.#hasLine) return position + 1
    }
    this.#seenBytes = end - base
    return INCOMPLETE
  }
}
