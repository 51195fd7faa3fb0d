// Who is there, in no order. Not a Set: where members come and go a Set makes its table anew every so often, and in V8 each old table
// points to the next one. Once one of them has grown old, all behind it, and members that have long gone, live until the next full
// collection of garbage, and every small one copies them: a third of what a connection for one request costs.

/** A place in a roster. */
export class Seat<Member> {
  readonly member: Member
  /** Index in `seats`; -1 once it was left. */
  index: number
  readonly #seats: Seat<Member>[]

  constructor(seats: Seat<Member>[], member: Member) {
    this.#seats = seats
    this.member = member
    this.index = seats.push(this) - 1
  }

  /** Leaves the roster, unless that was done before. */
  leave(): void {
    const { index } = this
    if (index === -1) return
    this.index = -1
    const last = this.#seats.pop()
    if (last === undefined || last === this) return
    last.index = index
    this.#seats[index] = last
  }
}

/** Members that come and go. */
export class Roster<Member> implements Iterable<Member> {
  readonly #seats: Seat<Member>[] = []

  /** How many there are. */
  get size(): number {
    return this.#seats.length
  }

  /** Adds a member, also one that is there already. */
  add(member: Member): Seat<Member> {
    return new Seat(this.#seats, member)
  }

  /** Every member, the last first; each may leave meanwhile. */
  *[Symbol.iterator](): Generator<Member, void> {
    for (let i = this.#seats.length - 1; i >= 0; i--) {
      const seat = this.#seats[i]
      if (seat !== undefined) yield seat.member
    }
  }
}
