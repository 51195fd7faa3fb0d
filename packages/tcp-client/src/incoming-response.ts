import type { Duplex } from 'node:stream'
import { UsageError } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import type { ResponseBodyFraming } from '@rawhttp/message-framing'
import type { ResponseHead, StatusLine } from '@rawhttp/response-parser'
import type { ResponseBody } from './response-body.ts'
import type { StreamedBody } from './streamed-body.ts'

/** A stream that is no longer one of HTTP. */
export interface TakenOver {
  /** Paused. Its errors are the caller's to listen for, and it is the caller's to end. */
  readonly stream: Duplex
  /** Octets of the other protocol that came already, yours. */
  readonly octets: Uint8Array
}

/** A response whose head has come. */
export interface IncomingResponse extends ResponseHead {
  /** To be read or cancelled: until then the connection is taken. */
  readonly body: ResponseBody
  /**
   * Takes the stream over for the protocol that follows 101, or 2xx to CONNECT.
   *
   * @throws UsageError ERR_TAKE_OVER when none follows, or it was taken or lost
   */
  takeOver(): TakenOver
}

/** As IncomingResponse, from a connection. */
export class ReceivedResponse implements IncomingResponse {
  readonly statusLine: StatusLine
  readonly headers: Headers
  readonly framing: ResponseBodyFraming
  readonly persistent: boolean
  readonly switchesProtocol: boolean
  readonly body: StreamedBody
  readonly #takeOver: () => TakenOver | undefined

  /** @param takeOver gives undefined when there is nothing to take */
  constructor(head: ResponseHead, body: StreamedBody, takeOver: () => TakenOver | undefined) {
    this.statusLine = head.statusLine
    this.headers = head.headers
    this.framing = head.framing
    this.persistent = head.persistent
    this.switchesProtocol = head.switchesProtocol
    this.body = body
    this.#takeOver = takeOver
  }

  takeOver(): TakenOver {
    const taken = this.switchesProtocol ? this.#takeOver() : undefined
    if (taken !== undefined) return taken
    const due = this.switchesProtocol
      ? 'once, while the connection lasts'
      : 'behind 101, or 2xx to CONNECT'
    throw new UsageError('ERR_TAKE_OVER', `takeOver is due ${due}`)
  }
}
