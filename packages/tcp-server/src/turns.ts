// Then other connections have their turn.
const REQUESTS_A_TURN = 16

/** Whoever takes turns with others. */
export interface TurnTaker {
  /** Its next turn has come. */
  advance(): void
}

/** How much one connection may do before the event loop looks after the others: pipelined requests would keep them all waiting. */
export class Turns {
  readonly #taker: TurnTaker
  #requestCount = 0
  #waiting = false
  // Made for the first wait.
  #onTurn: (() => void) | undefined

  constructor(taker: TurnTaker) {
    this.#taker = taker
  }

  /** Whether the next turn is waited for. */
  get waiting(): boolean {
    return this.#waiting
  }

  /** Whether as many requests were begun as there may be in one turn. */
  get over(): boolean {
    return this.#requestCount >= REQUESTS_A_TURN
  }

  /** Octets have come, in a turn of their own. */
  begin(): void {
    if (!this.#waiting) this.#requestCount = 0
  }

  /** A request begins. */
  count(): void {
    this.#requestCount++
  }

  /** The next turn is wanted. */
  wait(): void {
    if (this.#waiting) return
    this.#waiting = true
    this.#onTurn ??= () => {
      this.#waiting = false
      this.#requestCount = 0
      this.#taker.advance()
    }
    setImmediate(this.#onTurn)
  }
}
