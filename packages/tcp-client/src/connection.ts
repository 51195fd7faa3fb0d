import { Headers } from '@rawhttp/headers'
import type { StatusLine } from '@rawhttp/response-parser'
import type { Failure } from './address-race.ts'
import type { StreamHooks } from './byte-stream.ts'
import { nextState } from './connection-state.ts'
import type { ConnectionEvent, ConnectionState } from './connection-state.ts'
import { Conversation } from './conversation.ts'
import type { ConversationOwner, Ending } from './conversation.ts'
import type { Deadlines, Swept } from './deadlines.ts'
import type { Dial, Dialed } from './dialer.ts'
import { connectError, endError, streamError, timeoutError, TransportError } from './errors.ts'
import type { Way } from './errors.ts'
import type { Exchange, ExchangeHolder } from './exchange.ts'
import type { TakenOver } from './incoming-response.ts'
import { afterPoll } from './keep-alive.ts'
import type { ClientSettings } from './options.ts'
import type { Origin } from './origin.ts'
import { Outbox } from './outbox.ts'
import type { ResponseBody } from './response-body.ts'
import { sharedMemory } from './read-memory.ts'
import { Timetable } from './timetable.ts'
import type { Expiry } from './timetable.ts'

/** Whoever has connections. */
export interface ConnectionOwner {
  readonly origin: Origin
  readonly settings: ClientSettings
  readonly deadlines: Deadlines
  readonly dial: Dial
  /** Whether a connection of the origin has brought octets beyond a response. */
  overran: boolean
  /** It can bring another response. */
  connectionIdle(connection: ClientConnection): void
  /** Its request was not sent, or failed because the peer had closed it before: it is to be sent by another one. */
  retry(exchange: Exchange): void
  /** It brings no more responses; its stream may still be closing. Called once. */
  connectionLost(connection: ClientConnection): void
  /** Its stream is closed, or somebody else's. Called once, last. */
  connectionGone(connection: ClientConnection): void
}

// How long the rest of a cancelled body may take.
const DISCARD_TIMEOUT_MS = 1000

// One for all: making an error costs more than closing a connection, and its stack would tell nothing.
const CLOSED = new TransportError('ERR_CONNECTION_CLOSED', 'The connection is closed')

let connectionCount = 0

/**
 * One connection, as the table in connection-state.ts has it. Whatever happens outside comes in here: octets, the peer's end,
 * errors, time. What the octets say is the conversation's business.
 */
export class ClientConnection implements StreamHooks, ExchangeHolder, ConversationOwner, Swept {
  readonly outbox: Outbox
  readonly timetable: Timetable
  readonly readsToMemory: boolean
  readonly #owner: ConnectionOwner
  readonly #settings: ClientSettings
  readonly #number = ++connectionCount
  readonly #conversation: Conversation
  readonly #dialed: Dialed
  #state: ConnectionState = 'Connecting'
  #paused = false
  #idleUntil = 0
  #gone = false
  // Whether the last read may have left octets that have arrived.
  #readMayGoOn = false
  // Whether octets of the response before may still come to light: no request is sent so long.
  #looking = false

  constructor(owner: ConnectionOwner, exchange: Exchange) {
    const { settings, origin } = owner
    this.#owner = owner
    this.#settings = settings
    // Over TLS octets go on coming for a while when nobody wants them, and streams to be handed over read as all streams do.
    this.readsToMemory = !origin.secure && !exchange.switches
    this.timetable = new Timetable(settings.writeTimeoutMs)
    this.timetable.waitFor('ERR_CONNECT_TIMEOUT', settings.connectTimeoutMs)
    this.#conversation = new Conversation(this, settings)
    this.#dialed = owner.dial(origin, this, exchange.switches, owner.deadlines.clock)
    const { trace } = settings
    const connection = this.#number
    this.outbox = new Outbox(
      this.#dialed,
      trace && ((octets) => trace({ type: 'OctetsOut', connection, octets })),
    )
    this.#conversation.assign(exchange)
    exchange.holder = this
    owner.deadlines.add(this)
    trace?.({ type: 'Opened', connection, origin: origin.name })
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** Whether the peer can be thought to keep it still. */
  usable(now: number): boolean {
    return this.#state === 'Idle' && now < this.#idleUntil
  }

  /** Sends a request; the connection must be idle. */
  begin(exchange: Exchange): void {
    exchange.holder = this
    this.#dialed.stream.ref()
    this.#conversation.assign(exchange)
    if (!this.#looking) this.#conversation.send()
  }

  /** Nothing is asked of it for now: it does not keep the process alive. */
  rest(): void {
    this.#dialed.stream.unref()
  }

  /** Closes at once. */
  stop(error: Error): void {
    this.#lose('stop', error)
  }

  /** As ExchangeHolder and ConversationOwner. */
  giveUp(_exchange: Exchange, error: Error): void {
    this.#lose('given up', error)
  }

  /** As ConversationOwner. */
  refuse(error: Error): void {
    this.#lose('violation', error)
  }

  /** As ConversationOwner. */
  enter(event: ConnectionEvent): void {
    const from = this.#state
    const to = nextState(from, event)
    if (from === to) return
    this.#state = to
    const { trace } = this.#settings
    trace?.({ type: 'StateChanged', connection: this.#number, from, to, event })
  }

  /** As ConversationOwner. */
  headRead(statusLine: StatusLine): void {
    this.#settings.trace?.({ type: 'StatusLine', connection: this.#number, statusLine })
  }

  /** As ConversationOwner. */
  responseEnded({ idleMs, withoutContent, beyond }: Ending): void {
    if (beyond) this.#owner.overran = true
    if (idleMs > 0) {
      this.enter('response end, persistent')
      this.timetable.rest()
      this.#idleUntil = this.#owner.deadlines.clock.now() + idleMs
      if (withoutContent || this.#readMayGoOn || this.#owner.overran) this.#look()
      this.#owner.connectionIdle(this)
    } else {
      this.#lose('response end, closing', CLOSED)
    }
  }

  /** As ConversationOwner. */
  handOver(): TakenOver | undefined {
    if (this.#state !== 'Switched') return undefined
    this.enter('take over')
    this.#conversation.drop()?.finish(new Headers())
    const octets = new Uint8Array(this.#conversation.reader.takeRemaining())
    const stream = this.#dialed.letGo()
    this.#owner.deadlines.delete(this)
    this.#owner.connectionLost(this)
    this.#leave()
    return { stream, octets }
  }

  /** As BodyOwner. */
  readOn(): void {
    if (!this.#paused) return
    this.#conversation.awaitMore()
    this.#resume()
  }

  /** As BodyOwner. */
  bodyCancelled(body: ResponseBody): void {
    const response = this.#conversation.exchange?.response
    // It came to its end before, and the connection may serve another one.
    if (response === undefined || response.body !== body) return
    const { framing } = response
    const { contentBytes } = this.#conversation.reader
    const rest = framing.kind === 'length' ? framing.length - contentBytes : Infinity
    // Memory that somebody looks at cannot be read to.
    const kept = this.#state === 'Receiving' && !response.body.lends
    if (!kept || rest > this.#settings.maxDiscardBytes) {
      this.#lose('given up', CLOSED)
      return
    }
    this.readOn()
    this.timetable.waitFor('Discard', DISCARD_TIMEOUT_MS)
  }

  /** As Swept. */
  sweep(awakeMs: number): void {
    if (this.#state === 'Idle') {
      if (this.#owner.deadlines.clock.now() >= this.#idleUntil) this.#lose('timeout', CLOSED)
      return
    }
    const { exchange } = this.#conversation
    if (exchange === undefined) return
    const pending = this.outbox.pendingBytes > 0
    if (awakeMs >= exchange.endsAt) {
      this.#expire('ERR_TOTAL_TIMEOUT', exchange)
    } else if (pending && this.timetable.outputStands(awakeMs, this.outbox.takenBytes)) {
      this.#expire('ERR_WRITE_TIMEOUT', exchange)
    } else {
      const expiry = this.timetable.sweep(awakeMs, pending)
      if (expiry !== null) this.#expire(expiry, exchange)
    }
  }

  /** As StreamHooks. */
  get readMemory(): Uint8Array {
    return this.#conversation.memory ?? sharedMemory
  }

  /** As StreamHooks. */
  unreachable(failures: readonly Failure[]): void {
    this.#lose('stream error', connectError(this.#owner.origin.name, failures), true)
  }

  /** As StreamHooks. */
  connected(): void {
    if (this.#state !== 'Connecting') return
    if (this.#owner.origin.secure) {
      this.timetable.waitFor('ERR_TLS_TIMEOUT', this.#settings.handshakeTimeoutMs)
      this.enter('connected, TLS follows')
    } else {
      this.enter('connected')
      this.#conversation.send()
    }
  }

  /** As StreamHooks. */
  secured(): void {
    if (this.#state !== 'Securing') return
    this.enter('secured')
    this.#conversation.send()
  }

  /** As StreamHooks. */
  octetsRead(octets: Uint8Array): boolean {
    const { trace } = this.#settings
    // A copy: whoever watches may keep it.
    trace?.({ type: 'OctetsIn', connection: this.#number, octets: new Uint8Array(octets) })
    if (this.#state === 'Idle') {
      this.#owner.overran = true
      this.#lose('octets while idle', CLOSED)
    }
    if (this.#conversation.exchange === undefined) return false
    this.#readMayGoOn = !this.readsToMemory || octets.length === octets.buffer.byteLength
    this.timetable.touch()
    if (this.#conversation.push(octets)) {
      // Over TLS octets that were decrypted come even so, and with them perhaps the end of the response.
      this.#resume()
      return true
    }
    if (this.#conversation.exchange !== undefined && this.#state !== 'Switched') {
      this.#paused = true
      this.timetable.rest()
    }
    return false
  }

  /** As StreamHooks. */
  peerEnded(announced: boolean): void {
    if (this.#state === 'Switched') return
    if (this.#state === 'Idle' || this.#conversation.exchange === undefined) {
      this.#lose('peer end', CLOSED)
    } else if (!announced && this.#conversation.closeDelimited) {
      this.#lose('stream error', endError('ERR_TLS_INCOMPLETE_CLOSE', this.#way))
    } else if (!this.#conversation.end()) {
      const code = this.#state === 'Securing' ? 'ERR_TLS' : 'ERR_CONNECTION_CLOSED'
      this.#lose('peer end', endError(code, this.#way), true)
    }
  }

  /** As StreamHooks. */
  writeFailed(error: Error): void {
    if (this.#conversation.exchange === undefined) this.broke(error)
    else this.#conversation.stopSending(this.#describe(error))
  }

  /** As StreamHooks. */
  broke(error: Error): void {
    this.#lose('stream error', this.#describe(error), true)
  }

  /** As StreamHooks. */
  closed(): void {
    this.#lose('stream error', CLOSED, true)
    this.#leave()
  }

  // A request that comes in this time waits for its end, or is sent by another connection when octets come.
  #look(): void {
    this.#looking = true
    afterPoll(() => {
      this.#looking = false
      if (this.#state === 'Idle') this.#conversation.send()
    })
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#dialed.stream.resume()
  }

  #expire(expiry: Expiry | 'ERR_TOTAL_TIMEOUT' | 'ERR_WRITE_TIMEOUT', exchange: Exchange): void {
    if (expiry === 'Continue') this.#conversation.proceed()
    else if (expiry === 'Discard') this.#lose('given up', CLOSED)
    else this.#lose('timeout', timeoutError(expiry, this.#settings, exchange.settings, this.#way))
  }

  // It brings no more responses. What was asked for fails, or is asked for again when the peer had closed an idle connection.
  #lose(event: ConnectionEvent, error: Error, byPeer = false): void {
    if (this.#state === 'Closed' || this.#state === 'TakenOver') return
    const { requestCount, reader } = this.#conversation
    const unsent = this.#state === 'Idle'
    const stale = byPeer && requestCount > 1 && !reader.started
    this.enter(event)
    const exchange = this.#conversation.drop()
    this.#owner.deadlines.delete(this)
    this.outbox.fail(error)
    this.#dialed.stream.destroy()
    if (exchange !== undefined) {
      const atOnce = event === 'given up' || event === 'stop'
      if ((unsent && !atOnce) || (stale && exchange.retry())) this.#owner.retry(exchange)
      else exchange.fail(error, atOnce)
    }
    this.#owner.connectionLost(this)
  }

  #leave(): void {
    if (this.#gone) return
    this.#gone = true
    const { requestCount } = this.#conversation
    this.#settings.trace?.({ type: 'Closed', connection: this.#number, requestCount })
    this.#owner.connectionGone(this)
  }

  #describe(error: Error): TransportError {
    return streamError(this.#state === 'Securing' ? 'ERR_TLS' : 'ERR_SOCKET', this.#way, error)
  }

  get #way(): Way {
    const { name } = this.#owner.origin
    const { place, tried } = this.#dialed
    return { name, place, tried }
  }
}
