// Range            = ranges-specifier                                     (RFC 9110 §14.2)
// ranges-specifier = range-unit "=" range-set                             (§14.1.1)
// range-spec       = int-range / suffix-range / other-range
// int-range        = first-pos "-" [ last-pos ], suffix-range = "-" suffix-length      (§14.1.2)
import { listMembers } from '@rawhttp/headers'

/** Octets of a representation, both ends included. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

// A file sent in hundreds of slivers costs far more than it is worth (§14.2, §17.15). Players ask for one range, readers of
// documents for a few.
const MAX_RANGES = 16
// What lies between two ranges is sent along when it is shorter than the head of another part would be (§15.3.7.2).
const WORTHWHILE_GAP_BYTES = 80
// "0-" and suffix ranges of any length: what a client asks for that adds a range to each of its requests.
const ALL_OF_NOTHING = /^(?:0+-$|-.*[1-9])/

/**
 * The ranges that a Range field asks for, in its order. Those that overlap or nearly touch become one, so no octet is asked for
 * twice, whatever the field says.
 *
 * @param size length of the representation in octets
 * @returns undefined: the field is to be ignored (no bytes unit, not of its grammar, too many ranges, or all of nothing); none:
 *   nothing of it can be satisfied, which is a 416
 */
export function requestedRanges(field: string, size: number): readonly ByteRange[] | undefined {
  if (!/^bytes=/i.test(field)) return undefined
  const specs = listMembers(field.slice('bytes='.length))
  if (specs.length === 0 || specs.length > MAX_RANGES) return undefined
  const ranges: ByteRange[] = []
  for (const spec of specs) {
    const range = parseSpec(spec, size)
    if (range === undefined) return undefined
    if (range.first < size) ranges.push(range)
    // §14.1.2: all of nothing and its last octets can be given, which is nothing, and no Content-Range can say so.
    else if (size === 0 && ALL_OF_NOTHING.test(spec)) return undefined
  }
  return coalesced(ranges)
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

// Parts come in the order asked for (§15.3.7.2), a joined one where the first of its ranges stood.
function coalesced(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const ascending = ranges
    .map(({ first, last }, place) => ({ first, last, place }))
    .sort((a, b) => a.first - b.first)
  const joined: typeof ascending = []
  for (const range of ascending) {
    const before = joined.at(-1)
    if (before !== undefined && range.first <= before.last + WORTHWHILE_GAP_BYTES) {
      before.last = Math.max(before.last, range.last)
      before.place = Math.min(before.place, range.place)
    } else {
      joined.push(range)
    }
  }
  return joined.sort((a, b) => a.place - b.place).map(({ first, last }) => ({ first, last }))
}
