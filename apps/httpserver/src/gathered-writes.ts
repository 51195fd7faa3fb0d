/** Takes text; a stream is one. */
export interface TextSink {
  write(text: string): unknown
}

const MAX_GATHERED_CHARACTERS = 65_536

/** Hands on what was written within a turn of the event loop at its end: one system call for all lines, not one for each. */
export class GatheredWrites implements TextSink {
  readonly #sink: TextSink
  #text = ''
  // The same function for every turn.
  readonly #handOn = (): void => {
    const text = this.#text
    this.#text = ''
    if (text !== '') this.#sink.write(text)
  }

  constructor(sink: TextSink) {
    this.#sink = sink
  }

  write(text: string): void {
    if (this.#text === '') setImmediate(this.#handOn)
    this.#text += text
    if (this.#text.length >= MAX_GATHERED_CHARACTERS) this.#handOn()
  }
}
