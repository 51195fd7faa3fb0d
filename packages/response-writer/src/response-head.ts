// The head of a response: what the caller's fields say, what the method, the version and the status code ask for, and what has to
// be added so that the two agree. It decides how the message ends and whether the connection lives on.
import { Headers } from '@rawhttp/headers'
import type { UsageError } from '@rawhttp/headers'
import {
  checkedHeaders,
  describeValue,
  lengthError,
  misuse,
  NO_LENGTH,
} from '@rawhttp/message-framing'
import type { ByteSink, HttpVersion } from '@rawhttp/message-framing'
import { HeaderSection } from './header-section.ts'
import { dateLine, httpDate } from './http-date.ts'
import { contentRule, responseFraming } from './response-framing.ts'
import type { ContentRule, ResponseFraming } from './response-framing.ts'
import { statusLine } from './status.ts'

/** What a writer knows of the request and of the connection. */
export interface WriterOptions {
  /** Method of the request (default 'GET'): it decides whether a body is sent. */
  readonly requestMethod?: string
  /** Version of the request (default '1.1'). */
  readonly httpVersion?: HttpVersion
  /** Whether the connection may live on (default: to HTTP/1.1 it may); to 1.0, whether keep-alive was asked for and is granted. */
  readonly persistent?: boolean
  /** How long the connection is kept without a request, told by Keep-Alive where it is kept (default: not told). */
  readonly keepAliveSeconds?: number
  /** Gives the value of Date (default: the time now as IMF-fixdate, made once a second); null leaves the field out. */
  readonly date?: (() => string) | null
}

/** The body comes later, in calls of its own. */
export const BODY_FOLLOWS = -1

/** For a response without fields of the caller. */
export const NO_FIELDS: Headers = new Headers()

// No Keep-Alive is sent.
const NOT_TOLD = -1

// Read and left within one stretch in which no other code runs, so it can serve all.
const section = new HeaderSection()

/** Makes the heads of one response: interim ones and the final one. */
export class ResponseHead {
  /** Method of the request. */
  requestMethod = 'GET'
  /** Version of the request. */
  httpVersion: HttpVersion = '1.1'
  /** Whether the connection may live on; what the final head says, when it was made. */
  persistent = true
  // The three below hold from `final` on.
  /** How the end of the body is found. */
  framing: ResponseFraming = 'none'
  /** Octets of the body, or NO_LENGTH. */
  contentLength: number = NO_LENGTH
  /** Whether the fields name a trailer section. */
  announcesTrailers = false
  #persistentOption: boolean | undefined = undefined
  #date: (() => string) | null = httpDate
  #keepAliveSeconds: number = NOT_TOLD

  /**
   * Gets ready for the response to another request: options that are not given have their defaults.
   *
   * @throws UsageError ERR_OPTION; then nothing has changed
   */
  begin(options: WriterOptions): void {
    const { requestMethod, httpVersion, persistent, date, keepAliveSeconds } = checked(options)
    this.requestMethod = requestMethod ?? 'GET'
    this.httpVersion = httpVersion ?? '1.1'
    this.#persistentOption = persistent
    this.#date = date === undefined ? httpDate : date
    this.#keepAliveSeconds = keepAliveSeconds ?? NOT_TOLD
    this.#decidePersistence()
  }

  /**
   * Gets ready for another response to the same request: options that are not given stay as they are.
   *
   * @throws UsageError ERR_OPTION; then nothing has changed
   */
  beginAgain(options: WriterOptions): void {
    const { requestMethod, httpVersion, persistent, date, keepAliveSeconds } = checked(options)
    this.requestMethod = requestMethod ?? this.requestMethod
    this.httpVersion = httpVersion ?? this.httpVersion
    this.#persistentOption = persistent ?? this.#persistentOption
    if (date !== undefined) this.#date = date
    this.#keepAliveSeconds = keepAliveSeconds ?? this.#keepAliveSeconds
    this.#decidePersistence()
  }

  // RFC 9112 §9.3: 1.1 persists by itself, 1.0 does not.
  #decidePersistence(): void {
    this.persistent = this.#persistentOption ?? this.httpVersion === '1.1'
  }

  /** The head of an interim response. */
  interim(statusCode: number, headers: Headers | undefined): string {
    const line = statusLine(statusCode)
    if (statusCode >= 200 || statusCode === 101) {
      throw misuse('ERR_STATUS_CODE', 'Interim response', '1xx but not 101', String(statusCode))
    }
    const fields = headers === undefined ? NO_FIELDS : checkedHeaders(headers)
    section.read(fields, 'Transitional', '1.1')
    responseFraming('Transitional', '1.1', section.contentLength, section.chunked)
    return `${line}${section.text}\r\n`
  }

  /** The status line of the final response. */
  finalStatusLine(statusCode: number, phrase?: string): string {
    const line = statusLine(statusCode, phrase)
    // RFC 9110 §15.2: 1xx is interim, but for 101, behind which HTTP ends; HTTP/1.0 has neither.
    if (statusCode < 200 && (statusCode !== 101 || this.httpVersion === '1.0')) {
      const expected = this.httpVersion === '1.0' ? '200 and up' : '101, or 200 and up'
      throw misuse('ERR_STATUS_CODE', 'Final response', expected, String(statusCode))
    }
    return line
  }

  /**
   * The head of the final response.
   *
   * @param line its status line
   * @param bodyBytes octets of the whole body, or BODY_FOLLOWS
   */
  final(
    line: string,
    statusCode: number,
    headers: Headers,
    bodyBytes: number,
    sink: ByteSink,
  ): string {
    checkedHeaders(headers)
    // What others supply is asked for first: they may use another writer.
    const mayPersist = this.persistent && sink.mayPersist?.() !== false
    const date = this.#date === null ? '' : dateLine(this.#date())
    const { requestMethod, httpVersion } = this
    const rule = contentRule(requestMethod, statusCode)
    section.read(headers, rule, httpVersion)
    if (bodyBytes !== BODY_FOLLOWS) checkWholeBody(rule, requestMethod, bodyBytes)

    let { contentLength } = section
    let added = ''
    if (contentLength === NO_LENGTH) {
      if (rule === 'Empty') contentLength = 0
      else if (rule === 'Any' && bodyBytes !== BODY_FOLLOWS) contentLength = bodyBytes
      if (contentLength !== NO_LENGTH) added = `Content-Length: ${contentLength}\r\n`
    }
    const framing = responseFraming(rule, httpVersion, contentLength, section.chunked)
    if (framing === 'chunked' && !section.chunked) added = 'Transfer-Encoding: chunked\r\n'
    if (statusCode === 101 && !section.hasUpgrade) {
      // RFC 9110 §15.2.2: the client must be told what protocol follows.
      throw misuse('ERR_UPGRADE', 'Header section', 'Upgrade with status 101', 'nothing')
    }
    if (!section.hasDate) added += date
    let persistent = false
    if (rule !== 'Transitional') {
      persistent = mayPersist && framing !== 'close-delimited' && !section.closes
      const seconds = this.#keepAliveSeconds
      const keepAlive = seconds === NOT_TOLD ? '' : keepAliveLine(seconds)
      added += section.connectionLines(persistent, httpVersion, keepAlive)
    }

    this.framing = framing
    this.contentLength = contentLength
    this.announcesTrailers = section.announcesTrailers
    this.persistent = persistent
    return `${line}${section.text}${added}\r\n`
  }
}

// Their values go onto the wire, or decide what does. A copy, so that what is checked is what is used.
function checked(options: WriterOptions): {
  readonly [Name in keyof WriterOptions]-?: WriterOptions[Name] | undefined
} {
  const { requestMethod, httpVersion, persistent, date, keepAliveSeconds } = options
  if (requestMethod !== undefined && typeof requestMethod !== 'string') {
    throw wrongOption('requestMethod', 'text', requestMethod)
  }
  if (httpVersion !== undefined && httpVersion !== '1.1' && httpVersion !== '1.0') {
    throw wrongOption('httpVersion', "'1.0' or '1.1'", httpVersion)
  }
  if (persistent !== undefined && typeof persistent !== 'boolean') {
    throw wrongOption('persistent', 'true or false', persistent)
  }
  if (date !== undefined && date !== null && typeof date !== 'function') {
    throw wrongOption('date', 'a function or null', date)
  }
  if (
    keepAliveSeconds !== undefined &&
    !(Number.isSafeInteger(keepAliveSeconds) && keepAliveSeconds >= 0)
  ) {
    throw wrongOption('keepAliveSeconds', 'a whole number of at least 0', keepAliveSeconds)
  }
  return { requestMethod, httpVersion, persistent, date, keepAliveSeconds }
}

function wrongOption(name: keyof WriterOptions, expected: string, given: unknown): UsageError {
  return misuse('ERR_OPTION', name, expected, describeValue(given))
}

let renderedSeconds = NOT_TOLD
let renderedKeepAlive = ''

// The last one is kept, since a server tells all its clients the same.
function keepAliveLine(seconds: number): string {
  if (seconds !== renderedSeconds) {
    renderedSeconds = seconds
    renderedKeepAlive = `Keep-Alive: timeout=${seconds}\r\n`
  }
  return renderedKeepAlive
}

// The fields that came along with a whole body must be true of it.
function checkWholeBody(rule: ContentRule, requestMethod: string, bodyBytes: number): void {
  if (rule !== 'Any') {
    if (bodyBytes === 0) return
    throw misuse('ERR_BODY_FORBIDDEN', 'Body', 'none with this status', `${bodyBytes} octets`)
  }
  if (section.chunked) {
    const received = 'Transfer-Encoding'
    throw misuse('ERR_FRAMING_CONFLICT', 'Header section', 'framing by Content-Length', received)
  }
  const { contentLength } = section
  if (contentLength === NO_LENGTH || contentLength === bodyBytes) return
  // RFC 9110 §9.3.2: the length that GET would have can be known without making the body.
  if (requestMethod === 'HEAD' && bodyBytes === 0) return
  throw lengthError(contentLength, bodyBytes)
}
