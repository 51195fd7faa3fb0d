import { readLog } from './event-log.ts'
import type { Conversation, LogEntry, Manner } from './event-log.ts'
import { latin1 } from './octets.ts'
import { Random } from './random.ts'

/** One way in which octets may arrive. */
export interface Delivery {
  readonly title: string
  readonly pieces: readonly Uint8Array[]
  readonly manner: Manner
}

// Above this, two-way splits are tried near both ends and at as many places between as this.
const MAX_SPLITS = 600
const RANDOM_SPLITS = 4

/** A second response, for what must be left untouched by the first. */
export const SECOND: Uint8Array = latin1('HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nok')

/** Every way in which octets are delivered but whole: octet by octet, cut in two everywhere, cut at random. */
export function* deliveries(octets: Uint8Array, seed: number): Generator<Delivery> {
  const single = Array.from(octets, (_, i) => octets.subarray(i, i + 1))
  yield { title: 'octet by octet', pieces: single, manner: 'when asked' }
  yield { title: 'octet by octet, at once', pieces: single, manner: 'at once' }
  for (const i of splitPlaces(octets.length)) {
    const pieces = [octets.subarray(0, i), octets.subarray(i)]
    yield { title: `cut at ${i}`, pieces, manner: 'when asked' }
  }
  const random = new Random(seed)
  for (const manner of ['when asked', 'at once', 'also when Done'] as const) {
    for (let round = 0; round < RANDOM_SPLITS; round++) {
      const pieces = cutAtRandom(octets, random)
      const ends = pieces.map((piece) => piece.length).join(' ')
      yield { title: `cut into ${ends}, pushed ${manner}`, pieces, manner }
    }
  }
}

/** `octets` in pieces of random lengths, some of them empty. */
export function cutAtRandom(octets: Uint8Array, random: Random): Uint8Array[] {
  const longest = 1 + random.below(Math.max(2, octets.length / (1 + random.below(6))))
  const pieces: Uint8Array[] = []
  for (let i = 0; i < octets.length;) {
    const end = Math.min(octets.length, i + random.below(longest + 1))
    pieces.push(octets.subarray(i, end))
    i = end
  }
  return pieces
}

/** The log of the whole octets in one piece. */
export function wholeLog(conversation: Conversation, octets: Uint8Array): LogEntry[] {
  return readLog(conversation, [octets], 'when asked')
}

function* splitPlaces(length: number): Generator<number> {
  if (length <= MAX_SPLITS) {
    for (let i = 1; i < length; i++) yield i
    return
  }
  const near = MAX_SPLITS / 4
  const stride = Math.ceil(length / (MAX_SPLITS / 2))
  for (let i = 1; i < length; i += i < near || i > length - near ? 1 : stride) yield i
}
