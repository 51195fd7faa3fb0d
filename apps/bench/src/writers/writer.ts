import { Writable } from 'node:stream'

/** A contender: writes whole responses, one after the other, as a server does for one connection. */
export interface ResponseSource {
  /** Text of a few octets, as one write of a handler. */
  hello(): void
  /** 1 KiB of JSON with eight field lines. */
  fields(): void
  /** 100 KiB that are there already. */
  large(): void
  /** 16 chunks of 1 KiB, and a trailer section. */
  chunked(): void
  /** Octets written so far. */
  readonly writtenBytes: number
}

/** A module of this folder. */
export interface WriterModule {
  readonly version: string
  readonly createWriter: () => ResponseSource
}

/** One row of the table. */
interface WrittenResponse {
  readonly name: string
  /** Content octets, for whoever checks. */
  readonly contentBytes: number
  readonly fieldLines: number
  readonly write: (source: ResponseSource) => number
}

export const HELLO = 'Hello, world!'
export const JSON_TEXT: string = JSON.stringify({ text: 'x'.repeat(1013) })
export const LARGE: Uint8Array = new Uint8Array(102_400).fill(0x78)
export const PIECE: Uint8Array = new Uint8Array(1024).fill(0x78)
export const PIECES = 16
/** Field lines besides those that every response has. */
export const FIELDS: readonly (readonly [name: string, value: string])[] = [
  ['Content-Type', 'application/json; charset=utf-8'],
  ['Vary', 'Accept-Encoding, Origin'],
  ['ETag', 'W/"4f9c2da7b1"'],
  ['Cache-Control', 'private, max-age=0, must-revalidate'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Access-Control-Allow-Origin', 'https://www.example.com'],
]

/** What is written, in the order of the table. Field lines are counted with Date and the framing. */
export const RESPONSES: readonly WrittenResponse[] = [
  row('13 octets of text', HELLO.length, 3, (source) => {
    source.hello()
  }),
  row('1 KiB of JSON, 8 field lines', JSON_TEXT.length, 8, (source) => {
    source.fields()
  }),
  row('100 KiB', LARGE.length, 3, (source) => {
    source.large()
  }),
  row('16 chunks of 1 KiB, trailer', PIECE.length * PIECES, 4, (source) => {
    source.chunked()
  }),
]

function row(
  name: string,
  contentBytes: number,
  fieldLines: number,
  write: (source: ResponseSource) => void,
): WrittenResponse {
  return {
    name,
    contentBytes,
    fieldLines,
    write: (source) => {
      write(source)
      return source.writtenBytes
    },
  }
}

/** A socket's stream without a network: it takes strings as they are, as net.Socket does, and counts. */
export class NullSocket extends Writable {
  writtenBytes = 0
  /** Where what is written goes too, for whoever checks. */
  readonly copy: Buffer[] | undefined

  constructor(copy?: Buffer[]) {
    super({ decodeStrings: false })
    this.copy = copy
  }

  override _write(
    octets: Uint8Array | string,
    encoding: BufferEncoding,
    written: (error?: Error) => void,
  ): void {
    this.writtenBytes += octets.length
    this.copy?.push(
      typeof octets === 'string' ? Buffer.from(octets, encoding) : Buffer.from(octets),
    )
    written()
  }

  override _writev(
    pieces: readonly { readonly chunk: Uint8Array | string; readonly encoding: BufferEncoding }[],
    written: (error?: Error) => void,
  ): void {
    for (const { chunk: octets, encoding } of pieces) this._write(octets, encoding, () => {})
    written()
  }
}
