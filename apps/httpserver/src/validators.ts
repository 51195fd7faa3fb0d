import type { BigIntStats } from 'node:fs'

/** What the system knows of a file that changes with it. */
export type FileState = Pick<BigIntStats, 'size' | 'ctimeNs' | 'ctimeMs' | 'mtimeMs'>

/** What tells one state of a representation from another (RFC 9110 §8.8). */
export interface Validators {
  /** The entity tag in its quotes; a weak one has `W/` before it. */
  readonly etag: string
  /** Milliseconds since 1970, of whole seconds, as an HTTP date has them. */
  readonly lastModifiedMs: number
}

// What changed just now can change again and look the same, so for a while its tag is weak (RFC 9110 §8.8.1). The system's clock
// ticks every ten milliseconds at least. Old file systems keep whole seconds, or every second one.
const SETTLED_AFTER_MS = 100
const SETTLED_AFTER_MS_BY_SECONDS = 2000

/**
 * The validators of a file. The tag has the time of the last change as the system itself saw it: the time of modification can be
 * set to anything, and tools that unpack or deploy do that.
 *
 * @param nowMs the time now, in milliseconds since 1970
 */
export function fileValidators(
  { size, ctimeNs, ctimeMs, mtimeMs }: FileState,
  nowMs: number,
): Validators {
  const tag = `"${size.toString(16)}-${ctimeNs.toString(16)}"`
  const wholeSeconds = ctimeNs % 1_000_000_000n === 0n
  const settledAfterMs = wholeSeconds ? SETTLED_AFTER_MS_BY_SECONDS : SETTLED_AFTER_MS
  // RFC 9110 §8.8.2.1: never later than the response itself. And a date has a year of four digits.
  const modifiedMs = Math.max(0, Math.min(Number(mtimeMs), nowMs))
  return {
    etag: nowMs - Number(ctimeMs) < settledAfterMs ? `W/${tag}` : tag,
    lastModifiedMs: Math.floor(modifiedMs / 1000) * 1000,
  }
}

/** Whether a tag means these octets and no others, rather than something much like them (RFC 9110 §8.8.3). */
export function isStrong(etag: string): boolean {
  return !etag.startsWith('W/')
}
