// What is said on a connection: one request goes out, and what comes in is its response. The response may begin before the request
// is complete (RFC 9112 §9.5).
import { Headers } from '@rawhttp/headers'
import type { ResponseHead, StatusLine } from '@rawhttp/response-parser'
import type { ConnectionEvent, ConnectionState } from './connection-state.ts'
import { asError, TransportError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { unaskedSwitch } from './faults.ts'
import { ReceivedResponse } from './incoming-response.ts'
import type { TakenOver } from './incoming-response.ts'
import { idleTime } from './keep-alive.ts'
import type { ClientSettings } from './options.ts'
import type { Outbox } from './outbox.ts'
import { StreamedRequest } from './outgoing-request.ts'
import { StreamedBody } from './streamed-body.ts'
import type { BodyOwner } from './response-body.ts'
import { ResponseReader } from './response-reader.ts'
import type { ResponseTaker } from './response-reader.ts'
import type { Timetable } from './timetable.ts'

/** What a conversation asks of its connection. */
export interface ConversationOwner extends BodyOwner {
  readonly state: ConnectionState
  readonly outbox: Outbox
  readonly timetable: Timetable
  /** Whether it reads nothing while it is told not to, and to the memory that it is given. */
  readonly readsToMemory: boolean
  enter(event: ConnectionEvent): void
  headRead(statusLine: StatusLine): void
  /** The caller, or what he gave, has failed. */
  giveUp(exchange: Exchange, error: Error): void
  /** The peer broke the protocol. */
  refuse(error: Error): void
  /** The response has come to its end. */
  responseEnded(ending: Ending): void
  /** Gives the stream away; undefined when there is none to give. */
  handOver(): TakenOver | undefined
}

/** What is known of a connection when a response has come to its end. */
export interface Ending {
  /** How long the connection may be kept for others; 0: not at all. */
  readonly idleMs: number
  /** Whether the response had no content by its status, which some servers send all the same (RFC 9110 §15.3.5, §15.4.5). */
  readonly withoutContent: boolean
  /** Whether octets have come that are not of the response, though its connection was to live on. */
  readonly beyond: boolean
}

const REFUSED = new TransportError('ERR_CONNECTION_CLOSED', 'The peer does not want the rest')

/** The requests of one connection and their responses. */
export class Conversation implements ResponseTaker {
  readonly reader: ResponseReader = new ResponseReader()
  /** Requests that were sent. */
  requestCount = 0
  readonly #owner: ConversationOwner
  readonly #settings: ClientSettings
  #exchange: Exchange | undefined
  #body: StreamedBody | undefined
  #sendingFailed = false

  constructor(owner: ConversationOwner, settings: ClientSettings) {
    this.#owner = owner
    this.#settings = settings
  }

  /** The request in progress. */
  get exchange(): Exchange | undefined {
    return this.#exchange
  }

  /** Where to read to, when the body in progress has a wish. */
  get memory(): Uint8Array | undefined {
    return this.#body?.memory
  }

  /** Whether the response in progress is complete when the peer ends the connection, and only then (RFC 9112 §6.3). */
  get closeDelimited(): boolean {
    return this.#exchange?.response?.framing.kind === 'close-delimited'
  }

  /** Takes a request, to be sent when the connection is there. */
  assign(exchange: Exchange): void {
    this.#exchange = exchange
  }

  /** Sends the request that was assigned. */
  send(): void {
    const exchange = this.#exchange
    if (exchange === undefined) return
    const { outbox, timetable } = this.#owner
    this.requestCount++
    this.#owner.enter('request')
    this.reader.begin(exchange.method, exchange.settings.parser)
    const { request } = exchange
    if (request instanceof StreamedRequest) {
      const { continueTimeoutMs } = exchange.settings
      if (continueTimeoutMs === 0) request.proceed()
      if (request.held) timetable.waitFor('Continue', continueTimeoutMs)
      else timetable.rest()
      void this.#watch(exchange, request.send(outbox))
    } else if (outbox.send(request.text, request.octets)) {
      this.#requestSent(exchange)
    } else {
      timetable.rest()
      void this.#watch(exchange, outbox.drained().then(yes))
    }
  }

  /** Nothing can be sent any more. A response that came before is read, and one is waited for as after a whole request. */
  stopSending(error: Error): void {
    const exchange = this.#exchange
    if (exchange === undefined || this.#sendingFailed) return
    this.#sendingFailed = true
    this.#owner.outbox.fail(error)
    stop(exchange)
    if (exchange.response === undefined) this.#awaitResponse(exchange)
  }

  /** Octets have come. Says whether to read on. */
  push(octets: Uint8Array): boolean {
    this.reader.push(octets)
    return this.#owner.state !== 'Switched' && this.#advance()
  }

  /** The peer sends no more. Says whether anything of a response had come. */
  end(): boolean {
    this.reader.end()
    if (!this.reader.started) return false
    this.#advance()
    return true
  }

  /** Ends the request in progress, for whatever reason, and gives it back. */
  drop(): Exchange | undefined {
    const exchange = this.#exchange
    this.#exchange = undefined
    this.#body = undefined
    return exchange
  }

  /** Sends a body that was held back. */
  proceed(): void {
    const request = this.#exchange?.request
    if (!(request instanceof StreamedRequest) || !request.held) return
    this.#owner.timetable.rest()
    request.proceed()
  }

  /** Waits for more of the response. */
  awaitMore(): void {
    const limitMs = this.#exchange?.settings.bodyTimeoutMs ?? this.#settings.bodyTimeoutMs
    this.#owner.timetable.waitFor('ERR_BODY_TIMEOUT', limitMs)
  }

  /** As ResponseTaker. */
  takeInterim({ statusLine, headers }: ResponseHead): boolean {
    const exchange = this.#exchange
    if (exchange === undefined) return false
    if (statusLine.statusCode === 100) this.proceed()
    if (this.#owner.state === 'Awaiting') this.#awaitResponse(exchange)
    try {
      exchange.inform(statusLine.statusCode, headers)
    } catch (error) {
      this.#owner.giveUp(exchange, asError(error))
    }
    return this.#exchange === exchange
  }

  /** As ResponseTaker. @throws ProtocolError ERR_PROTOCOL_SWITCH */
  takeHead(head: ResponseHead): boolean {
    const exchange = this.#exchange
    if (exchange === undefined) return false
    const owner = this.#owner
    owner.headRead(head.statusLine)
    if (head.switchesProtocol && !(owner.state === 'Awaiting' && exchange.mayBecome(head))) {
      throw unaskedSwitch(head.headers.get('upgrade'))
    }
    if (this.#refuses(exchange, head.statusLine.statusCode)) {
      owner.enter('head, request refused')
      owner.outbox.fail(REFUSED)
      stop(exchange)
    } else {
      owner.enter('head')
    }
    const length = head.framing.kind === 'length' ? head.framing.length : 0
    const { readAheadBytes } = this.#settings
    const body = new StreamedBody(owner, readAheadBytes, owner.readsToMemory, length)
    this.#body = body
    this.awaitMore()
    exchange.respond(new ReceivedResponse(head, body, () => owner.handOver()))
    return true
  }

  /** As ResponseTaker. */
  takeContent(content: Uint8Array): boolean {
    return this.#body?.give(content) !== false
  }

  async #watch(exchange: Exchange, sending: Promise<boolean>): Promise<void> {
    try {
      if ((await sending) && this.#exchange === exchange) this.#requestSent(exchange)
    } catch (error) {
      const unwanted = this.#sendingFailed || this.#owner.state === 'ReceivingLast'
      if (this.#exchange === exchange && !unwanted) this.#owner.giveUp(exchange, asError(error))
    }
  }

  #requestSent(exchange: Exchange): void {
    this.#owner.enter('request sent')
    if (this.#owner.state === 'Awaiting') this.#awaitResponse(exchange)
  }

  #awaitResponse({ settings }: Exchange): void {
    this.#owner.timetable.waitFor('ERR_RESPONSE_TIMEOUT', settings.responseTimeoutMs)
  }

  // Reads all that has come. Says whether to read on.
  #advance(): boolean {
    const exchange = this.#exchange
    let outcome
    try {
      outcome = this.reader.read(this)
    } catch (error) {
      if (this.#exchange === exchange) this.#owner.refuse(asError(error))
      return false
    }
    // Whoever takes content may give the rest up.
    if (exchange === undefined || this.#exchange !== exchange) return false
    if (outcome === 'End') this.#endResponse(exchange)
    return outcome !== 'Full' && this.#owner.state !== 'Switched'
  }

  // RFC 9112 §9.5: a response that comes early and is no success says that the rest of the request is not wanted. A success may be
  // the beginning of an answer to what has been sent so far, unless the peer has not even waited for it to begin.
  #refuses({ request }: Exchange, statusCode: number): boolean {
    if (this.#owner.state !== 'Sending') return false
    if (this.#sendingFailed) return true
    return statusCode >= 300 || (request instanceof StreamedRequest && request.held)
  }

  #endResponse(exchange: Exchange): void {
    const { response, request } = exchange
    const { trailers = new Headers(), beyond } = this.reader
    const owner = this.#owner
    if (response?.switchesProtocol === true) {
      owner.enter('response end, switching')
      owner.timetable.rest()
      response.body.end(trailers)
      return
    }
    const complete = owner.state === 'Receiving' && !beyond && !this.#sendingFailed
    const persistent = complete && response?.persistent === true && request.persistent
    const idleMs = persistent ? idleTime(response.headers, this.#settings) : 0
    this.drop()
    if (!complete) stop(exchange)
    exchange.finish(trailers)
    owner.responseEnded({
      idleMs: Math.max(idleMs, 0),
      withoutContent: response?.framing.kind === 'none',
      beyond: beyond && request.persistent,
    })
  }
}

function stop({ request }: Exchange): void {
  if (request instanceof StreamedRequest) request.stop()
}

function yes(): boolean {
  return true
}
