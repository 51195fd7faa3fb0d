// What a message can have more and more of. Whatever its cost grows by, it must not grow faster than the message does.
import { cut, octetsOf, reads } from '../messages/input.ts'
import type { Input } from '../messages/input.ts'

/** One thing that grows. */
export interface Dimension {
  readonly name: string
  readonly sizes: readonly number[]
  readonly input: (size: number) => Input
}

const HEAD = 'POST /items HTTP/1.1\r\nHost: localhost\r\n'
const HEAD_LINES = 1
const CHUNK = `10\r\n${'x'.repeat(16)}\r\n`
const VALUE_BYTES = 8000

/** All of them, in the order of the table. */
export const DIMENSIONS: readonly Dimension[] = [
  {
    name: 'field lines, 2 to 96',
    sizes: [2, 6, 12, 24, 48, 96],
    input: (size) =>
      message(
        [octetsOf(`GET / HTTP/1.1\r\nHost: localhost\r\n${fieldLines(size - 1)}\r\n`)],
        size,
        0,
      ),
  },
  {
    name: 'octets of a field value, 60 to 8,000',
    sizes: [60, 250, 1000, 4000, VALUE_BYTES],
    input: (size) =>
      message(
        [octetsOf(`GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ${'v'.repeat(size)}\r\n\r\n`)],
        2,
        0,
      ),
  },
  {
    name: 'pieces of a head of 8,000 octets, 1 to 4,000',
    sizes: [1, 4, 16, 64, 256, 1000, 4000],
    input: (size) => {
      const octets = octetsOf(
        `GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ${'v'.repeat(VALUE_BYTES - 50)}\r\n\r\n`,
      )
      return message(cut(octets, Math.ceil(octets.length / size)), 2, 0)
    },
  },
  {
    name: 'MiB of content in reads of 64 KiB, 1 to 64',
    sizes: [1, 4, 16, 64],
    input: (size) => {
      const bytes = size * 1024 * 1024
      const head = octetsOf(`${HEAD}Content-Length: ${bytes}\r\n\r\n`)
      return message([head, ...reads(size)], HEAD_LINES + 1, bytes)
    },
  },
  {
    name: 'chunks of 16 octets, 4 to 4,096',
    sizes: [4, 16, 64, 256, 1024, 4096],
    input: (size) => {
      const text = `${HEAD}Transfer-Encoding: chunked\r\n\r\n${CHUNK.repeat(size)}0\r\n\r\n`
      return message(cut(octetsOf(text), 65_536), HEAD_LINES + 1, 16 * size)
    },
  },
]

function fieldLines(count: number): string {
  return Array.from({ length: count }, (_, i) => `X-Field-${i}: value ${i}\r\n`).join('')
}

function message(pieces: readonly Uint8Array[], lines: number, bodyBytes: number): Input {
  return {
    name: '',
    messages: 1,
    units: [pieces],
    fieldLines: lines,
    trailerLines: 0,
    bodyBytes,
  }
}
