import { isUint8Array } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import type { ResponseHead } from '@rawhttp/response-parser'
import { offAbort, onAbort } from './abort-audience.ts'
import { asError } from './errors.ts'
import type { IncomingResponse, ReceivedResponse } from './incoming-response.ts'
import { exchangeSettings } from './options.ts'
import type { Cancellation, ClientSettings, ExchangeSettings, RequestOptions } from './options.ts'
import type { Origin } from './origin.ts'
import { outgoingRequest, StreamedRequest } from './outgoing-request.ts'
import type { WholeRequest } from './outgoing-request.ts'
import { switchesAsAsked } from './protocol-switch.ts'

/** Who is to be told when an exchange is given up: the queue that it waits in, or its connection. */
export interface ExchangeHolder {
  /** Lets go of it, and fails it. */
  giveUp(exchange: Exchange, error: Error): void
}

// RFC 9110 §9.2.2: sent twice they mean what they mean sent once.
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** One request and its response. */
export class Exchange {
  readonly settings: ExchangeSettings
  readonly method: string
  /** Whether another protocol may follow, so that the stream has to be one that can be handed over. */
  readonly switches: boolean
  /** When it has to be over, in awake time. */
  readonly endsAt: number
  /** When it has to have left the queue, in awake time. */
  queuedUntil: number = Infinity
  holder: ExchangeHolder | undefined
  #request: WholeRequest | StreamedRequest
  #response: ReceivedResponse | undefined
  // The Upgrade field as it is sent.
  readonly #upgrade: string | undefined
  #retried = false
  // What may end it, for as long as it can.
  #signal: Cancellation | undefined
  readonly #options: RequestOptions
  readonly #origin: Origin
  readonly #resolve: (response: IncomingResponse) => void
  readonly #reject: (error: Error) => void

  /** @throws UsageError; the reason of a signal that is aborted already */
  constructor(
    options: RequestOptions,
    origin: Origin,
    client: ClientSettings,
    awakeMs: number,
    resolve: (response: IncomingResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#options = options
    this.#origin = origin
    this.#resolve = resolve
    this.#reject = reject
    const { method = 'GET', headers, signal } = options
    if (signal?.aborted === true) throw asError(signal.reason)
    this.method = method
    this.#upgrade = headers?.get('upgrade')
    this.switches = method === 'CONNECT' || this.#upgrade !== undefined
    this.settings = exchangeSettings(options, client)
    this.#request = outgoingRequest(options, origin.hostField)
    const { totalTimeoutMs } = this.settings
    this.endsAt = totalTimeoutMs === Infinity ? Infinity : awakeMs + totalTimeoutMs
    if (signal) onAbort(signal, this.#onAbort)
    this.#signal = signal
  }

  get request(): WholeRequest | StreamedRequest {
    return this.#request
  }

  /** The response, from its head on. */
  get response(): ReceivedResponse | undefined {
    return this.#response
  }

  /** Whether it is sent again. */
  get retried(): boolean {
    return this.#retried
  }

  /** Whether it may be sent again, when nothing came back (RFC 9110 §9.2.2). From now on it may not. */
  retry(): boolean {
    const { body = '', trailers } = this.#options
    const replayable = typeof body === 'string' || isUint8Array(body)
    if (this.#retried || !replayable || trailers !== undefined || !IDEMPOTENT.has(this.method)) {
      return false
    }
    this.#retried = true
    if (this.#request instanceof StreamedRequest) {
      this.#request = outgoingRequest(this.#options, this.#origin.hostField)
    }
    return true
  }

  /** Whether the protocol that a response switches to was asked for (RFC 9110 §7.8); behind 2xx to CONNECT it is any. */
  mayBecome({ statusLine, headers }: ResponseHead): boolean {
    if (statusLine.statusCode !== 101) return true
    return this.#upgrade !== undefined && switchesAsAsked(headers, this.#upgrade)
  }

  /** An interim response has come. @throws what the caller's function throws */
  inform(statusCode: number, headers: Headers): void {
    this.#options.onInformational?.(statusCode, headers)
  }

  /** The head of the response has come. */
  respond(response: ReceivedResponse): void {
    this.#response = response
    if (this.#signal !== undefined) response.body.whenOver(() => this.#leaveSignal())
    this.#resolve(response)
  }

  /** The response has come to its end. Its body can still be given up until it is used up. */
  finish(trailers: Headers): void {
    this.holder = undefined
    this.#response?.body.end(trailers)
    this.#leaveSignal()
  }

  /**
   * It ends without a complete response: the caller is told, whatever he waits for.
   *
   * @param atOnce whether what came of the body and nobody has taken is dropped too
   */
  fail(error: Error, atOnce: boolean): void {
    this.holder = undefined
    if (this.#request instanceof StreamedRequest) this.#request.stop()
    if (this.#response === undefined) this.#reject(error)
    else this.#response.body.lose(error, atOnce)
    this.#leaveSignal()
  }

  readonly #onAbort = (): void => {
    const reason = asError(this.#signal?.reason)
    // Without a holder the connection serves others, or is gone, and the octets that came wait for their reader.
    if (this.holder === undefined) this.#response?.body.lose(reason, true)
    else this.holder.giveUp(this, reason)
  }

  // Nothing waits for the signal any more. A stream that is to be taken over does, and has a holder.
  #leaveSignal(): void {
    const signal = this.#signal
    if (!signal || this.holder !== undefined || this.#response?.body.over === false) return
    this.#signal = undefined
    try {
      offAbort(signal, this.#onAbort)
    } catch {
      // A signal of the caller's own may fail: the connection has others to serve.
    }
  }
}
