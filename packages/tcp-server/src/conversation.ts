import { ProtocolError, UsageError } from '@rawhttp/headers'
import type { RequestLine } from '@rawhttp/request-parser'
import { httpDate, ResponseWriter } from '@rawhttp/response-writer'
import type { WriterOptions } from '@rawhttp/response-writer'
import type { ByteStream } from './byte-stream.ts'
import type { ConversationOwner } from './conversation-owner.ts'
import { respondWithError, respondWithFailure } from './error-response.ts'
import { asError } from './errors.ts'
import { Exchange } from './exchange.ts'
import type { ExchangeOwner } from './exchange.ts'
import type { HandedOver, Handler, Transport } from './incoming-request.ts'
import { Intake } from './intake.ts'
import type { ConnectionSettings, ErrorContext } from './options.ts'
import type { Timetable } from './timetable.ts'
import { Turns } from './turns.ts'

// Refusals of requests that are framed as they should be, so that what follows is their body.
const WELL_FORMED: ReadonlySet<string> = new Set(['ERR_BODY_TOO_LARGE', 'ERR_EXPECTATION'])

/** The requests and responses of one connection, one after the other, in the order in which the requests came. */
export class Conversation implements ExchangeOwner {
  readonly intake: Intake
  readonly #owner: ConversationOwner
  readonly #handler: Handler
  readonly #settings: ConnectionSettings
  #exchange: Exchange | undefined
  // Answers a request that came to no exchange; the last one of its connection.
  #refusal: ResponseWriter | undefined
  #requestCount = 0
  #advancing = false
  readonly #turns = new Turns(this)

  // Made for the first request that needs them, and the same for all others.
  #onHandled: (() => void) | undefined
  #onHandlerFailed: ((error: unknown) => void) | undefined

  constructor(
    owner: ConversationOwner,
    stream: ByteStream,
    handler: Handler,
    settings: ConnectionSettings,
  ) {
    this.#owner = owner
    this.#handler = handler
    this.#settings = settings
    this.intake = new Intake(stream, settings.parsers, settings.readAheadBytes)
  }

  /** Requests that were handed to the handler. */
  get requestCount(): number {
    return this.#requestCount
  }

  /** The request that is handled or whose body is discarded. */
  get exchange(): Exchange | undefined {
    return this.#exchange
  }

  /** As ExchangeOwner. */
  get remoteAddress(): string {
    return this.#owner.remoteAddress
  }

  /** As ExchangeOwner. */
  get transport(): Transport {
    return this.#owner.transport
  }

  /** As ExchangeOwner. */
  get secure(): boolean {
    return this.#owner.secure
  }

  /** As ExchangeOwner. */
  get timetable(): Timetable {
    return this.#owner.timetable
  }

  /** Octets have come, in a turn of their own. */
  push(octets: Uint8Array): void {
    this.intake.push(octets)
    this.#goOn()
  }

  /** As `push`, for octets whose memory is used again when this returns. */
  pushBorrowed(octets: Uint8Array): void {
    this.intake.pushBorrowed(octets)
    this.#goOn()
    this.intake.giveBack()
  }

  /** Goes as far as it can with the octets that are here; then all output leaves together. */
  advance(): void {
    if (this.#advancing) return
    this.#advancing = true
    const { outbox } = this.#owner
    outbox.hold()
    try {
      let further = true
      while (further) further = this.#step()
      this.#advancing = false
      outbox.flush()
      if (this.intake.full && !this.#wantsOctets()) this.intake.pause()
    } catch (error) {
      this.#advancing = false
      this.#owner.crashed(error)
    }
  }

  /** Whether the response that is being made may say that the connection persists (RFC 9112 §9.3, §9.6). */
  mayPersist(): boolean {
    const { persistent, maxRequestsPerConnection, maxDiscardBytes } = this.#settings
    const exchange = this.#exchange
    if (exchange === undefined || !persistent || !exchange.persistent) return false
    if (this.#owner.draining || this.#requestCount >= maxRequestsPerConnection) return false
    if (this.#owner.peerEnded && this.intake.heldBytes === 0) return false
    return exchange.bodyEndsSoon(maxDiscardBytes)
  }

  /** The request cannot be served: says why, if that can still be said, and closes. */
  refuse(error: ProtocolError, cause: 'violation' | 'timeout' = 'violation'): void {
    const owner = this.#owner
    const exchange = this.#exchange
    const writer = exchange?.writer ?? (this.#refusal = new ResponseWriter(owner.outbox))
    if (writer.headSent && writer.state !== 'Done') {
      owner.break(`${cause}, head sent`, error)
      return
    }
    const answered = writer.state !== 'Done'
    if (answered) {
      const httpVersion = this.requestLine?.httpVersion ?? '1.1'
      writer.reset({
        requestMethod: this.#method,
        httpVersion,
        persistent: false,
        date: httpDate,
      })
      respondWithError(writer, error)
    }
    owner.report(error)
    if (answered) owner.responseWritten(error.status)
    owner.enter(cause)
    exchange?.fail(error)
    owner.linger(cause === 'timeout' || WELL_FORMED.has(error.code))
  }

  /** The request line of the request in progress, also of one that is refused for the rest of its head. */
  get requestLine(): RequestLine | undefined {
    return this.#exchange?.requestLine ?? this.intake.requestLine
  }

  // RFC 9110 §9.3.2: HEAD gets no content, also when the rest of its request line cannot be read.
  get #method(): string {
    return this.requestLine?.method ?? this.intake.knownMethod ?? 'GET'
  }

  /** How far that request and its response are. */
  get progress(): Omit<ErrorContext, 'remoteAddress' | 'secure' | 'state'> {
    const writer = this.#exchange?.writer ?? this.#refusal
    return {
      requestLine: this.requestLine,
      statusCode: writer?.headSent === true ? writer.statusCode : 0,
      writtenBytes: this.#method === 'HEAD' ? 0 : (writer?.writtenBytes ?? 0),
      unsentBytes: this.#owner.outbox.pendingBytes,
      waitedMs: this.timetable.requestMs,
    }
  }

  /** As ExchangeOwner. */
  report(error: Error): void {
    this.#owner.report(error)
  }

  /** As ExchangeOwner. */
  handOver(): HandedOver {
    const { state } = this.#owner
    if (state !== 'Handling') {
      throw new UsageError('ERR_HAND_OVER', `handOver is due in Handling, not in ${state}`)
    }
    const stream = this.#owner.releaseStream()
    return { stream, octets: this.intake.takeRemaining() }
  }

  #goOn(): void {
    this.#turns.begin()
    this.advance()
  }

  // One step; whether another may follow.
  #step(): boolean {
    switch (this.#owner.state) {
      case 'Idle':
      case 'ReadingHead':
        return !this.#mustWait() && this.#readHead()
      case 'Handling':
        this.#exchange?.wake()
        return false
      case 'Discarding':
        return this.#discard()
      default:
        return false
    }
  }

  #wantsOctets(): boolean {
    if (this.#owner.state === 'Handling') return this.#exchange?.waiting === true
    return !this.#turns.waiting && !this.#owner.outbox.full
  }

  // Whether something has to happen before the next request: this connection's turn, or the peer taking what it was sent.
  #mustWait(): boolean {
    if (this.#turns.over && this.intake.heldBytes > 0) {
      this.#turns.wait()
      return true
    }
    const { outbox } = this.#owner
    if (!outbox.full) return false
    outbox.flush()
    outbox.hold()
    return outbox.full
  }

  #readHead(): boolean {
    try {
      if (this.intake.next() === 'Head') {
        this.#beginExchange()
        return true
      }
    } catch (error) {
      this.#violated(error)
      return false
    }
    const owner = this.#owner
    if (owner.peerEnded) owner.peerLeft()
    else if (owner.state === 'Idle' && this.intake.started) this.#beginRequest()
    return false
  }

  #beginRequest(): void {
    this.#owner.enter('octets')
    this.timetable.beginRequest()
    this.timetable.enter('Head')
  }

  #beginExchange(): void {
    const owner = this.#owner
    if (owner.state === 'Idle') this.#beginRequest()
    owner.enter('head')
    this.timetable.enter('Handler')
    this.#requestCount++
    this.#turns.count()
    const { head } = this.intake.parser
    owner.requestRead(head.requestLine)
    const writer = new ResponseWriter(owner.outbox, this.#writerOptions(head.requestLine))
    const exchange = new Exchange(this, head, writer)
    this.#exchange = exchange
    let outcome: void | Promise<void>
    try {
      outcome = this.#handler(exchange, writer)
    } catch (error) {
      this.#handlerFailed(error)
      return
    }
    if (outcome === undefined) {
      this.#handled()
    } else {
      this.#await(outcome)
      // The body may be long in coming.
      writer.flushHead()
    }
  }

  #await(outcome: Promise<void>): void {
    this.#onHandled ??= () => {
      this.#settled(false, undefined)
    }
    this.#onHandlerFailed ??= (error) => {
      this.#settled(true, error)
    }
    void Promise.resolve(outcome).then(this.#onHandled, this.#onHandlerFailed)
  }

  #settled(failed: boolean, failure: unknown): void {
    try {
      if (failed) this.#handlerFailed(failure)
      else this.#handled()
    } catch (error) {
      this.#owner.crashed(error)
    }
    this.advance()
  }

  #writerOptions({ method, httpVersion }: RequestLine): WriterOptions {
    const { keepAliveSeconds } = this.#settings
    // Whether it may, `mayPersist` says when the head is made.
    return keepAliveSeconds === undefined
      ? { requestMethod: method, httpVersion, persistent: true }
      : { requestMethod: method, httpVersion, persistent: true, keepAliveSeconds }
  }

  #handled(): void {
    const exchange = this.#exchange
    if (this.#owner.state !== 'Handling' || exchange === undefined) return
    try {
      if (exchange.writer.state !== 'Done') exchange.writer.finish()
    } catch (error) {
      this.#handlerFailed(error)
      return
    }
    this.#responseDone(exchange)
  }

  #handlerFailed(error: unknown): void {
    const owner = this.#owner
    const exchange = this.#exchange
    if (owner.state !== 'Handling' || exchange === undefined) {
      owner.report(asError(error))
      return
    }
    const { writer } = exchange
    if (writer.headSent && writer.state !== 'Done') {
      // RFC 9112 §8: the client must see that the response is incomplete, so it is never ended as if it were not.
      owner.break('handler failed, head sent', asError(error))
      return
    }
    owner.report(asError(error))
    if (writer.state !== 'Done') {
      // The handler may have given it a date that fails.
      writer.reset({ ...this.#writerOptions(exchange.requestLine), date: httpDate })
      respondWithFailure(writer)
    }
    this.#responseDone(exchange)
  }

  #responseDone(exchange: Exchange): void {
    const owner = this.#owner
    owner.responseWritten(exchange.writer.statusCode)
    exchange.close()
    if (!exchange.writer.persistent) {
      if (this.#peerIsDone(exchange) && owner.closeBehindOutput()) {
        this.intake.finish()
        return
      }
      owner.enter('response done, closing')
      owner.linger(!exchange.bodyEnded)
    } else if (exchange.bodyEnded) {
      owner.enter('response done')
      this.#awaitRequest()
    } else {
      owner.enter('response done, body unread')
      this.timetable.enter('Body')
    }
  }

  // RFC 9112 §9.6: behind a request that says close nothing may follow, so no reset can destroy the response. Old clients may still
  // send an empty line behind a body (§2.2), and behind one of no octets too.
  #peerIsDone(exchange: Exchange): boolean {
    const { persistent, framing, bodyEnded } = exchange
    return !persistent && framing.kind === 'none' && bodyEnded && this.intake.heldBytes === 0
  }

  #discard(): boolean {
    let rest: 'End' | 'Beyond' | null | undefined
    try {
      rest = this.#exchange?.discardBody(this.#settings.maxDiscardBytes)
    } catch (error) {
      this.#violated(error)
      return false
    }
    if (rest === 'End') {
      this.#owner.enter('body end')
      this.#awaitRequest()
      return true
    }
    if (rest === 'Beyond') {
      this.#owner.enter('body beyond the bound')
      this.#owner.linger(true)
    }
    return false
  }

  #awaitRequest(): void {
    this.#exchange = undefined
    this.intake.startNextMessage()
    this.timetable.enter(this.#owner.draining ? 'Draining' : 'Idle')
  }

  #violated(error: unknown): void {
    if (!(error instanceof ProtocolError)) throw error
    const owner = this.#owner
    if (owner.peerEnded && error.code === 'ERR_INCOMPLETE_MESSAGE') {
      owner.report(error)
      owner.peerLeft()
    } else {
      if (owner.state === 'Idle') this.#beginRequest()
      this.refuse(error)
    }
  }
}
