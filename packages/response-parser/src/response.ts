import type { Headers } from '@rawhttp/headers'
import type { HttpVersion, ResponseBodyFraming } from '@rawhttp/message-framing'

/** The first line of a response (RFC 9112 §4). */
export interface StatusLine {
  /** A minor version above 1 is 1.1. */
  readonly httpVersion: HttpVersion
  /** 100 to 999. Those above 599 are invalid and to be treated as 5xx (RFC 9110 §15). */
  readonly statusCode: number
  /** As it came, one character an octet; often empty, and nothing to rely on. */
  readonly reasonPhrase: string
}

/** What is known of a response before its body. */
export interface ResponseHead {
  readonly statusLine: StatusLine
  readonly headers: Headers
  /** How the end of the body is found. */
  readonly framing: ResponseBodyFraming
  /** Whether the server lets the connection go on after this response (RFC 9112 §9.3). */
  readonly persistent: boolean
  /** Another protocol follows: 101, or 2xx to CONNECT. Its octets are had by `takeRemaining`. */
  readonly switchesProtocol: boolean
}
