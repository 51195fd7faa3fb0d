// A load generator must be cheaper than the servers it loads. So one connection first parses some responses, and when they come with
// Content-Length and have the same number of octets, those of all others are counted by that number, looking only whether each
// begins with the same status line. Other responses, such as chunked ones, are parsed.
import { ResponseParser } from '@rawhttp/response-parser'
import type { Load } from './load.ts'

/** Reads the responses of one connection. */
export interface ResponseReader {
  /**
   * @param octets must not change afterwards when `keepsOctets`
   * @returns how many responses have become complete
   * @throws ProtocolError, or Error when a response is not what it must be
   */
  push(octets: Uint8Array): number
  readonly keepsOctets: boolean
}

// "HTTP/1.1 200": as far as the status line is the same for every server.
const STATUS_LINE_BYTES = 12

/** Counts responses of a known length. */
export class CountingReader implements ResponseReader {
  readonly keepsOctets = false
  readonly #statusLine: Uint8Array
  readonly #responseBytes: number
  // How much of the response in progress has come.
  #seenBytes = 0

  /** @param responseBytes octets of every response, head and content */
  constructor(statusCode: number, responseBytes: number) {
    this.#statusLine = Buffer.from(`HTTP/1.1 ${statusCode}`, 'latin1')
    this.#responseBytes = responseBytes
  }

  push(octets: Uint8Array): number {
    const statusLine = this.#statusLine
    const responseBytes = this.#responseBytes
    let completed = 0
    let seenBytes = this.#seenBytes
    for (let i = 0; i < octets.length;) {
      while (seenBytes < STATUS_LINE_BYTES && i < octets.length) {
        if (octets[i++] !== statusLine[seenBytes++]) {
          throw new Error(`a response does not begin with ${String(statusLine)}`)
        }
      }
      const taken = Math.min(responseBytes - seenBytes, octets.length - i)
      i += taken
      seenBytes += taken
      if (seenBytes === responseBytes) {
        completed++
        seenBytes = 0
      }
    }
    this.#seenBytes = seenBytes
    return completed
  }
}

/** Parses responses, and learns whether they can be counted. */
export class ParsingReader implements ResponseReader {
  readonly keepsOctets = true
  readonly #load: Load
  readonly #parser: ResponseParser
  #contentBytes = 0
  // Octets up to the end of the last response.
  #readBytes = 0
  #pushedBytes = 0
  #responseBytes: number | undefined

  constructor(load: Load) {
    this.#load = load
    this.#parser = new ResponseParser(load.request.method, { maxBodyBytes: Infinity })
  }

  /** Octets of every response so far, head and content; 0 when they differ or any came without Content-Length; undefined: none came. */
  get responseBytes(): number | undefined {
    return this.#responseBytes
  }

  push(octets: Uint8Array): number {
    const parser = this.#parser
    let completed = 0
    parser.push(octets)
    this.#pushedBytes += octets.length
    for (let event = parser.next(); event !== null; event = parser.next()) {
      if (event === 'Body') {
        this.#contentBytes += parser.bodyOctets.length
      } else if (event === 'End') {
        this.#check()
        this.#learnLength()
        completed++
        parser.startNextMessage(this.#load.request.method)
      }
    }
    return completed
  }

  #check(): void {
    const { statusCode } = this.#parser.head.statusLine
    const expected = this.#load
    if (statusCode !== expected.statusCode || this.#contentBytes !== expected.responseBytes) {
      throw new Error(
        `expected ${expected.statusCode} with ${expected.responseBytes} octets, got ${statusCode} with ${this.#contentBytes}`,
      )
    }
    this.#contentBytes = 0
  }

  #learnLength(): void {
    const end = this.#pushedBytes - this.#parser.heldBytes
    const bytes = this.#parser.head.framing.kind === 'length' ? end - this.#readBytes : 0
    this.#readBytes = end
    this.#responseBytes =
      this.#responseBytes === undefined || this.#responseBytes === bytes ? bytes : 0
  }
}
