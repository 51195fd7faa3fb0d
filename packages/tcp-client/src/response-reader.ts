import type { Headers } from '@rawhttp/headers'
import { ResponseParser } from '@rawhttp/response-parser'
import type { ResponseHead } from '@rawhttp/response-parser'
import type { ExchangeSettings } from './options.ts'

/** Whom a reader tells what it finds. Each may say that it wants no more, by false. */
export interface ResponseTaker {
  takeInterim(head: ResponseHead): boolean
  takeHead(head: ResponseHead): boolean
  /** Content, in memory that is used again. False here: not now. */
  takeContent(content: Uint8Array): boolean
}

/**
 * How a read ended: all was read and more is due; so it was, and nothing more is wanted now; the response is complete; nobody wants
 * anything any more.
 */
export type ReadOutcome = 'More' | 'Full' | 'End' | 'Stopped'

/** Reads the responses of one connection, one after another. */
export class ResponseReader {
  /** Octets of content of the response in progress. */
  contentBytes = 0
  #parser: ResponseParser | undefined
  #settings: ExchangeSettings['parser'] | undefined

  /** Gets ready for the response to a request: its method decides where the response ends (RFC 9112 §6.3). */
  begin(method: string, settings: ExchangeSettings['parser']): void {
    this.contentBytes = 0
    if (this.#parser === undefined || settings !== this.#settings) {
      this.#parser = new ResponseParser(method, settings)
      this.#settings = settings
    } else {
      this.#parser.startNextMessage(method)
    }
  }

  /** Whether anything of the response has come. */
  get started(): boolean {
    return this.#parser?.started === true
  }

  /** Whether octets have come that are not of the response. */
  get beyond(): boolean {
    return this.#parser !== undefined && this.#parser.heldBytes > 0
  }

  /** The trailer section of a response that has come to its end. */
  get trailers(): Headers | undefined {
    return this.#parser?.trailers
  }

  /** As ResponseParser. */
  push(octets: Uint8Array): void {
    this.#parser?.push(octets)
  }

  /** As ResponseParser. */
  end(): void {
    this.#parser?.end()
  }

  /** As ResponseParser. */
  takeRemaining(): Uint8Array {
    return this.#parser?.takeRemaining() ?? new Uint8Array(0)
  }

  /**
   * Reads all that was pushed, and gives its content in one piece.
   *
   * @throws ProtocolError, when the content before was given
   */
  read(taker: ResponseTaker): ReadOutcome {
    const parser = this.#parser
    if (parser === undefined) return 'Stopped'
    let content: Uint8Array | undefined
    try {
      for (let event = parser.next(); event !== null; event = parser.next()) {
        if (event === 'Body') {
          content = joined(content, parser.bodyOctets)
        } else if (event === 'Head') {
          if (!taker.takeHead(parser.head)) return 'Stopped'
        } else if (event === 'Interim') {
          if (!taker.takeInterim(parser.interimHead)) return 'Stopped'
        } else {
          this.#give(taker, content)
          return 'End'
        }
      }
    } catch (error) {
      this.#give(taker, content)
      throw error
    }
    return this.#give(taker, content) ? 'More' : 'Full'
  }

  #give(taker: ResponseTaker, content: Uint8Array | undefined): boolean {
    if (content === undefined) return true
    this.contentBytes += content.length
    return taker.takeContent(content)
  }
}

// What is between two runs, such as chunk sizes, is moved out of the way: the memory is ours, and what stands before `next` was read.
function joined(content: Uint8Array | undefined, next: Uint8Array): Uint8Array {
  if (content === undefined) return next
  const { buffer, byteOffset, length } = content
  const memory =
    buffer === next.buffer
      ? new Uint8Array(buffer, byteOffset, length + next.length)
      : copyWithRoom(content, next.length)
  memory.set(next, length)
  return memory
}

function copyWithRoom(content: Uint8Array, room: number): Uint8Array {
  const memory = new Uint8Array(content.length + room)
  memory.set(content)
  return memory
}
