// A reader of responses that shares nothing with the server it judges. It takes what RFC 9112 lets a server send and nothing else,
// so that an answer that is cut, garbled or framed in two ways can never pass for a whole one.

/** A field line as it came: name in its letter case, value without the whitespace around it. */
export type FieldLine = readonly [name: string, value: string]

/** How the end of a body is found (RFC 9112 §6.3). */
export type AnswerFraming = 'none' | 'length' | 'chunked' | 'close'

/** A whole final response. */
export interface Answer {
  readonly httpVersion: '1.0' | '1.1'
  readonly statusCode: number
  readonly fields: readonly FieldLine[]
  readonly framing: AnswerFraming
  readonly body: Buffer
  readonly trailers: readonly FieldLine[]
  /** Status codes of the interim responses before it. */
  readonly interim: readonly number[]
}

type Head = Pick<Answer, 'httpVersion' | 'statusCode' | 'fields' | 'framing'>

type Part = 'Head' | 'Length' | 'Close' | 'ChunkSize' | 'ChunkData' | 'ChunkDataEnd' | 'Trailers'

const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-9]\d\d) ([\t\x20-\x7e\x80-\xff]*)$/
const FIELD_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/
const CHUNK_SIZE = /^([0-9A-Fa-f]{1,12})$/
const DIGITS = /^\d{1,15}$/

const MAX_LINE_BYTES = 16_384
const NOTHING = Buffer.alloc(0)

/** Reads the responses of one connection, in pieces of any size. */
export class ResponseReader {
  readonly #methods: string[] = []
  readonly #answers: Answer[] = []
  #held: Buffer = NOTHING
  #part: Part = 'Head'
  #lines: string[] = []
  #interim: number[] = []
  #head: Head | undefined
  #left = 0
  #pieces: Buffer[] = []
  #failure: Error | undefined
  #cut = false

  /** A request was sent: the next response is its, and its method says whether a body follows (RFC 9112 §6.3). */
  expect(method: string): void {
    this.#methods.push(method)
  }

  /** What was wrong; nothing is read behind it. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Whether the end came within a response. */
  get cut(): boolean {
    return this.#cut
  }

  /** Whole responses that wait for `take`. */
  get available(): number {
    return this.#answers.length
  }

  /** Status codes of the interim responses to the request whose response is due. */
  get interim(): readonly number[] {
    return this.#interim
  }

  /** Whether a response has begun and not ended. */
  get inside(): boolean {
    return this.#part !== 'Head' || this.#lines.length > 0 || this.#held.length > 0
  }

  /** The oldest whole response. */
  take(): Answer | undefined {
    return this.#answers.shift()
  }

  /** Octets have come. */
  push(octets: Buffer): void {
    if (this.#failure !== undefined) return
    this.#held = this.#held.length === 0 ? octets : Buffer.concat([this.#held, octets])
    try {
      let further = true
      while (further) further = this.#step()
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
    }
  }

  /** The server sends no more: the end of a body without a length, and a cut within any other response. */
  end(): void {
    if (this.#failure !== undefined) return
    if (this.#part === 'Close') this.#finish()
    else this.#cut = this.inside
  }

  // Whether more may be read.
  #step(): boolean {
    switch (this.#part) {
      case 'Head':
      case 'Trailers':
        return this.#readSectionLine()
      case 'Length':
      case 'ChunkData':
        return this.#readCounted()
      case 'Close':
        this.#pieces.push(this.#held)
        this.#held = NOTHING
        return false
      case 'ChunkSize':
        return this.#readChunkSize()
      case 'ChunkDataEnd': {
        const line = this.#readLine()
        if (line === undefined) return false
        if (line !== '') throw new Error(`chunk data: expected CRLF behind it, got ${quote(line)}`)
        this.#part = 'ChunkSize'
        return true
      }
    }
  }

  // One line, which must end with CRLF.
  #readLine(): string | undefined {
    const end = this.#held.indexOf(0x0a)
    if (end > MAX_LINE_BYTES || (end === -1 && this.#held.length > MAX_LINE_BYTES)) {
      throw new Error(`line: expected at most ${MAX_LINE_BYTES} octets`)
    }
    if (end === -1) return undefined
    const line = this.#held.toString('latin1', 0, end)
    if (!line.endsWith('\r')) throw new Error(`line: expected CRLF behind ${quote(line)}, got LF`)
    this.#held = this.#held.subarray(end + 1)
    return line.slice(0, -1)
  }

  #readSectionLine(): boolean {
    const line = this.#readLine()
    if (line === undefined) return false
    if (line !== '') {
      this.#lines.push(line)
      return true
    }
    const lines = this.#lines
    this.#lines = []
    if (this.#part === 'Trailers') this.#finish(lines.map(readFieldLine))
    else this.#readHead(lines)
    return true
  }

  #readHead([statusLine = '', ...fieldLines]: readonly string[]): void {
    const method = this.#methods[0]
    if (method === undefined) throw new Error(`expected nothing, got ${quote(statusLine)}`)
    const match = STATUS_LINE.exec(statusLine)
    if (match === null) throw new Error(`status line: got ${quote(statusLine)}`)
    const httpVersion = match[1] === '1.0' ? '1.0' : '1.1'
    const statusCode = Number(match[2])
    const fields = fieldLines.map(readFieldLine)
    const { framing, length } = framingOf(method, statusCode, fields)
    if (statusCode < 200) {
      this.#interim.push(statusCode)
      return
    }
    this.#methods.shift()
    this.#head = { httpVersion, statusCode, fields, framing }
    this.#left = length
    if (framing === 'chunked') this.#part = 'ChunkSize'
    else if (framing === 'close') this.#part = 'Close'
    else if (length > 0) this.#part = 'Length'
    else this.#finish()
  }

  #readCounted(): boolean {
    if (this.#held.length === 0) return false
    const piece = this.#held.subarray(0, this.#left)
    this.#held = this.#held.subarray(piece.length)
    this.#pieces.push(piece)
    this.#left -= piece.length
    if (this.#left > 0) return false
    if (this.#part === 'Length') this.#finish()
    else this.#part = 'ChunkDataEnd'
    return true
  }

  #readChunkSize(): boolean {
    const line = this.#readLine()
    if (line === undefined) return false
    const digits = CHUNK_SIZE.exec(line)?.[1]
    if (digits === undefined) throw new Error(`chunk size: got ${quote(line)}`)
    this.#left = Number.parseInt(digits, 16)
    this.#part = this.#left === 0 ? 'Trailers' : 'ChunkData'
    return true
  }

  #finish(trailers: readonly FieldLine[] = []): void {
    if (this.#head === undefined) throw new Error('a response ended that has no head')
    this.#answers.push({
      ...this.#head,
      body: Buffer.concat(this.#pieces),
      trailers,
      interim: this.#interim,
    })
    this.#head = undefined
    this.#pieces = []
    this.#interim = []
    this.#part = 'Head'
  }
}

/** The values of all field lines with this name, which is in lower case. */
export function valuesOf(fields: readonly FieldLine[], name: string): readonly string[] {
  return fields.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value)
}

function readFieldLine(line: string): FieldLine {
  if (!FIELD_LINE.test(line)) throw new Error(`field line: got ${quote(line)}`)
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '')]
}

// RFC 9112 §6.3, the rules for responses; and §6.1, RFC 9110 §8.6: which responses must not have framing fields at all.
function framingOf(
  method: string,
  statusCode: number,
  fields: readonly FieldLine[],
): { readonly framing: AnswerFraming; readonly length: number } {
  const codings = valuesOf(fields, 'transfer-encoding')
  const lengths = valuesOf(fields, 'content-length')
  if (codings.length > 0 && lengths.length > 0) throw new Error('both framing fields')
  if (codings.length > 1 || lengths.length > 1) throw new Error('a framing field twice')
  const [coding] = codings
  const [digits] = lengths
  if (coding !== undefined && coding !== 'chunked')
    throw new Error(`transfer coding ${quote(coding)}`)
  if (digits !== undefined && !DIGITS.test(digits))
    throw new Error(`content length ${quote(digits)}`)
  if (statusCode < 200 || statusCode === 204) {
    if (coding !== undefined || digits !== undefined) throw new Error(`framing with ${statusCode}`)
    return { framing: 'none', length: 0 }
  }
  if (method === 'HEAD' || statusCode === 304) return { framing: 'none', length: 0 }
  if (coding !== undefined) return { framing: 'chunked', length: 0 }
  if (digits !== undefined) return { framing: 'length', length: Number(digits) }
  return { framing: 'close', length: 0 }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 64))
}
