import { percentile } from '../statistics.ts'

// A second of the fastest server that there is; beyond that one value in so many is as good.
const MOST = 262_144

/** Times of requests, of which a bounded number is kept. */
export class Latencies {
  readonly #kept = new Float64Array(MOST)
  #count = 0

  /** @param milliseconds of one request */
  add(milliseconds: number): void {
    // The newest replace the oldest: a run is as long as it is, and its end is not another one than its beginning.
    this.#kept[this.#count++ % MOST] = milliseconds
  }

  /** The value below which the given part of those that are kept lies; NaN when there is none. */
  percentile(part: number): number {
    return percentile([...this.#kept.subarray(0, Math.min(this.#count, MOST))], part)
  }
}
