import type { ParserFaultCode, ParserLimits } from '../../src/index.ts'

type Field = readonly [name: string, value: string]

/** What is expected of one request; what is left out is not looked at. */
export interface ExpectedRequest {
  readonly method?: string
  readonly requestTarget?: string
  readonly httpVersion?: '1.0' | '1.1'
  readonly authority?: string
  /** Every field line, names as they came. */
  readonly headers?: readonly Field[]
  /** `none`, `length N` or `chunked`. */
  readonly framing?: string
  readonly persistent?: boolean
  readonly expectsContinue?: boolean
  readonly body?: string
  readonly trailers?: readonly Field[]
  /** Of the trailer section what may not stand there. */
  readonly discarded?: readonly Field[]
}

/** One behaviour of the parser: octets, and what comes of them in whatever pieces they arrive. */
export interface ParserCase {
  readonly title: string
  readonly octets: Uint8Array
  readonly limits?: Partial<ParserLimits>
  /** The peer sends no more (default: it may). */
  readonly end?: boolean
  /** The requests that were read to their end (default: none when there is an error or the rest is waited for, else one). */
  readonly requests?: readonly ExpectedRequest[]
  /** What was read of the request that did not come to its end. */
  readonly unfinished?: ExpectedRequest
  /** The fault behind those requests. */
  readonly error?: ParserFaultCode
  /** The offset of that fault in its message. */
  readonly offset?: number
  /** The octets end inside a message, and the rest is waited for. */
  readonly waits?: true
}
