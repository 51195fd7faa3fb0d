/** Bounds of a response. Each has its own error code, so that whoever reads the log learns which one it met. */
export interface ResponseLimits {
  /** First room of the receive buffer, which doubles, in octets. Default 1024: most heads come whole and never need it. */
  readonly initialBufferBytes: number
  /** Octets of the status line. Default 8192, as a request line. */
  readonly maxStatusLineBytes: number
  /** Octets of the header section. Default 16384, as Node: cookies fit, floods do not. */
  readonly maxHeaderSectionBytes: number
  /** Field lines of the header section, and of the trailer section. Default 100, as hyper. */
  readonly maxFieldLines: number
  /** Interim responses before the final one. Default 100: hints and progress fit, a server that never comes to its point does not. */
  readonly maxInterimResponses: number
  /** Octets of the extensions of one chunk. Default 4096: none are in use, so any at all is generous. */
  readonly maxChunkExtensionBytes: number
  /** Octets of the trailer section. Default 8192: checksums and signatures fit. */
  readonly maxTrailerSectionBytes: number
  /** Octets of content. Default 10485760 (10 MiB), as for requests; who passes content on as it comes may take Infinity. */
  readonly maxBodyBytes: number
}

/** The defaults of every limit. */
export const DEFAULT_RESPONSE_LIMITS: ResponseLimits = {
  initialBufferBytes: 1024,
  maxStatusLineBytes: 8192,
  maxHeaderSectionBytes: 16384,
  maxFieldLines: 100,
  maxInterimResponses: 100,
  maxChunkExtensionBytes: 4096,
  maxTrailerSectionBytes: 8192,
  maxBodyBytes: 10_485_760,
}
