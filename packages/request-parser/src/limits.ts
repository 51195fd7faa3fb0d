import { UsageError } from '@rawhttp/headers'

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

// More than any head may have by default, 40 times over.
const MAX_INITIAL_BUFFER_BYTES = 1_048_576

/**
 * `limits` with the defaults for what it leaves out.
 *
 * @throws UsageError ERR_OPTION for a name that is none, and when a limit is no whole number of at least 1 (a maximum may be Infinity; for
 *   the body 0 is fine)
 */
export function completeLimits(limits: Partial<ParserLimits> | undefined): ParserLimits {
  if (limits === undefined) return DEFAULT_LIMITS
  const complete = { ...DEFAULT_LIMITS, ...limits }
  for (const [name, value] of Object.entries(complete)) {
    if (!(name in DEFAULT_LIMITS)) {
      const names = Object.keys(DEFAULT_LIMITS).join(', ')
      throw new UsageError('ERR_OPTION', `${name}: expected one of ${names}`)
    }
    const least = name === 'maxBodyBytes' ? 0 : 1
    const most = name === 'initialBufferBytes' ? MAX_INITIAL_BUFFER_BYTES : Infinity
    const whole = Number.isSafeInteger(value) || value === Infinity
    if (!(whole && value >= least && value <= most)) {
      throw new UsageError(
        'ERR_OPTION',
        `${name}: expected a whole number from ${least} to ${most}, got ${String(value)}`,
      )
    }
  }
  return complete
}
