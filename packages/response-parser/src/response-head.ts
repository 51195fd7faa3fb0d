// HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]      (RFC 9112 §2.1)
import {
  FieldSectionReader,
  Headers,
  INCOMPLETE,
  latin1Slice,
  nameBit,
  ProtocolError,
} from '@rawhttp/headers'
import type { ReceiveBuffer } from '@rawhttp/headers'
import { persistent, responseBodyFraming } from '@rawhttp/message-framing'
import type { HeadReader } from '@rawhttp/message-framing'
import { RESPONSE_PARSER_FAULTS } from './faults.ts'
import type { ResponseLimits } from './limits.ts'
import type { ResponseHead, StatusLine } from './response.ts'
import { StatusLineReader } from './status-line.ts'

const CONNECTION = nameBit('connection')

/** Reads the head of one response - status line and header section - in as many pieces as it comes. */
export class ResponseHeadReader implements HeadReader<ResponseHead> {
  readonly #line: StatusLineReader
  readonly #section: FieldSectionReader
  readonly #maxBodyBytes: number
  #requestMethod = ''

  constructor(limits: ResponseLimits) {
    this.#line = new StatusLineReader(limits.maxStatusLineBytes)
    this.#section = new FieldSectionReader({
      maxSectionBytes: limits.maxHeaderSectionBytes,
      maxFieldLines: limits.maxFieldLines,
    })
    this.#maxBodyBytes = limits.maxBodyBytes
  }

  /** Whether anything has come. */
  get started(): boolean {
    return this.#line.started
  }

  /** Whether the status line has been read to its end. */
  get lineComplete(): boolean {
    return this.#line.complete
  }

  /** Gets ready for a head that starts at the base and answers a request of that method. */
  begin(requestMethod: string): void {
    this.#requestMethod = requestMethod
    this.#line.begin()
  }

  read(buffer: ReceiveBuffer, base: number): number {
    if (!this.#line.complete) {
      const lineEnd = this.#line.read(buffer, base)
      if (lineEnd === INCOMPLETE) return INCOMPLETE
      this.#section.begin(lineEnd - base)
    }
    return this.#section.read(buffer, base)
  }

  /** @throws ProtocolError ERR_BODY_TOO_LARGE, and those of responseBodyFraming */
  take(buffer: ReceiveBuffer, base: number, end: number): ResponseHead {
    const text = latin1Slice(buffer.octets, base, end)
    return this.headOf(this.takeStatusLine(text), this.takeHeaders(text))
  }

  /** The status line that was read; `text` is the head as latin1. */
  takeStatusLine(text: string): StatusLine {
    const { httpVersion, statusCode, reasonStart, reasonEnd } = this.#line
    return { httpVersion, statusCode, reasonPhrase: text.substring(reasonStart, reasonEnd) }
  }

  /** The field lines that were read; `text` is the head as latin1. */
  takeHeaders(text: string): Headers {
    const headers = new Headers()
    headers.take(this.#section, text)
    return headers
  }

  /** What status line and fields mean together. @throws ProtocolError as `take` */
  headOf(statusLine: StatusLine, headers: Headers): ResponseHead {
    const { httpVersion, statusCode } = statusLine
    const framing = responseBodyFraming(headers, httpVersion, statusCode, this.#requestMethod)
    if (framing.kind === 'length' && framing.length > this.#maxBodyBytes) {
      throw new ProtocolError(
        RESPONSE_PARSER_FAULTS.ERR_BODY_TOO_LARGE,
        `at most ${this.#maxBodyBytes} octets`,
        `${framing.length}`,
        headers.offsetOf('content-length'),
      )
    }
    const named = (this.#section.seen & CONNECTION) !== 0
    const connection = named ? headers.get('connection') : undefined
    // RFC 9110 §9.3.6: any 2xx to CONNECT means that behind its header section there is a tunnel.
    const connected = this.#requestMethod === 'CONNECT' && statusCode >= 200 && statusCode < 300
    const switchesProtocol = statusCode === 101 || connected
    const ends = switchesProtocol || framing.kind === 'close-delimited'
    return {
      statusLine,
      headers,
      framing,
      persistent: !ends && persistent(httpVersion, connection),
      switchesProtocol,
    }
  }
}
