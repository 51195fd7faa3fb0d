import type { Headers } from '@rawhttp/headers'
import type { BodyFraming, HttpVersion } from '@rawhttp/message-framing'

/** The first line of a request (RFC 9112 §3). */
export interface RequestLine {
  /** As it came: methods are case-sensitive. Unknown ones are let through, for the handler to answer with 501 or 405. */
  readonly method: string
  /** As it came, nothing decoded: a path with its query, an absolute URI, host and port for CONNECT, or "*" for OPTIONS. */
  readonly requestTarget: string
  /** A minor version above 1 is 1.1. */
  readonly httpVersion: HttpVersion
}

/** What is known of a request before its body. */
export interface RequestHead {
  readonly requestLine: RequestLine
  /**
   * Host and port that the request is for, as they came: those of an absolute URI or of CONNECT, otherwise those in Host; empty
   * when Host is, or in HTTP/1.0 without one. Choose between hosts by this, not by `headers` (RFC 9112 §3.2.2, §3.3).
   */
  readonly authority: string
  readonly headers: Headers
  /** How long the body is. */
  readonly framing: BodyFraming
  /** Whether the client lets the connection go on after this request (RFC 9112 §9.3). */
  readonly persistent: boolean
  /** The client holds the body back until it sees 100 (Continue) or a final response (RFC 9110 §10.1.1). */
  readonly expectsContinue: boolean
}

/** A whole request. */
export interface Request extends RequestHead {
  /** The content, framing removed. */
  readonly body: Uint8Array
  /** The trailer section; empty when there was none. */
  readonly trailers: Headers
}
