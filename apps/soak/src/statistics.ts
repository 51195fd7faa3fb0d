/** One measurement: `y` at `x`. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** The straight line through points by least squares. */
export interface Line {
  /** By how much `y` grows when `x` grows by one; 0 when all points have the same `x`. */
  readonly slope: number
  /** How much of the slope may be chance: its standard error; 0 for fewer than three points. */
  readonly error: number
}

/** The line with the least sum of squared distances in `y`. */
export function fitLine(points: readonly Point[]): Line {
  const meanX = mean(points.map(({ x }) => x))
  const meanY = mean(points.map(({ y }) => y))
  let squares = 0
  let products = 0
  for (const { x, y } of points) {
    squares += (x - meanX) ** 2
    products += (x - meanX) * (y - meanY)
  }
  if (squares === 0) return { slope: 0, error: 0 }
  const slope = products / squares
  if (points.length < 3) return { slope, error: 0 }
  let residuals = 0
  for (const { x, y } of points) residuals += (y - meanY - slope * (x - meanX)) ** 2
  return { slope, error: Math.sqrt(residuals / (points.length - 2) / squares) }
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

// Each bucket of a Distribution reaches this much further than the one before: percentiles are right within 1 %.
const RATIO = 1.02
const LEAST = 0.001

/** Positive values of which only percentiles are asked, in bounded room however many they are. */
export class Distribution {
  readonly #buckets: number[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  add(value: number): void {
    const bucket = Math.max(0, Math.round(Math.log(value / LEAST) / Math.log(RATIO)))
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#count++
  }

  /** The value that `share` (0 to 1) of all values do not exceed; NaN when there are none. */
  percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    for (const [bucket, count] of this.#buckets.entries()) {
      seen += count ?? 0
      if (seen >= rank) return LEAST * RATIO ** bucket
    }
    return NaN
  }
}
