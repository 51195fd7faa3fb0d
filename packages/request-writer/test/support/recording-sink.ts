import type { ByteSink } from '../../src/index.ts'

/** Keeps what it is given, one entry a write, each octet a character. */
export class RecordingSink implements ByteSink {
  readonly writes: string[] = []
  readonly octets: Uint8Array[] = []
  /** What every write answers. */
  flowing: boolean | void = undefined

  write(octets: Uint8Array): boolean | void {
    this.octets.push(octets)
    this.writes.push(Buffer.from(octets).toString('latin1'))
    return this.flowing
  }

  /** All that left. */
  get text(): string {
    return this.writes.join('')
  }
}

/** As RecordingSink, and takes strings. */
export class TextSink extends RecordingSink {
  texts = 0

  writeLatin1(text: string): boolean | void {
    this.texts++
    this.writes.push(text)
    return this.flowing
  }
}
