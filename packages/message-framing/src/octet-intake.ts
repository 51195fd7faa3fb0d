// Where octets wait until a parser has read them. They are read where they lie. Only when a head is cut by the end of a piece does
// its beginning move to a receive buffer, where the rest is added until it is whole; and only octets that nobody has asked for when
// more come are joined. A body is never stored: it is pointed at.
import { checkOctets, INCOMPLETE, ReceiveBuffer, UsageError } from '@rawhttp/headers'
import type { BodyDecoder } from './body-decoder.ts'

/** Reads the head of a message in contiguous memory, in as many pieces as it comes. */
export interface HeadReader<Head> {
  /**
   * Goes on reading.
   *
   * @param buffer memory that holds what was given to earlier calls at the same distance from `base`, and more behind it
   * @returns the index in `buffer` behind the head, or INCOMPLETE
   * @throws ProtocolError
   */
  read(buffer: ReceiveBuffer, base: number): number
  /**
   * What was read, checked as a whole.
   *
   * @param end index behind the head, as `read` gave it
   * @throws ProtocolError
   */
  take(buffer: ReceiveBuffer, base: number, end: number): Head
}

const NOTHING = new Uint8Array(0)

// The place where heads that come whole are read: it has a DataView, a zero behind its end and room for words of four, which a
// piece from a socket has not, and copying costs 25-50 ns. One serves every parser, since a head is read and taken in one call.
// Pipelined heads share one copy: `mirrorOwner` says of which intake it is. A number, so that nothing is kept alive by it, and
// nothing new has to be made known to the garbage collector with each piece.
const MIRROR_BYTES = 32_768
// How much of a piece is copied there before it is known that the head is longer: behind it, octets are copied for nothing.
const FIRST_MIRRORED_BYTES = 2048
const mirror = new ReceiveBuffer(FIRST_MIRRORED_BYTES)
let mirrorOwner = 0
let intakeCount = 0
const NOT_MIRRORED = -1

// How much of a piece is added to the beginning of a cut head at a time: behind the head, octets would be copied for nothing.
const HEAD_STEP_BYTES = 2048

// A buffer that has become so many times as large is kept: making one anew costs more than reading a browser's head.
const KEPT_GROWTH = 9

/** The octets that a parser was given, and how far it has read them. */
export class OctetIntake {
  /** Octets of the message whose head was taken last: that head, and as much of the body as was read. */
  messageBytes = 0
  /** The content that was found last: from `contentStart` up to `contentEnd` in `contentSource`. */
  contentSource: Uint8Array = NOTHING
  contentStart = 0
  contentEnd = 0
  #content: Uint8Array | undefined
  readonly #initialBytes: number
  readonly #number = ++intakeCount
  // Octets to read: #piece from #position up to #end. It is what was pushed, or the octets of #joined.
  #piece: Uint8Array = NOTHING
  #position = 0
  #end = 0
  // Index in #piece of the mirror's first octet, if the mirror is still ours.
  #mirroredFrom = NOT_MIRRORED
  #joined: ReceiveBuffer | undefined
  // The beginning of a head that was cut by the end of a piece.
  #cutHead: ReceiveBuffer | undefined

  /** @param initialBytes first room of a buffer, which doubles, in octets */
  constructor(initialBytes: number) {
    this.#initialBytes = initialBytes
  }

  /** Whether everything that was pushed has been read. */
  get empty(): boolean {
    return this.#position === this.#end
  }

  /** The content that was found last, as a view that is made when it is first asked for: it costs as much as reading a chunk. */
  get content(): Uint8Array {
    return (this.#content ??= viewOf(this.contentSource, this.contentStart, this.contentEnd))
  }

  /** Octets that were pushed and not read yet, or read and held until the rest of a head comes. */
  get heldBytes(): number {
    return this.#end - this.#position + (this.#cutHead?.end ?? 0)
  }

  /**
   * Hands octets over by reference: that memory must not be used again before it is read.
   *
   * @throws UsageError ERR_OCTETS for what is no Uint8Array, or one whose memory was transferred
   */
  push(octets: Uint8Array): void {
    checkOctets(octets)
    this.#mirroredFrom = NOT_MIRRORED
    if (this.#position === this.#end) {
      this.#joined = undefined
      this.#piece = octets
      this.#position = 0
      this.#end = octets.length
    } else {
      this.#join(octets)
    }
  }

  /**
   * Lets `reader` go on with a head.
   *
   * @returns what it took, or undefined: the head is not whole yet, and all that was pushed is held for it
   * @throws ProtocolError as the reader
   */
  readHead<Head>(reader: HeadReader<Head>): Head | undefined {
    const position = this.#position
    if (position === this.#end) return undefined
    const cutHead = this.#cutHead
    if (cutHead !== undefined && cutHead.end > 0) return this.#readCutHead(reader, cutHead)
    let base = this.#mirrorAt(position)
    let headEnd = reader.read(mirror, base)
    if (headEnd === INCOMPLETE && base > 0 && this.#mirroredFrom + mirror.end < this.#end) {
      // The head is cut by the end of the mirror, not of the piece: move on to where it begins.
      base = this.#fillMirror(position)
      headEnd = reader.read(mirror, base)
    }
    while (headEnd === INCOMPLETE && this.#extendMirror()) headEnd = reader.read(mirror, base)
    if (headEnd === INCOMPLETE) return this.#cut(reader, base)
    this.#position = position + headEnd - base
    this.messageBytes = headEnd - base
    return reader.take(mirror, base, headEnd)
  }

  /**
   * Lets `decoder` go on with a body, up to one run of content, which lies in what was pushed and stays as it is for as long as
   * that memory does.
   *
   * @returns whether content was found; if not, the body is complete, or all that was pushed has been read
   * @throws ProtocolError as the decoder
   * @throws UsageError ERR_OCTETS when the memory that was pushed is no longer there
   */
  readBody(decoder: BodyDecoder): boolean {
    const piece = this.#piece
    const end = this.#end
    // What was read to its end may have been given away.
    if (this.#position === end) return false
    if (end > piece.length) throw lostOctets()
    for (;;) {
      const start = this.#position
      if (start === end) return false
      const position = decoder.decode(piece, start, end)
      this.#position = position
      this.messageBytes += position - start
      if (decoder.contentStart < decoder.contentEnd) {
        this.#noteContent(decoder.contentStart, decoder.contentEnd)
        return true
      }
      if (decoder.complete) return false
    }
  }

  /** Forgets the content that was found last. */
  dropContent(): void {
    this.contentSource = NOTHING
    this.contentStart = 0
    this.contentEnd = 0
    this.#content = NOTHING
  }

  /** Takes the octets that were not read. */
  takeRemaining(): Uint8Array {
    const position = this.#position
    if (position === this.#end) return new Uint8Array(0)
    this.#position = this.#end
    return this.#joined === undefined
      ? viewOf(this.#piece, position, this.#end)
      : this.#piece.slice(position, this.#end)
  }

  /** Lets go of what was read to its end, for a connection that may idle for long. */
  rest(): void {
    if (this.#position === this.#end) this.#letGo()
  }

  /** Copies what was pushed and not read, so that the memory that was pushed can be used again. Views of it change then. */
  releaseMemory(): void {
    if (this.#position === this.#end || this.#joined !== undefined) return
    this.#mirroredFrom = NOT_MIRRORED
    this.#piece = new Uint8Array(viewOf(this.#piece, this.#position, this.#end))
    this.#position = 0
    this.#end = this.#piece.length
  }

  /** Drops all octets, also those that were not read. */
  clear(): void {
    this.#letGo()
    this.#cutHead = undefined
  }

  #letGo(): void {
    this.#mirroredFrom = NOT_MIRRORED
    this.#piece = NOTHING
    this.#joined = undefined
    this.#position = 0
    this.#end = 0
  }

  #cut<Head>(reader: HeadReader<Head>, base: number): Head | undefined {
    const cutHead = (this.#cutHead ??= new ReceiveBuffer(this.#initialBytes))
    cutHead.append(mirror.octets, base, mirror.end)
    this.#position += mirror.end - base
    return this.#readCutHead(reader, cutHead)
  }

  #readCutHead<Head>(reader: HeadReader<Head>, cutHead: ReceiveBuffer): Head | undefined {
    while (this.#position < this.#end) {
      const heldBefore = cutHead.end
      const stepEnd = Math.min(this.#end, this.#position + HEAD_STEP_BYTES)
      cutHead.append(this.#piece, this.#position, stepEnd)
      const headEnd = reader.read(cutHead, 0)
      if (headEnd !== INCOMPLETE) {
        this.#position += headEnd - heldBefore
        this.messageBytes = headEnd
        const head = reader.take(cutHead, 0, headEnd)
        // What it grew to for an unusual head is not kept for a connection that may idle for long.
        if (cutHead.octets.length > KEPT_GROWTH * this.#initialBytes) this.#cutHead = undefined
        else cutHead.clear()
        return head
      }
      this.#position = stepEnd
    }
    return undefined
  }

  #noteContent(start: number, end: number): void {
    if (this.#joined === undefined) {
      // With many chunks in a piece it is the same one, and a comparison is cheaper than to note it again.
      if (this.contentSource !== this.#piece) this.contentSource = this.#piece
      this.contentStart = start
      this.contentEnd = end
      this.#content = undefined
    } else {
      // Joined octets move when they are shifted or grow, so what is handed out of them must be a copy.
      this.#content = this.#piece.slice(start, end)
      this.contentSource = this.#content
      this.contentStart = 0
      this.contentEnd = end - start
    }
  }

  // The index in the mirror of the piece's `position`; the mirror is filled from there unless it holds it already.
  #mirrorAt(position: number): number {
    const from = this.#mirroredFrom
    return mirrorOwner === this.#number && from >= 0 && position < from + mirror.end
      ? position - from
      : this.#fillMirror(position)
  }

  #fillMirror(position: number): number {
    mirror.fill(this.#piece, position, Math.min(this.#end, position + FIRST_MIRRORED_BYTES))
    mirrorOwner = this.#number
    this.#mirroredFrom = position
    return 0
  }

  // Doubles what is mirrored, as far as there is more and room for it.
  #extendMirror(): boolean {
    const start = this.#mirroredFrom + mirror.end
    const count = Math.min(this.#end - start, mirror.end, MIRROR_BYTES - mirror.end)
    if (count <= 0) return false
    mirror.append(this.#piece, start, start + count)
    return true
  }

  #join(octets: Uint8Array): void {
    let joined = this.#joined
    if (joined === undefined) {
      joined = new ReceiveBuffer(this.#initialBytes)
      joined.append(this.#piece, this.#position, this.#end)
      this.#joined = joined
      this.#position = 0
    } else if (this.#position > joined.end / 2) {
      joined.shift(this.#position)
      this.#position = 0
    }
    joined.append(octets)
    this.#piece = joined.octets
    this.#end = joined.end
  }
}

// Memory is kept by reference, and its owner may transfer or shrink it too early.
function lostOctets(): UsageError {
  return new UsageError('ERR_OCTETS', 'octets that were pushed were transferred before their time')
}

function viewOf(octets: Uint8Array, start: number, end: number): Uint8Array {
  if (end > octets.length) throw lostOctets()
  if (start === 0 && end === octets.length) return octets
  // Not subarray: for a Buffer that asks for its species first, and half as much again is lost.
  return new Uint8Array(octets.buffer, octets.byteOffset + start, end - start)
}
