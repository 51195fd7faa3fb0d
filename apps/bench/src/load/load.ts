// What a load generator is told and what it tells, over the channel between parent and child.

/** The request that is sent again and again. */
export interface LoadRequest {
  readonly method: string
  readonly target: string
  /** Field lines besides Host, Content-Length and Connection. */
  readonly fields?: readonly string[]
  /** Octets of content to send. Default 0: none, and no Content-Length. */
  readonly contentBytes?: number
}

/** What is asked of one server, and how. */
export interface Load {
  readonly port: number
  /** Speak TLS; the certificate is not verified, as the bench signs its own. */
  readonly secure: boolean
  readonly request: LoadRequest
  readonly statusCode: number
  /** Octets of content that every response has. */
  readonly responseBytes: number
  readonly connections: number
  /** Requests that are written at once; the next ones go when all of them are answered. */
  readonly pipelined: number
  /** Whether every request has a connection of its own. */
  readonly oneShot: boolean
}

/** How long one run lasts. */
export interface Span {
  /** No request is begun behind it. */
  readonly durationMs: number
  /** No more requests than this. */
  readonly maxRequests?: number
  /** Requests are due at this rate, whatever the server does; a latency counts from when its request was due. */
  readonly requestsPerSecond?: number
}

/** What came of one run. */
export interface LoadResult {
  readonly requests: number
  readonly elapsedMs: number
  /** Milliseconds from a request, or the first of those written at once, to the end of its response. */
  readonly p50Ms: number
  readonly p99Ms: number
}

/** What the parent says to the generator. */
export type LoadOrder =
  | { readonly kind: 'open'; readonly load: Load }
  | { readonly kind: 'run'; readonly span: Span }
  | { readonly kind: 'close' }

/** What the generator answers: to an order that it has carried out, or could not. */
export type LoadAnswer =
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'ran'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly reason: string }
