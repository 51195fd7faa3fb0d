import { Headers, ProtocolError, UsageError } from '@rawhttp/headers'
import type { BodyFraming } from '@rawhttp/message-framing'
import type { RequestHead, RequestLine } from '@rawhttp/request-parser'
import type { ResponseWriter } from '@rawhttp/response-writer'
import { asError } from './errors.ts'
import type { HandedOver, IncomingRequest, Transport } from './incoming-request.ts'
import type { Intake } from './intake.ts'
import { Loss } from './loss.ts'
import { StreamedBody } from './request-body.ts'
import type { BodySource, RequestBody } from './request-body.ts'
import type { Timetable } from './timetable.ts'

/** What an exchange asks of its connection. */
export interface ExchangeOwner {
  readonly remoteAddress: string
  readonly transport: Transport
  readonly secure: boolean
  readonly intake: Intake
  readonly timetable: Timetable
  /** The body of the request breaks the protocol. */
  refuse(error: ProtocolError): void
  /** So it does, but its response is on its way; or a listener has failed. */
  report(error: Error): void
  handOver(): HandedOver
}

// A body in tiny chunks would take many times its room in views of it.
const MAX_PIECES_AHEAD = 256
// For larger pieces a copy would cost more than to be handed on alone.
const MAX_JOINED_BYTES = 2048

/** One request and its response. Handlers see it as IncomingRequest. */
export class Exchange implements IncomingRequest, BodySource {
  /** Its own for each request: a handler that keeps it too long cannot write into the next response. */
  readonly writer: ResponseWriter
  readonly #owner: ExchangeOwner
  readonly #head: RequestHead
  #body: StreamedBody | undefined
  // Made for the first who wants to know.
  #loss: Loss | undefined
  // Why the connection was lost.
  #failure: Error | undefined
  #closed = false
  #bodyTouched = false
  #bodyEnded = false
  #trailers: Headers | undefined
  // Octets of the body that were looked at before anybody asked for them.
  #ahead: Uint8Array[] | undefined
  #discardedBytes = 0

  constructor(owner: ExchangeOwner, head: RequestHead, writer: ResponseWriter) {
    this.#owner = owner
    this.#head = head
    this.writer = writer
  }

  get requestLine(): RequestLine {
    return this.#head.requestLine
  }

  get authority(): string {
    return this.#head.authority
  }

  get headers(): Headers {
    return this.#head.headers
  }

  get framing(): BodyFraming {
    return this.#head.framing
  }

  get persistent(): boolean {
    return this.#head.persistent
  }

  get expectsContinue(): boolean {
    return this.#head.expectsContinue
  }

  get remoteAddress(): string {
    return this.#owner.remoteAddress
  }

  get transport(): Transport {
    return this.#owner.transport
  }

  get secure(): boolean {
    return this.#owner.secure
  }

  get body(): RequestBody {
    return (this.#body ??= new StreamedBody(this))
  }

  get signal(): AbortSignal {
    return this.#losses.signal
  }

  whenLost(listener: (reason: Error) => void): () => void {
    return this.#losses.listen(listener)
  }

  handOver(): HandedOver {
    if (this.writer.state !== 'Done') {
      throw new UsageError('ERR_HAND_OVER', 'handOver is due when the response is complete')
    }
    if (this.#next(false) !== 'End') {
      throw new UsageError('ERR_HAND_OVER', 'handOver is due when the body has been read')
    }
    return this.#owner.handOver()
  }

  /** As BodySource. */
  get expectedBytes(): number | undefined {
    const { framing } = this.#head
    return framing.kind === 'length' ? framing.length : undefined
  }

  /** As BodySource. */
  readBody(borrowed: boolean): Uint8Array | 'End' | null {
    if (!this.#bodyTouched) {
      this.#bodyTouched = true
      this.#inviteBody()
    }
    const { timetable } = this.#owner
    const piece = this.#ahead?.shift() ?? this.#next(borrowed)
    timetable.enter(piece === null ? 'Body' : 'Handler')
    return piece
  }

  /** As BodySource. */
  readBodyInto(memory: Uint8Array): Uint8Array | 'End' | null {
    const first = this.readBody(true)
    if (first === null || first === 'End') return first
    if (first.length > memory.length) return new Uint8Array(first)
    let count = this.#copy(first, memory, 0)
    try {
      let small = first.length <= MAX_JOINED_BYTES
      while (small && count < memory.length) {
        const next = this.#ahead?.shift() ?? this.#piece(true)
        if (next === null || next === 'End') break
        count += this.#copy(next, memory, count)
        small = next.length <= MAX_JOINED_BYTES
      }
    } catch {
      // What came before is good; the next read meets the fault again.
    }
    return memory.subarray(0, count)
  }

  /** As BodySource. */
  owned(octets: Uint8Array): Uint8Array {
    return this.#owner.intake.owned(octets)
  }

  /** As BodySource. */
  get bodyTrailers(): Headers {
    return (this.#trailers ??= new Headers())
  }

  /** Whether the whole body has come and been read; of a request without content it always has. */
  get bodyEnded(): boolean {
    const { framing } = this.#head
    const empty = framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)
    return this.#bodyEnded || (empty && this.#step() === 'End')
  }

  /** Octets have come. */
  wake(): void {
    this.#body?.wake()
  }

  /** Whether the handler waits for octets of the body. */
  get waiting(): boolean {
    return this.#body?.waiting === true
  }

  /**
   * Whether the body leaves the connection fit for another request: it has been read, or somebody reads it, or the rest is known to
   * be small enough to read and drop. Asked when the response's head is made, because it must say so.
   */
  bodyEndsSoon(maxDiscardBytes: number): boolean {
    const { framing } = this.#head
    if (framing.kind === 'none' || this.#bodyEnded || this.#bodyTouched) return true
    // RFC 9110 §10.1.1: who was not told to continue may send the body or not, and nobody can tell which it will be.
    if (this.expectsContinue && this.#owner.intake.heldBytes === 0) return false
    if (framing.kind === 'length') return framing.length <= maxDiscardBytes
    return this.#chunksEndSoon()
  }

  /**
   * Reads and drops the rest of the body.
   *
   * @returns 'End', or null when the rest has not come, or 'Beyond' when more than `maxBytes` came
   * @throws ProtocolError
   */
  discardBody(maxBytes: number): 'End' | 'Beyond' | null {
    for (;;) {
      const step = this.#ahead?.shift()?.length ?? this.#step()
      if (step === null || step === 'End') return step
      this.#discardedBytes += step
      if (this.#discardedBytes > maxBytes) return 'Beyond'
    }
  }

  /** It ends without a complete response: the handler is told, whatever it waits for. */
  fail(error: Error): void {
    if (this.#closed) return
    this.#closed = true
    this.#failure = error
    this.#body?.fail(error)
    this.#loss?.tell(error)
  }

  /** It is over. What the handler did not read of the body it cannot read any more. */
  close(): void {
    this.#closed = true
    if (this.#body?.ended === false) this.#body.fail(dropped())
  }

  get #losses(): Loss {
    if (this.#loss === undefined) {
      const loss = new Loss((error) => {
        this.#owner.report(error)
      })
      if (this.#failure !== undefined) loss.tell(this.#failure)
      this.#loss = loss
    }
    return this.#loss
  }

  // Puts back what there is no room for.
  #copy(octets: Uint8Array, memory: Uint8Array, start: number): number {
    const room = memory.length - start
    if (octets.length <= room) {
      memory.set(octets, start)
      return octets.length
    }
    memory.set(octets.subarray(0, room), start)
    this.#ahead = [new Uint8Array(octets.subarray(room)), ...(this.#ahead ?? [])]
    return room
  }

  // RFC 9110 §10.1.1: 100 (Continue) is sent when the body is wanted and has not come by itself, and never after a final status. Where
  // there is no content to come, and in HTTP/1.0, the head does not expect it.
  #inviteBody(): void {
    if (!this.#head.expectsContinue) return
    if (this.#owner.intake.heldBytes > 0) return
    if (this.writer.state === 'AwaitingStatusLine') this.writer.writeInformational(100)
  }

  #chunksEndSoon(): boolean {
    const ahead = (this.#ahead ??= [])
    try {
      while (ahead.length < MAX_PIECES_AHEAD) {
        const piece = this.#piece(false)
        if (piece === null) return false
        if (piece === 'End') return true
        ahead.push(piece)
      }
      return false
    } catch (error) {
      this.#owner.report(asError(error))
      return false
    }
  }

  #next(borrowed: boolean): Uint8Array | 'End' | null {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#closed) throw dropped()
    try {
      return this.#piece(borrowed)
    } catch (error) {
      if (error instanceof ProtocolError) this.#owner.refuse(error)
      throw error
    }
  }

  // Content, in the handler's own memory unless it is `borrowed`.
  #piece(borrowed: boolean): Uint8Array | 'End' | null {
    const step = this.#step()
    if (typeof step !== 'number') return step
    const { intake } = this.#owner
    const { bodyOctets } = intake.parser
    return borrowed ? bodyOctets : intake.owned(bodyOctets)
  }

  // The octets of content that came, or none any more, or none now.
  #step(): number | 'End' | null {
    if (this.#bodyEnded) return 'End'
    const { intake, timetable } = this.#owner
    const event = intake.next()
    if (event === 'Body') {
      const { bodyStart, bodyEnd } = intake.parser
      const length = bodyEnd - bodyStart
      timetable.bodyOctets(length)
      return length
    }
    if (event === null) return null
    this.#bodyEnded = true
    if (this.#head.framing.kind === 'chunked') this.#trailers = intake.parser.trailers
    return 'End'
  }
}

function dropped(): UsageError {
  return new UsageError('ERR_BODY_READ', 'Body: it was dropped when the response was complete')
}
