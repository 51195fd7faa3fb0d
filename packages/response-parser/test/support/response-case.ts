import type {
  LenientRule,
  ResponseParserFaultCode,
  ResponseParserOptions,
} from '../../src/index.ts'

type Field = readonly [name: string, value: string]

/** What is expected of one response; what is left out is not looked at. */
export interface ExpectedResponse {
  readonly httpVersion?: '1.0' | '1.1'
  readonly statusCode?: number
  readonly reasonPhrase?: string
  /** Every field line, names as they came. */
  readonly headers?: readonly Field[]
  /** `none`, `length N`, `chunked` or `close-delimited`. */
  readonly framing?: string
  readonly persistent?: boolean
  readonly switchesProtocol?: boolean
  /** Status codes of the interim responses before it. */
  readonly interim?: readonly number[]
  readonly body?: string
  readonly trailers?: readonly Field[]
  /** Of the trailer section what may not stand there. */
  readonly discarded?: readonly Field[]
  /** What was let pass, and at which octet. */
  readonly anomalies?: readonly (readonly [rule: LenientRule, offset: number])[]
}

/** One behaviour of the parser: octets, and what comes of them in whatever pieces they arrive. */
export interface ResponseCase {
  readonly title: string
  readonly octets: Uint8Array
  /** Methods of the requests that are answered, one after the other (default, and behind the last of them: GET). */
  readonly methods?: readonly string[]
  readonly options?: Omit<ResponseParserOptions, 'onAnomaly'>
  /** The peer sends no more (default: it may). */
  readonly end?: boolean
  /** The responses that were read to their end (default: none when there is an error or the rest is waited for, else one). */
  readonly responses?: readonly ExpectedResponse[]
  /** What was read of the response that did not come to its end. */
  readonly unfinished?: ExpectedResponse
  /** The fault behind those responses. */
  readonly error?: ResponseParserFaultCode
  /** The offset of that fault in its message. */
  readonly offset?: number
  /** The octets end inside a message, and the rest is waited for. */
  readonly waits?: true
  /** The octets of another protocol that follow. */
  readonly switched?: string
}
