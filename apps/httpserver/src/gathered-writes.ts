/** Takes text; a stream is one. */
export interface TextSink {
  write(text: string): unknown
}

/** A stream of text that tells how much of it waits for its reader; every node:stream is one. */
interface WaitingStream extends TextSink {
  /** Octets that nobody has taken yet. */
  readonly writableLength: number
  on(event: 'drain', listener: () => void): unknown
}

const MAX_GATHERED_CHARACTERS = 65_536
const MAX_WAITING_BYTES = 1_048_576

/** Drops lines while a MiB waits for the reader of a stream: one that has stopped must not take memory without end. */
export class BoundedWrites implements TextSink {
  readonly #stream: WaitingStream
  #dropped = 0

  /** @param tell told how many lines were dropped, when the reader has taken all that waited */
  constructor(stream: WaitingStream, tell: (dropped: number) => void) {
    this.#stream = stream
    stream.on('drain', () => {
      const dropped = this.#dropped
      this.#dropped = 0
      if (dropped > 0) tell(dropped)
    })
  }

  write(text: string): void {
    if (this.#dropped === 0 && this.#stream.writableLength < MAX_WAITING_BYTES) {
      this.#stream.write(text)
    } else {
      this.#dropped += text.split('\n').length - 1
    }
  }
}

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
