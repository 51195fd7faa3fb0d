// Octets in one piece of memory, for messages that arrive in many. It starts small and doubles, as octets come.
import { UsageError } from './errors.ts'

// Two words of four are read at once, from as far as the end, which itself holds a zero.
const SLACK_BYTES = 16
// Up to here a loop is faster than TypedArray.prototype.set, which costs about 13 ns before the first octet.
const FEW_BYTES = 12
// The same for a part of the source, which needs a view of it first: 36 ns more.
const FEW_BYTES_OF_MANY = 40

/** Contiguous octets that grow at the end: the place where a part of a message waits for its rest. */
export class ReceiveBuffer {
  /** The memory. `octets[end]` is always 0, which no grammar here accepts: inner loops stop there without a bounds test. */
  octets: Uint8Array
  /** The same memory, for reading four octets at once. */
  view: DataView
  /** How many octets are held, from index 0 on. */
  end = 0

  /** @param initialBytes room at the start, in octets (default 1024) */
  constructor(initialBytes = 1024) {
    this.octets = new Uint8Array(initialBytes + SLACK_BYTES)
    this.view = new DataView(this.octets.buffer)
  }

  /**
   * Copies `source` from `start` up to `end` behind the octets held, doubling the room until it is enough.
   *
   * @throws UsageError ERR_OCTETS when `source` has no octets there: what others left in the memory would be taken for them
   */
  append(source: Uint8Array, start = 0, end: number = source.length): void {
    if (end > source.length) throw tooFewOctets(source, end)
    const count = end - start
    if (this.end + count + SLACK_BYTES > this.octets.length) this.#grow(this.end + count)
    const octets = this.octets
    const held = this.end
    const whole = count === source.length
    if (count <= (whole ? FEW_BYTES : FEW_BYTES_OF_MANY)) {
      for (let i = 0; i < count; i++) octets[held + i] = source[start + i]
    } else {
      octets.set(whole ? source : source.subarray(start, start + count), held)
    }
    this.end = held + count
    octets[this.end] = 0
  }

  /**
   * Drops the octets held and copies `source` from `start` up to `end` to index 0. There must be room for them.
   *
   * @throws UsageError ERR_OCTETS as `append`
   */
  fill(source: Uint8Array, start: number, end: number): void {
    if (end > source.length) throw tooFewOctets(source, end)
    const octets = this.octets
    const count = end - start
    octets.set(count === source.length ? source : source.subarray(start, end))
    octets[count] = 0
    this.end = count
  }

  /** Drops the first `count` octets; the rest moves to index 0. */
  shift(count: number): void {
    this.octets.copyWithin(0, count, this.end)
    this.end -= count
    this.octets[this.end] = 0
  }

  /** Drops all octets and keeps the room. */
  clear(): void {
    this.end = 0
    this.octets[0] = 0
  }

  #grow(neededBytes: number): void {
    // Room for nothing could be doubled for ever.
    let room = Math.max(1, this.octets.length - SLACK_BYTES)
    while (room < neededBytes) room *= 2
    const grown = new Uint8Array(room + SLACK_BYTES)
    grown.set(this.octets.subarray(0, this.end))
    this.octets = grown
    this.view = new DataView(grown.buffer)
  }
}

function tooFewOctets(source: Uint8Array, end: number): UsageError {
  return new UsageError('ERR_OCTETS', `octets up to ${end} were given, there are ${source.length}`)
}
