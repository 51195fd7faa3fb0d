// One field section, delivered in every way that a network and a caller can think of. What comes of it must not depend on that.
import {
  FieldSectionReader,
  Headers,
  INCOMPLETE,
  latin1Slice,
  ProtocolError,
  ReceiveBuffer,
} from '../../src/index.ts'
import type { FieldLimits } from '../../src/index.ts'
import { octets } from './octets.ts'
import { seededRandom } from './random.ts'

type Line = readonly [name: string, value: string]

/** What came of a section. */
export type Outcome =
  | {
      readonly kind: 'Complete'
      /** Octets of the section, the empty line included. */
      readonly sectionBytes: number
      /** Names as they came. */
      readonly lines: readonly Line[]
      /** Names in lower case. */
      readonly fields: readonly Line[]
      readonly seen: number
    }
  | { readonly kind: 'Incomplete' }
  | {
      readonly kind: 'Refused'
      readonly code: string
      readonly offset: number | undefined
      readonly message: string
    }

/** One way to deliver a section, and what came of it. */
interface Delivered {
  readonly delivery: string
  readonly outcome: Outcome
}

export const NO_LIMITS: FieldLimits = { maxSectionBytes: Infinity, maxFieldLines: Infinity }

// What comes behind a section belongs to somebody else. Each of these would change something if it were read.
const FOLLOWERS = ['GET / HTTP/1.1\r\nHost: b\r\n\r\n', '\r\n\r\n', ' \t', '\n', '\0', ':']
const RANDOM_SPLITS = 8

/** What comes of `section` when it is delivered whole, and every delivery of which something else comes: none, when all is well. */
export function deliverEveryWay(
  section: Uint8Array,
  limits: FieldLimits = NO_LIMITS,
): { readonly outcome: Outcome; readonly differing: readonly Delivered[] } {
  const outcome = deliver(section, [section.length], limits)
  const expected = JSON.stringify(outcome)
  const differing: Delivered[] = []
  for (const delivered of deliveries(section, limits, outcome)) {
    if (JSON.stringify(delivered.outcome) !== expected) differing.push(delivered)
  }
  return { outcome, differing }
}

function* deliveries(
  section: Uint8Array,
  limits: FieldLimits,
  whole: Outcome,
): Generator<Delivered, void> {
  const single = everyOctet(section)
  yield { delivery: 'octet by octet', outcome: deliver(section, single, limits) }
  yield* splits(section, limits, '')
  yield* randomSplits(section, limits)
  for (const [at, start] of [
    [1, 0],
    [2, 3],
    [7, 64],
  ] as const) {
    const outcome = deliver(section, single, limits, new FieldSectionReader(limits), at, start)
    yield { delivery: `octet by octet, ${start} octets behind base ${at}`, outcome }
  }
  yield { delivery: 'octet by octet, moved each time', outcome: deliverMoved(section, limits) }
  yield* usedReaders(section, single, limits)
  if (whole.kind === 'Incomplete') return
  for (const follower of FOLLOWERS) {
    const followed = Uint8Array.of(...section, ...octets(follower))
    const name = `followed by ${JSON.stringify(follower)}`
    yield { delivery: name, outcome: deliver(followed, [followed.length], limits) }
    yield* splits(followed, limits, `, ${name}`)
  }
}

function* splits(section: Uint8Array, limits: FieldLimits, name: string): Generator<Delivered> {
  for (let i = 0; i <= section.length; i++) {
    const outcome = deliver(section, [i, section.length], limits)
    yield { delivery: `split at ${i}${name}`, outcome }
  }
}

function* randomSplits(section: Uint8Array, limits: FieldLimits): Generator<Delivered> {
  for (let seed = 1; seed <= RANDOM_SPLITS; seed++) {
    const ends = randomEnds(section.length, seed)
    yield { delivery: `pieces to ${ends.join()}`, outcome: deliver(section, ends, limits) }
  }
}

/** Ends of pieces of one octet. */
export function everyOctet(section: Uint8Array): number[] {
  return Array.from(section, (_, index) => index + 1)
}

/** Ends of pieces of 0 to 12 octets. */
export function randomEnds(length: number, seed: number): number[] {
  const random = seededRandom(seed)
  const ends: number[] = []
  for (let end = 0; end < length;) {
    end = Math.min(length, end + random(13))
    ends.push(end)
  }
  return ends
}

// A reader remembers which names stood where in the last section. It must not find them in this one.
function* usedReaders(
  section: Uint8Array,
  single: readonly number[],
  limits: FieldLimits,
): Generator<Delivered> {
  for (const earlier of ['Host: a\r\nAccept: b\r\nX-Own: c\r\n\r\n', 'Host: a\r\nCook', 'Te\0']) {
    for (const ends of [[section.length], single]) {
      const reader = new FieldSectionReader(limits)
      deliver(octets(earlier), [earlier.length], limits, reader)
      const outcome = deliver(section, ends, limits, reader)
      yield { delivery: `in ${ends.length} pieces, behind ${JSON.stringify(earlier)}`, outcome }
    }
  }
}

/** Gives a reader `section` in pieces that end at `ends`, until it has what it wants. */
export function deliver(
  section: Uint8Array,
  ends: readonly number[],
  limits: FieldLimits = NO_LIMITS,
  reader: FieldSectionReader = new FieldSectionReader(limits),
  base = 0,
  start = 0,
): Outcome {
  const buffer = usedMemory(section.length + base + start)
  buffer.append(octets('\n'.repeat(base + start)))
  reader.begin(start, 0)
  let given = 0
  return outcomeOf(() => {
    for (const end of ends) {
      buffer.append(section, given, end)
      given = end
      const sectionEnd = reader.read(buffer, base)
      if (sectionEnd !== INCOMPLETE) return complete(reader, buffer, base, start, sectionEnd)
    }
    return { kind: 'Incomplete' }
  })
}

// Every octet comes into other memory than the one before, at another base: heads move like that when they are cut.
function deliverMoved(section: Uint8Array, limits: FieldLimits): Outcome {
  const reader = new FieldSectionReader(limits)
  reader.begin(0, 0)
  return outcomeOf(() => {
    for (let end = 1; end <= section.length; end++) {
      const buffer = new ReceiveBuffer(1)
      const base = end % 5
      buffer.append(octets(':'.repeat(base)))
      buffer.append(section, 0, end)
      const sectionEnd = reader.read(buffer, base)
      if (sectionEnd !== INCOMPLETE) return complete(reader, buffer, base, 0, sectionEnd)
    }
    return { kind: 'Incomplete' }
  })
}

function complete(
  reader: FieldSectionReader,
  buffer: ReceiveBuffer,
  base: number,
  start: number,
  sectionEnd: number,
): Outcome {
  const headers = new Headers()
  headers.take(reader, latin1Slice(buffer.octets, base, sectionEnd))
  return {
    kind: 'Complete',
    sectionBytes: sectionEnd - base - start,
    lines: [...headers.lines()],
    fields: [...headers],
    seen: reader.seen,
  }
}

// What `read` gives, or the ProtocolError it throws; anything else that it throws is a bug and goes on.
function outcomeOf(read: () => Outcome): Outcome {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return {
      kind: 'Refused',
      code: error.code,
      offset: error.offset,
      message: error.message,
    }
  }
}

// Memory that held other octets before, so that reading behind the end would be seen.
function usedMemory(room: number): ReceiveBuffer {
  const buffer = new ReceiveBuffer(room + 1)
  buffer.append(octets('\r\n:a'.repeat(room)))
  buffer.clear()
  return buffer
}
