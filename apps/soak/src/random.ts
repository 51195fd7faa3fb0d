// splitmix32: one word of state and a good mix of its bits, so neighbouring seeds give unlike sequences.
const STEP = 0x9e3779b9
const WORDS = 2 ** 32

/** Pseudo-random choices: the same seed gives the same choices for ever. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A generator of its own for each `index`, such as a client's number. */
  static of(seed: number, index: number): Random {
    return new Random(new Random(seed).word() ^ new Random(~index).word())
  }

  /** A whole number below 2^32. */
  word(): number {
    this.#state = (this.#state + STEP) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor((this.word() / WORDS) * (most - least + 1))
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.word() / WORDS < probability
  }

  /** One of `items`. @throws RangeError when there is none */
  pick<Item>(items: readonly Item[]): Item {
    for (const item of items.slice(this.between(0, items.length - 1))) return item
    throw new RangeError('pick: expected at least one item')
  }

  /** One of `rows`, each as often as its `weight` says. */
  weighted<Row extends { readonly weight: number }>(rows: readonly Row[]): Row {
    const total = rows.reduce((sum, { weight }) => sum + weight, 0)
    let place = (this.word() / WORDS) * total
    for (const row of rows) {
      place -= row.weight
      if (place < 0) return row
    }
    throw new RangeError('weighted: expected at least one row with a weight')
  }

  /** So many octets of any value. */
  octets(count: number): Buffer {
    const octets = Buffer.allocUnsafe(count)
    let i = 0
    for (; i + 4 <= count; i += 4) octets.writeUInt32LE(this.word(), i)
    for (; i < count; i++) octets[i] = this.word() & 0xff
    return octets
  }

  /** So many lower-case letters. */
  letters(count: number): string {
    let letters = ''
    while (letters.length < count) letters += String.fromCharCode(0x61 + this.between(0, 25))
    return letters
  }

  /** `octets` cut at random places into at most `most` pieces, none of them empty unless all is. */
  pieces(octets: Buffer, most: number): readonly Buffer[] {
    const places = new Set([octets.length])
    for (let i = this.between(1, most); i > 1; i--) {
      if (octets.length > 1) places.add(this.between(1, octets.length - 1))
    }
    let start = 0
    return [...places]
      .toSorted((one, other) => one - other)
      .map((end) => {
        const piece = octets.subarray(start, end)
        start = end
        return piece
      })
  }
}
