/** The middle of the values, or the mean of the two in the middle; NaN when there is none. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The value below which the given part of the values lies, interpolated; NaN when there is none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * part
  const below = sorted[Math.floor(place)] ?? NaN
  const above = sorted[Math.ceil(place)] ?? NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** Where most of some values lie. */
export interface Spread {
  readonly median: number
  /** Tenth and ninetieth percentile. */
  readonly low: number
  readonly high: number
}

/** The spread of some values. */
export function spread(values: readonly number[]): Spread {
  return {
    median: median(values),
    low: percentile(values, 0.1),
    high: percentile(values, 0.9),
  }
}

/** Each of the values divided by the one of the same round: what slowed a round down slowed both. */
export function ratios(values: readonly number[], bases: readonly number[]): readonly number[] {
  return values.slice(0, bases.length).map((value, i) => value / (bases[i] ?? NaN))
}

/**
 * How fast a cost grows: the slope of the line through the logarithms, by least squares. 1 is linear, 2 quadratic, 0 a cost that
 * stays.
 *
 * @param points size and cost, both above 0
 */
export function logLogSlope(points: readonly (readonly [size: number, cost: number])[]): number {
  const logarithms = points.map(([size, cost]) => [Math.log(size), Math.log(cost)] as const)
  const mean = (of: 0 | 1): number =>
    logarithms.reduce((sum, point) => sum + point[of], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const covariance = logarithms.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const variance = logarithms.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return covariance / variance
}
