import type { Cancellation } from '@rawhttp/tcp-client'
import type { IncomingRequest } from '@rawhttp/tcp-server'

/** Gives up what is asked of an upstream when the client is lost that it is asked for. An AbortSignal would cost ten times as much. */
export class ClientLoss implements Cancellation {
  reason: Error | undefined
  #listener: (() => void) | undefined

  constructor(request: IncomingRequest) {
    request.whenLost((reason) => {
      this.reason = reason
      this.#listener?.()
    })
  }

  get aborted(): boolean {
    return this.reason !== undefined
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listener = listener
  }

  removeEventListener(): void {
    this.#listener = undefined
  }
}
