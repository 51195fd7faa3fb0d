// A connection needs a parser only while a message is on its way. Those that idle, mostly all, share a few: a parser takes as much
// memory as all else that a connection holds here, and one that was used a moment ago is still in the processor's cache.
import { RequestParser } from '@rawhttp/request-parser'
import type { ParserLimits } from '@rawhttp/request-parser'

// More than are at work at the same time in most servers; the others are left to the garbage collector.
const MAX_SPARE_PARSERS = 128

/** Parsers with the same limits, between two messages. */
export class ParserPool {
  readonly #limits: Partial<ParserLimits>
  readonly #spare: RequestParser[]

  /** @throws UsageError ERR_OPTION as RequestParser */
  constructor(limits: Partial<ParserLimits> | undefined) {
    // The caller may change them later: a connection must not get others for that.
    this.#limits = { ...limits }
    this.#spare = [new RequestParser(limits)]
  }

  /** A parser that has seen nothing of its next message. */
  take(): RequestParser {
    return this.#spare.pop() ?? new RequestParser(this.#limits)
  }

  /** For any other connection: it must have read its message to the end, hold nothing, and be told of no end. */
  giveBack(parser: RequestParser): void {
    if (this.#spare.length < MAX_SPARE_PARSERS) this.#spare.push(parser)
  }
}
