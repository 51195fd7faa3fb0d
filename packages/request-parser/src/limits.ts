/** Bounds of a request. Each has its own error code and status, so that a sender learns which one it met. */
export interface ParserLimits {
  /** First room of the receive buffer, which doubles, in octets. Default 1024: most heads come whole and never need it. */
  readonly initialBufferBytes: number
  /** Octets of the request line with the empty lines before it. Default 8192: RFC 9112 §3 asks for 8000. Beyond: 414. */
  readonly maxRequestLineBytes: number
  /** Octets of the header section. Default 16384, as Node and HAProxy: cookies fit, floods do not. Beyond: 431. */
  readonly maxHeaderSectionBytes: number
  /** Field lines of the header section, and of the trailer section. Default 100, as hyper. Beyond: 431. */
  readonly maxFieldLines: number
  /** Octets of the extensions of one chunk. Default 4096: none are in use, so any at all is generous. Beyond: 413. */
  readonly maxChunkExtensionBytes: number
  /** Octets of the trailer section. Default 8192: checksums and signatures fit. Beyond: 431. */
  readonly maxTrailerSectionBytes: number
  /** Octets of content. Default 10485760 (10 MiB): forms and pictures fit; who takes more must say so. Beyond: 413. */
  readonly maxBodyBytes: number
}

/** The defaults of every limit. */
export const DEFAULT_LIMITS: ParserLimits = {
  initialBufferBytes: 1024,
  maxRequestLineBytes: 8192,
  maxHeaderSectionBytes: 16384,
  maxFieldLines: 100,
  maxChunkExtensionBytes: 4096,
  maxTrailerSectionBytes: 8192,
  maxBodyBytes: 10_485_760,
}
