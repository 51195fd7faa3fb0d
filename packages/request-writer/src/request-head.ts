// The head of a request: what the caller's fields say, and what has to be added so that method, fields and body agree. It decides
// how the message ends and whether the connection lives on.
import { Headers } from '@rawhttp/headers'
import {
  absoluteAuthority,
  checkedHeaders,
  describeValue,
  isHost,
  lengthError,
  misuse,
  NO_LENGTH,
} from '@rawhttp/message-framing'
import type { ByteSink } from '@rawhttp/message-framing'
import { HeaderSection } from './header-section.ts'
import { requestLine } from './request-line.ts'

/** What a writer knows of the connection. */
export interface RequestWriterOptions {
  /** Whether the connection may live on (default true); false: the request says close. */
  readonly persistent?: boolean
  /** Value of Host where neither the fields nor the request target say it (RFC 9112 §3.2). Default none: such a request is refused. */
  readonly host?: string
}

/** How the end of a request's body is found. */
export type RequestFraming = 'none' | 'length' | 'chunked'

/** The body comes later, in calls of its own. */
export const BODY_FOLLOWS = -1

/** For a request without fields of the caller. */
export const NO_FIELDS: Headers = new Headers()

// RFC 9110 §8.6: without content they say so, for one would be expected.
const WITH_CONTENT = new Set(['POST', 'PUT', 'PATCH'])
// RFC 9110 §9.3.6, §9.3.8: a tunnel begins behind CONNECT, and TRACE sends back what it got.
const WITHOUT_CONTENT = new Set(['CONNECT', 'TRACE'])

// Read and left within one stretch in which no other code runs, so it can serve all.
const section = new HeaderSection()

/** Makes the head of one request after another. */
export class RequestHead {
  /** As `line` was told. */
  method = ''
  /** Whether the connection may live on; what the head says, when it was made. */
  persistent = true
  // The four below hold from `complete` on.
  /** How the end of the body is found. */
  framing: RequestFraming = 'none'
  /** Octets of the body, or NO_LENGTH. */
  contentLength: number = NO_LENGTH
  /** Whether the fields name a trailer section. */
  announcesTrailers = false
  /** Whether the body is to be held back until 100 (Continue). */
  expectsContinue = false
  #persistentOption = true
  #hostOption = ''
  #line = ''
  #authority = ''

  /** Gets ready for another request: options that are not given stay as they are. @throws UsageError ERR_HOST, ERR_OPTION */
  begin(options: RequestWriterOptions): void {
    const { persistent = this.#persistentOption, host = this.#hostOption } = options
    if (typeof persistent !== 'boolean') {
      throw misuse('ERR_OPTION', 'persistent', 'true or false', describeValue(persistent))
    }
    if (host !== this.#hostOption) this.#hostOption = checkedHost(host)
    this.#persistentOption = persistent
    this.persistent = persistent
    this.expectsContinue = false
  }

  /**
   * Makes the request line.
   *
   * @throws UsageError ERR_METHOD, ERR_REQUEST_TARGET; then nothing has changed
   */
  line(method: string, requestTarget: string): void {
    this.#line = requestLine(method, requestTarget)
    this.method = method
    this.#authority = method === 'CONNECT' ? requestTarget : absoluteAuthority(requestTarget)
  }

  /**
   * The whole head. When it throws nothing has changed.
   *
   * @param bodyBytes octets of the whole body, or BODY_FOLLOWS
   */
  complete(headers: Headers, bodyBytes: number, sink: ByteSink): string {
    checkedHeaders(headers)
    // What others supply is asked for first: they may use another writer.
    const mayPersist = this.persistent && sink.mayPersist?.() !== false
    section.read(headers, this.#authority, this.#hostOption)
    const added = this.#addedLength(bodyBytes)
    const contentLength = added === NO_LENGTH ? section.contentLength : added
    const framing = framingOf(contentLength, section.chunked)
    this.#checkContent(framing, contentLength)

    const persistent = mayPersist && !section.closes
    this.framing = framing
    this.contentLength = contentLength
    this.announcesTrailers = section.announcesTrailers
    this.expectsContinue = section.expectsContinue
    this.persistent = persistent
    const length = added === NO_LENGTH ? '' : `Content-Length: ${added}\r\n`
    return `${this.#line}${section.lines(length, persistent)}\r\n`
  }

  // The length that the caller has left for us to say, or NO_LENGTH. What he says of a whole body must be true of it.
  #addedLength(bodyBytes: number): number {
    const { contentLength, chunked } = section
    if (bodyBytes === BODY_FOLLOWS) {
      if (contentLength !== NO_LENGTH || chunked) return NO_LENGTH
      return WITH_CONTENT.has(this.method) ? 0 : NO_LENGTH
    }
    if (chunked) {
      const received = 'Transfer-Encoding'
      throw misuse('ERR_FRAMING_CONFLICT', 'Header section', 'framing by Content-Length', received)
    }
    if (contentLength !== NO_LENGTH) {
      if (contentLength !== bodyBytes) throw lengthError(contentLength, bodyBytes)
      return NO_LENGTH
    }
    return bodyBytes > 0 || WITH_CONTENT.has(this.method) ? bodyBytes : NO_LENGTH
  }

  #checkContent(framing: RequestFraming, contentLength: number): void {
    const content = framing === 'chunked' || contentLength > 0
    if (content && WITHOUT_CONTENT.has(this.method)) {
      const received =
        framing === 'chunked' ? 'Transfer-Encoding' : `Content-Length: ${contentLength}`
      throw misuse(
        'ERR_BODY_FORBIDDEN',
        'Header section',
        `no content with ${this.method}`,
        received,
      )
    }
    // RFC 9110 §10.1.1: nobody could continue.
    if (!content && section.expectsContinue) {
      throw misuse('ERR_EXPECT', 'Expect', 'content to wait for 100 (Continue)', 'none')
    }
  }
}

function checkedHost(host: string): string {
  if (typeof host === 'string' && isHost(host)) return host
  throw misuse('ERR_HOST', 'host', 'host and port', describeValue(host))
}

// RFC 9112 §6.3 rules 4, 6 and 7.
function framingOf(contentLength: number, chunked: boolean): RequestFraming {
  if (chunked) return 'chunked'
  return contentLength === NO_LENGTH ? 'none' : 'length'
}
