// HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]      (RFC 9112 §2.1)
import {
  describeText,
  FieldSectionReader,
  Headers,
  INCOMPLETE,
  latin1Slice,
  listMembers,
  nameBit,
  ProtocolError,
} from '@rawhttp/headers'
import type { ReceiveBuffer } from '@rawhttp/headers'
import {
  absoluteAuthority,
  isHost,
  isPlainHost,
  NO_BODY,
  parseContentLength,
  persistent,
  requestBodyFraming,
  targetFault,
} from '@rawhttp/message-framing'
import type { BodyFraming } from '@rawhttp/message-framing'
import { REQUEST_FAULTS } from './faults.ts'
import type { ParserLimits } from './limits.ts'
import { RequestLineReader } from './request-line.ts'
import type { RequestHead, RequestLine } from './request.ts'

// The fields that mean something to the parser are rare but for Host: whether they came is asked for with one test.
const CONNECTION = nameBit('connection')
const EXPECT = nameBit('expect')
const HOST = nameBit('host')
const CONTENT_LENGTH = nameBit('content-length')
const TRANSFER_ENCODING = nameBit('transfer-encoding')
const FRAMING = CONTENT_LENGTH | TRANSFER_ENCODING
const SLASH = 0x2f

/** Reads the head of one request - request line and header section - in as many pieces as it comes. */
export class RequestHeadReader {
  readonly #line: RequestLineReader
  readonly #section: FieldSectionReader
  #requestLine: RequestLine | undefined

  constructor(limits: ParserLimits) {
    this.#line = new RequestLineReader(limits.maxRequestLineBytes)
    this.#section = new FieldSectionReader({
      maxSectionBytes: limits.maxHeaderSectionBytes,
      maxFieldLines: limits.maxFieldLines,
    })
  }

  /** Whether anything but empty lines has come. */
  get started(): boolean {
    return this.#line.started
  }

  /** Whether the request line has been read to its end. */
  get lineComplete(): boolean {
    return this.#line.complete
  }

  /** What `take` read first, also when it refused the rest. */
  get requestLine(): RequestLine | undefined {
    return this.#requestLine
  }

  /** The method, as soon as it has been read, when it is a usual one. */
  get knownMethod(): string | undefined {
    return this.#line.knownMethod
  }

  /** Gets ready for a head that starts at the base. */
  begin(): void {
    this.#requestLine = undefined
    this.#line.begin()
  }

  /**
   * Goes on reading.
   *
   * @param buffer memory that holds what was given to earlier calls at the same distance from `base`, and more behind it
   * @returns the index in `buffer` behind the head, or INCOMPLETE
   * @throws ProtocolError
   */
  read(buffer: ReceiveBuffer, base: number): number {
    if (!this.#line.complete) {
      const lineEnd = this.#line.read(buffer, base)
      if (lineEnd === INCOMPLETE) return INCOMPLETE
      this.#section.begin(lineEnd - base)
    }
    return this.#section.read(buffer, base)
  }

  /**
   * What was read, checked as a whole.
   *
   * @param end index behind the head, as `read` gave it
   * @throws ProtocolError ERR_REQUEST_TARGET, ERR_HOST, ERR_EXPECTATION (417), and those of requestBodyFraming
   */
  take({ octets }: ReceiveBuffer, base: number, end: number): RequestHead {
    const line = this.#line
    const section = this.#section
    const text = latin1Slice(octets, base, end)
    const { httpVersion } = line
    const method = line.knownMethod ?? text.substring(line.methodStart, line.methodEnd)
    const requestTarget = text.substring(line.targetStart, line.targetEnd)
    const requestLine: RequestLine = { method, requestTarget, httpVersion }
    this.#requestLine = requestLine
    const headers = new Headers()
    headers.take(section, text)
    const isPath =
      octets[base + line.targetStart] === SLASH &&
      (line.knownMethod !== undefined || method !== 'CONNECT')
    if (!isPath) checkTarget(requestLine, line.targetStart)
    const host = this.#plainHost(octets, base, text) ?? checkedHost(headers, requestLine)
    const { seen } = section
    const framing =
      (seen & FRAMING) === 0
        ? NO_BODY
        : (this.#plainLength(text) ?? requestBodyFraming(headers, httpVersion))
    return {
      requestLine,
      authority: isPath ? host : authorityOf(requestLine, host),
      headers,
      framing,
      persistent:
        (seen & CONNECTION) === 0
          ? httpVersion === '1.1'
          : persistent(httpVersion, headers.get('connection')),
      expectsContinue: (seen & EXPECT) !== 0 && expectsContinue(headers, requestLine, framing),
    }
  }

  // §6.2: one Content-Length alone, which is how nearly all bodies are framed.
  #plainLength(text: string): BodyFraming | undefined {
    const section = this.#section
    if ((section.seen & TRANSFER_ENCODING) !== 0) return undefined
    const line = section.onlyLine(CONTENT_LENGTH)
    if (line === -1) return undefined
    const value = text.substring(section.valueStart(line), section.valueEnd(line))
    const length = parseContentLength(value)
    return length === undefined ? undefined : { kind: 'length', length }
  }

  // Host where it is one plain line.
  #plainHost(octets: Uint8Array, base: number, text: string): string | undefined {
    const section = this.#section
    const line = section.onlyLine(HOST)
    if (line === -1) return undefined
    const start = section.valueStart(line)
    const end = section.valueEnd(line)
    return isPlainHost(octets, base + start, base + end) ? text.substring(start, end) : undefined
  }
}

function checkTarget({ method, requestTarget }: RequestLine, offset: number): void {
  const fault = targetFault(method, requestTarget)
  if (fault === undefined) return
  const received = describeText(requestTarget)
  throw new ProtocolError(REQUEST_FAULTS.ERR_REQUEST_TARGET, fault, received, offset)
}

// §3.2: 400 for a 1.1 request without Host, and for any request with two or with an invalid one. Two lines come joined with ", ",
// and no host has a space.
function checkedHost(headers: Headers, requestLine: RequestLine): string {
  const host = headers.get('host')
  if (host === undefined) {
    if (requestLine.httpVersion === '1.0') return ''
    throw new ProtocolError(REQUEST_FAULTS.ERR_HOST, 'one Host line', 'none', 0)
  }
  if (isHost(host)) return host
  throw new ProtocolError(
    REQUEST_FAULTS.ERR_HOST,
    'one host with at most a port',
    describeText(host),
    headers.offsetOf('host'),
  )
}

// §3.2.2: an absolute URI says itself for which host it is, and Host is ignored then; so does the target of CONNECT.
function authorityOf({ method, requestTarget }: RequestLine, host: string): string {
  if (requestTarget === '*') return host
  return method === 'CONNECT' ? requestTarget : absoluteAuthority(requestTarget)
}

// RFC 9110 §10.1.1: an expectation that cannot be met is refused; in HTTP/1.0 there is none, and without a body it means nothing.
function expectsContinue(
  headers: Headers,
  requestLine: RequestLine,
  framing: BodyFraming,
): boolean {
  const expect = headers.get('expect')
  if (expect === undefined || requestLine.httpVersion === '1.0') return false
  const expectations = listMembers(expect)
  if (expectations.some((expectation) => expectation.toLowerCase() !== '100-continue')) {
    throw new ProtocolError(
      REQUEST_FAULTS.ERR_EXPECTATION,
      '100-continue',
      describeText(expect),
      headers.offsetOf('expect'),
    )
  }
  const hasBody = framing.kind === 'chunked' || (framing.kind === 'length' && framing.length > 0)
  return hasBody && expectations.length > 0
}
