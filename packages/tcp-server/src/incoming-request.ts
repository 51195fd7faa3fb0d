import type { RequestHead } from '@rawhttp/request-parser'
import type { ResponseWriter } from '@rawhttp/response-writer'
import type { ByteStream } from './byte-stream.ts'
import type { RequestBody } from './request-body.ts'

/** What a request came by: a TCP connection, a unix socket, or a stream that `handleConnection` was given. */
export type Transport = 'tcp' | 'unix' | 'stream'

/** A request as a handler sees it. */
export interface IncomingRequest extends RequestHead {
  readonly body: RequestBody
  /** The peer's address as the socket tells it; "" where there is none: never by TCP, always by a unix socket. */
  readonly remoteAddress: string
  /** What it came by, as the listener knows it. */
  readonly transport: Transport
  /** Whether it came by TLS; nothing in the request can tell. */
  readonly secure: boolean
  /** Aborts when the connection is lost before the response is complete. */
  readonly signal: AbortSignal
  /**
   * Calls `listener` when the connection is lost before the response is complete, and at once when it was lost already: what
   * `signal` says, for handlers to whom 3 µs matter. What a listener throws is told to `onError`; the others are called all the same.
   *
   * @returns takes this back
   */
  whenLost(listener: (reason: Error) => void): () => void
  /**
   * Takes the stream for another protocol (RFC 9110 §7.8), after the 101 or the 2xx to CONNECT was written. From here on the
   * connection is the caller's to read, write and close; it is paused.
   *
   * @throws UsageError ERR_HAND_OVER when the response or the body of the request is not complete
   */
  handOver(): HandedOver
}

/** A stream that has left HTTP. */
export interface HandedOver {
  readonly stream: ByteStream
  /** What the client sent behind its request, ahead of all that the stream will give. */
  readonly octets: Uint8Array
}

/**
 * Answers one request. A promise is awaited before the next request of the connection is handled. What it throws is answered with
 * 500, or by cutting the connection when the head of the response was sent.
 */
export type Handler = (request: IncomingRequest, writer: ResponseWriter) => void | Promise<void>
