// Range            = ranges-specifier                                     (RFC 9110 §14.2)
// ranges-specifier = range-unit "=" range-set                             (§14.1.1)
// range-spec       = int-range / suffix-range / other-range
// int-range        = first-pos "-" [ last-pos ], suffix-range = "-" suffix-length      (§14.1.2)

/** Octets of a representation, both ends included. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

// A file sent in hundreds of slivers costs far more than it is worth (§14.2, §17.15). Players ask for one range, readers of
// documents for a few.
const MAX_RANGES = 16
// What lies between two ranges is sent along when it is shorter than the head of another part would be.
const WORTHWHILE_GAP_BYTES = 80

/**
 * The ranges that a Range field asks for: sorted and merged when they overlap or nearly touch, otherwise in the order asked for.
 *
 * @param size length of the representation in octets
 * @returns undefined: the field is to be ignored (no bytes unit, not of its grammar, or absurd); none: nothing of it can be
 *   satisfied, which is a 416
 */
export function requestedRanges(field: string, size: number): readonly ByteRange[] | undefined {
  const match = /^bytes=(.*)$/i.exec(field)
  if (match === null) return undefined
  const specs = (match[1] ?? '').split(',').map((spec) => spec.replace(/^[ \t]+|[ \t]+$/g, ''))
  const asked = specs.filter((spec) => spec !== '')
  if (asked.length === 0 || asked.length > MAX_RANGES) return undefined
  const ranges: ByteRange[] = []
  for (const spec of asked) {
    const range = parseSpec(spec, size)
    if (range === undefined) return undefined
    if (range.first < size) ranges.push(range)
  }
  return merged(ranges)
}

// A range that cannot be satisfied starts at the size; undefined when the text is no range at all. Numbers beyond 2^53 lose their
// last digits, and are beyond the size of any file all the same.
function parseSpec(spec: string, size: number): ByteRange | undefined {
  const match = /^(\d*)-(\d*)$/.exec(spec)
  if (match === null || spec === '-') return undefined
  const [, first = '', last = ''] = match
  if (first === '') {
    const length = Math.min(Number(last), size)
    return { first: size - length, last: size - 1 }
  }
  const start = Number(first)
  if (last === '') return { first: start, last: size - 1 }
  if (Number(last) < start) return undefined
  return { first: start, last: Math.min(Number(last), size - 1) }
}

function merged(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const sorted = [...ranges].sort((a, b) => a.first - b.first)
  const result: ByteRange[] = []
  for (const range of sorted) {
    const before = result.at(-1)
    if (before !== undefined && range.first <= before.last + WORTHWHILE_GAP_BYTES) {
      result[result.length - 1] = {
        first: before.first,
        last: Math.max(before.last, range.last),
      }
    } else {
      result.push(range)
    }
  }
  return result.length === ranges.length ? ranges : result
}
