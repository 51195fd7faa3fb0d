import type { RequestLine } from '@rawhttp/request-parser'
import type { ByteStream } from './byte-stream.ts'
import { nextState } from './connection-state.ts'
import type { Connection, ConnectionEvent, ConnectionState } from './connection-state.ts'
import type { ConnectionOwner } from './connection-owner.ts'
import { Conversation } from './conversation.ts'
import type { ConversationOwner } from './conversation-owner.ts'
import type { Swept } from './deadlines.ts'
import { startReading } from './direct-reading.ts'
import type { Reading } from './direct-reading.ts'
import { asError, TransportError } from './errors.ts'
import { timeoutFault } from './faults.ts'
import type { Handler, Transport } from './incoming-request.ts'
import type { ConnectionSettings, ErrorContext } from './options.ts'
import { LARGE_BATCH_BYTES, Outbox, SMALL_BATCH_BYTES } from './outbox.ts'
import type { OutboxOwner } from './outbox.ts'
import type { Seat } from './roster.ts'
import { resetAtEnd } from './stream-end.ts'
import { Timetable } from './timetable.ts'
import type { Expiry } from './timetable.ts'
import { Witness } from './witness.ts'

// Of silence, before the system asks the peer whether it is still there.
const KEEP_ALIVE_DELAY_MS = 15_000

// What TCP sends before it waits for an acknowledgement: ten segments (RFC 6928) of at least 536 octets. So it is on its way when a
// connection is closed, and octets that still come then, an empty line mostly, cannot make the system drop it. More would wait in the
// system, and a reset would cut it.
const ONE_FLIGHT_BYTES = 4096

// One for all: making an error costs more than closing a connection, and its stack would tell nothing.
const PEER_CLOSED = new TransportError('ERR_PEER_CLOSED', 'The connection was closed')

/**
 * One connection, as the table in connection-state.ts has it. Whatever happens outside comes in here: octets, the peer's end,
 * errors, time. What the octets say is the conversation's business.
 */
export class HttpConnection implements Connection, ConversationOwner, OutboxOwner, Swept {
  readonly remoteAddress: string
  readonly secure: boolean
  readonly outbox: Outbox
  readonly timetable: Timetable
  readonly #stream: ByteStream
  readonly #settings: ConnectionSettings
  readonly #owner: ConnectionOwner
  readonly #conversation: Conversation
  readonly #witness: Witness
  readonly #reading: Reading
  readonly #deadlineSeat: Seat<Swept>
  readonly #ownerSeat: Seat<Connection> | undefined
  #state: ConnectionState = 'Idle'
  #draining = false
  #peerEnded = false
  #outputSent = false
  // What may still be read while lingering.
  #lingerBytes = 0
  #watched = false
  #keptAlive = false
  #forgotten = false

  /** @param secure whether the stream came by TLS */
  constructor(
    stream: ByteStream,
    secure: boolean,
    handler: Handler,
    settings: ConnectionSettings,
    owner: ConnectionOwner,
  ) {
    // First of all: an error that nobody listens for would end the process.
    stream.on('error', this.#onError)
    stream.on('close', this.#onClose)
    this.#stream = stream
    this.#settings = settings
    this.#owner = owner
    this.secure = secure
    this.remoteAddress = stream.remoteAddress ?? ''
    this.#witness = new Witness(settings, this)
    this.timetable = new Timetable(settings)
    // The two ports are what the system is asked by.
    const told = owner.sendQueues.told && stream.remotePort !== undefined
    const batchBytes = told ? LARGE_BATCH_BYTES : SMALL_BATCH_BYTES
    this.outbox = new Outbox(stream, this, settings.readAheadBytes, batchBytes)
    this.#conversation = new Conversation(this, stream, handler, settings)
    this.#witness.opened(this.remoteAddress, secure)
    this.#ownerSeat = owner.connections?.add(this)
    stream.on('end', this.#onEnd)
    this.#reading = startReading(stream, settings.reading, this.#onOctets)
    this.#deadlineSeat = owner.deadlines.add(this)
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** As ConversationOwner. */
  get transport(): Transport {
    return this.#owner.transport
  }

  /** As ConversationOwner. */
  get draining(): boolean {
    return this.#draining
  }

  /** As ConversationOwner. */
  get peerEnded(): boolean {
    return this.#peerEnded
  }

  drain(): void {
    if (this.#draining) return
    this.#draining = true
    this.enter('drain')
    if (this.#state === 'Idle') this.timetable.enter('Draining')
  }

  abort(): void {
    if (this.#state === 'HandedOver') this.#stream.destroy()
    this.#close('abort', new TransportError('ERR_STOPPED', 'The connection was stopped'))
  }

  /** As Swept. */
  sweep(now: number): void {
    this.#contain(() => {
      this.#keepAlive()
      const { pendingBytes } = this.outbox
      if (pendingBytes > 0 && this.#outputStands(now)) return
      const expiry = this.timetable.sweep(now, pendingBytes > 0)
      if (expiry !== null) this.#expire(expiry)
    })
  }

  /** As OutboxOwner. */
  outputTaken(): void {
    if (this.#state === 'Idle' || this.#state === 'ReadingHead') this.#conversation.advance()
  }

  /** As OutboxOwner. */
  outputGiven(octets: Uint8Array | string): void {
    this.#witness.octetsOut(octets)
  }

  /** As OutboxOwner. */
  mayPersist(): boolean {
    return this.#conversation.mayPersist()
  }

  /** As ConversationOwner. */
  requestRead(requestLine: RequestLine): void {
    this.#witness.head(requestLine)
  }

  /** As ConversationOwner. */
  responseWritten(statusCode: number): void {
    this.#witness.statusLine(statusCode)
  }

  /** As ConversationOwner. */
  report(error: Error): void {
    this.#witness.failed(error)
  }

  /** Where an error happens. */
  get errorContext(): ErrorContext {
    return {
      remoteAddress: this.remoteAddress,
      secure: this.secure,
      state: this.#state,
      ...this.#conversation.progress,
    }
  }

  /**
   * As ConversationOwner and OutboxOwner. What the stream throws, which may be of the caller's making, or a mistake here, ends this
   * connection, and neither another one nor the process.
   */
  crashed(error: unknown): void {
    this.report(asError(error))
    try {
      if (this.#state === 'Closed') this.#stream.destroy()
      else this.#close('socket error', asError(error))
    } catch {
      // A stream that cannot be destroyed either does not tell that it is closed.
      this.#forget()
    }
  }

  /** As ConversationOwner. */
  enter(event: ConnectionEvent): void {
    const from = this.#state
    const to = nextState(from, event)
    if (from === to) return
    this.#state = to
    this.#witness.stateChanged(from, to, event)
  }

  /**
   * As ConversationOwner. RFC 9112 §9.6: half-close and read on; otherwise what comes now makes the system reset the connection,
   * and a reset takes from the client the response that it has not read yet.
   */
  linger(bodyUnread: boolean): void {
    const { maxLingerBytes, maxStrayLingerBytes } = this.#settings
    this.#lingerBytes = bodyUnread ? maxLingerBytes : maxStrayLingerBytes
    this.#watchOutput()
    this.timetable.enter('Linger')
    this.outbox.end()
    this.#conversation.intake.resume()
  }

  /** As ConversationOwner. */
  closeBehindOutput(): boolean {
    const stream = this.#stream
    const { outbox } = this
    outbox.flush()
    if (stream.destroySoon === undefined || outbox.pendingBytes > 0) return false
    if (outbox.givenBytes > ONE_FLIGHT_BYTES) return false
    this.enter('response done, both closing')
    this.timetable.enter('Linger')
    this.outbox.fail(PEER_CLOSED)
    // The system ends both sides of a socket that is closed, so ending ours first can be saved. TLS has something to say before, and
    // what other streams do is not known.
    if (this.secure || !this.#reading.direct) stream.destroySoon()
    else process.nextTick(destroy, stream)
    return true
  }

  /** As ConversationOwner. */
  peerLeft(): void {
    if (this.#state === 'Lingering' ? this.#outputSent : this.outbox.pendingBytes === 0) {
      this.#close('peer end')
      return
    }
    this.enter('peer end, output pending')
    this.linger(false)
  }

  /** As ConversationOwner. */
  break(event: ConnectionEvent, error: Error): void {
    if (this.#state === 'Closed' || this.#state === 'HandedOver') return
    // A client may well leave without reading to the end, once it has its response.
    if (this.#state !== 'Lingering') this.report(error)
    this.outbox.flush()
    this.#close(event, error)
  }

  /** As ConversationOwner. */
  releaseStream(): ByteStream {
    const stream = this.#stream
    this.outbox.release()
    stream.pause()
    this.#keepAlive()
    this.#reading.stop()
    stream.off('end', this.#onEnd)
    this.#owner.deadlines.delete(this.#deadlineSeat)
    this.enter('hand over')
    return stream
  }

  readonly #onOctets = (octets: Uint8Array, borrowed: boolean): void => {
    // A copy: whoever watches may keep it, and a handler may transfer what it gets of the body.
    if (this.#settings.trace !== undefined) this.#witness.octetsIn(new Uint8Array(octets))
    if (this.#state === 'Closed') return
    try {
      if (this.#state === 'Lingering') this.#dropOctets(octets.length)
      else if (borrowed) this.#conversation.pushBorrowed(octets)
      else this.#conversation.push(octets)
    } catch (error) {
      this.crashed(error)
    }
  }

  readonly #onEnd = (): void => {
    const reset = resetAtEnd(this.#stream)
    if (reset !== undefined) return this.#onError(reset)
    this.#peerEnded = true
    this.#conversation.intake.end()
    this.#contain(() => {
      if (this.#state === 'Lingering') this.peerLeft()
      else this.#conversation.advance()
    })
  }

  // Before this side is ended. One that idles needs no listener for it.
  #watchOutput(): void {
    if (this.#watched) return
    this.#watched = true
    this.#stream.on('finish', () => {
      this.#outputSent = true
      this.#contain(() => {
        if (this.#state === 'Closed') this.#destroy()
        else if (this.#state === 'Lingering' && this.#peerEnded)
          this.#close('output sent, peer ended')
        else this.timetable.enter('Linger')
      })
    })
  }

  readonly #onError = (error: unknown): void => {
    const message = `The connection broke: ${asError(error).message}`
    this.#contain(() => {
      this.break('socket error', new TransportError('ERR_SOCKET', message, error))
    })
  }

  readonly #onClose = (): void => {
    this.#contain(() => {
      this.break('socket error', PEER_CLOSED)
    })
    this.#forget()
  }

  #contain(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.crashed(error)
    }
  }

  #forget(): void {
    if (this.#forgotten) return
    this.#forgotten = true
    this.#owner.deadlines.delete(this.#deadlineSeat)
    this.#witness.closed(this.#conversation.requestCount)
    this.#ownerSeat?.leave()
    this.#owner.connectionClosed?.()
  }

  #dropOctets(count: number): void {
    this.#lingerBytes -= count
    if (this.#lingerBytes < 0) this.#close('linger beyond the bound')
  }

  // A peer that vanished without a word is noticed. Four calls of the system that most connections are too short for, so it is done
  // by the first sweep.
  #keepAlive(): void {
    if (this.#keptAlive) return
    this.#keptAlive = true
    this.#stream.setKeepAlive?.(true, KEEP_ALIVE_DELAY_MS)
  }

  // Whether the connection was closed because its output stands still.
  #outputStands(now: number): boolean {
    const { localPort, remotePort } = this.#stream
    const { sendQueues } = this.#owner
    const heldBytes = sendQueues.heldBytes(localPort, remotePort)
    switch (this.timetable.sweepOutput(now, this.outbox.takenBytes, heldBytes)) {
      case 'Flowing':
        return false
      case 'Suspicious':
        if (remotePort !== undefined) void sendQueues.refresh()
        return false
      case 'Expired': {
        const message = `The peer took nothing for ${this.#settings.writeTimeoutMs} ms`
        this.break('write timeout', new TransportError('ERR_WRITE_TIMEOUT', message))
        return true
      }
    }
  }

  #expire(expiry: Expiry): void {
    const settings = this.#settings
    if (expiry !== 'Quiet') this.#conversation.refuse(timeoutFault(expiry, settings), 'timeout')
    else if (this.#state === 'Closed') this.#stream.destroy()
    else if (this.#state !== 'Idle' || !this.#reading.look()) this.#close('timeout')
  }

  #close(event: ConnectionEvent, error?: Error): void {
    if (this.#state === 'Closed' || this.#state === 'HandedOver') return
    const wasOpen = this.#state !== 'Lingering'
    const exchange = this.#conversation.exchange
    this.enter(event)
    this.timetable.enter('Linger')
    this.outbox.fail(error ?? PEER_CLOSED)
    exchange?.fail(error ?? PEER_CLOSED)
    const stream = this.#stream
    if (error === undefined && wasOpen) {
      this.#watchOutput()
      stream.end()
      return
    }
    // A body that ends with the connection would look complete (RFC 9112 §8).
    if (exchange?.writer.state === 'AwaitingBody' && !this.secure) stream.resetAndDestroy?.()
    this.#destroy(error)
  }

  // A stream whose two sides have ended is gone by itself, and what passed through it may still be on its way.
  #destroy(error?: Error): void {
    if (error !== undefined || !this.#peerEnded || !this.#outputSent) this.#stream.destroy()
  }
}

// Called when what was written has been reported as written: a stream that is destroyed before reports a failure.
function destroy(stream: ByteStream): void {
  stream.destroy()
}
