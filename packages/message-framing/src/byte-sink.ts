// How octets get to the sink: what is small is joined to one write, what is large is never copied.
import { latin1Slice, latin1Write } from '@rawhttp/headers'

/** Where a message goes. A socket of node:net fits as it is. */
export interface ByteSink {
  /**
   * Takes octets, by reference.
   *
   * @returns false: no more, please, until `drained`
   */
  write(octets: Uint8Array): boolean | void
  /** As `write`, for octets as the characters of a string; preferred for heads and small bodies when it is there. */
  writeLatin1?(text: string): boolean | void
  /** Resolves when the sink can take more. Without it nothing waits. */
  drained?(): Promise<void>
  /** Whether the connection may live on; asked when a head is made, which must say so. Without it the writer's option decides. */
  mayPersist?(): boolean
}

/** Up to this many octets of a body are joined to what stands before it: copying them costs less than a second write. */
export const MAX_JOINED_BYTES = 2048

/** Hands over text with one octet a character. */
export function writeText(sink: ByteSink, text: string): boolean {
  if (sink.writeLatin1 !== undefined) return sink.writeLatin1(text) !== false
  const octets = new Uint8Array(text.length)
  latin1Write(text, octets, 0)
  return sink.write(octets) !== false
}

/** Hands over content with text round it, in one write when the content is small. */
export function writeContent(
  sink: ByteSink,
  before: string,
  content: string | Uint8Array,
  after: string,
): boolean {
  if (typeof content === 'string') return writeText(sink, before + content + after)
  if (before === '' && after === '') return sink.write(steady(content)) !== false
  if (content.length <= MAX_JOINED_BYTES) return writeJoined(sink, before, content, after)
  const octets = steady(content)
  let flowing = before === '' || writeText(sink, before)
  if (sink.write(octets) === false) flowing = false
  if (after !== '' && !writeText(sink, after)) flowing = false
  return flowing
}

function writeJoined(sink: ByteSink, before: string, content: Uint8Array, after: string): boolean {
  if (sink.writeLatin1 !== undefined) {
    return sink.writeLatin1(before + latin1Slice(content, 0, content.length) + after) !== false
  }
  const octets = new Uint8Array(before.length + content.length + after.length)
  latin1Write(before, octets, 0)
  octets.set(content, before.length)
  latin1Write(after, octets, before.length + content.length)
  return sink.write(octets) !== false
}

// A sink keeps octets by reference, and what was said of their length must stay true: those of memory that can be resized, or that
// other threads write to, are copied.
function steady(octets: Uint8Array): Uint8Array {
  const memory: ArrayBufferLike & { readonly resizable?: boolean } = octets.buffer
  const fixed = memory[Symbol.toStringTag] === 'ArrayBuffer' && memory.resizable !== true
  return fixed ? octets : new Uint8Array(octets)
}
