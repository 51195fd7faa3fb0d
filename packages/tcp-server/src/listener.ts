// The one place where sockets come from.
import { createServer } from 'node:net'
import type { ListenOptions, Server as NetServer, ServerOpts, Socket } from 'node:net'
import type { Deadlines, Swept } from './deadlines.ts'
import { TransportError } from './errors.ts'
import type { Seat } from './roster.ts'

/** Where to listen. */
export type ListenTarget = ListenOptions | { readonly handle: object }

/** What a listener tells. */
export interface ListenerHooks {
  accepted(socket: Socket): void
  failed(error: TransportError): void
}

// Clients that connect at the same moment wait here until they are accepted; the system has a bound of its own, mostly 4096.
const BACKLOG = 4096
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 1000

const SOCKET_OPTIONS: ServerOpts = {
  // A client that has sent all it has to say still waits for its answer (RFC 9112 §9.6).
  allowHalfOpen: true,
  // Answers leave whole, so waiting for more to send with them only delays them.
  noDelay: true,
}

/** Accepts sockets in one place, and goes on after errors. */
export class Listener implements Swept {
  readonly #target: ListenTarget
  readonly #hooks: ListenerHooks
  readonly #deadlines: Deadlines
  readonly #server: NetServer
  #closed = false
  #acceptedCount = 0
  #pauseMs = 0
  #reopensAt: number | undefined
  #pause: Seat<Swept> | undefined

  /** @param create makes the server of node:net; tests bring one whose errors they can choose */
  constructor(
    target: ListenTarget,
    hooks: ListenerHooks,
    deadlines: Deadlines,
    create: (options: ServerOpts) => NetServer = createServer,
  ) {
    this.#target = target
    this.#hooks = hooks
    this.#deadlines = deadlines
    this.#server = create(SOCKET_OPTIONS)
    this.#server.on('connection', (socket: Socket) => {
      this.#acceptedCount++
      this.#pauseMs = 0
      hooks.accepted(socket)
    })
  }

  /** Where it listens; 0 where there are no ports. */
  get port(): number {
    const address = this.#server.address()
    return address === null || typeof address === 'string' ? 0 : address.port
  }

  /** What those who are accepted come by. Sockets with an address of IP only are TCP: a unix socket has a path or, by descriptor, none. */
  get transport(): 'tcp' | 'unix' {
    const address = this.#server.address()
    return address === null || typeof address === 'string' ? 'unix' : 'tcp'
  }

  /** Resolves when it listens. @throws TransportError ERR_LISTEN, with the system's error as its cause */
  listen(): Promise<void> {
    const server = this.#server
    return new Promise((resolve, reject) => {
      const onError = (error: Error): void => {
        reject(new TransportError('ERR_LISTEN', `Cannot listen: ${error.message}`, error))
      }
      server.once('error', onError)
      this.#open(() => {
        server.off('error', onError)
        server.on('error', this.#onError)
        resolve()
      })
    })
  }

  /**
   * Accepts those who wait, and then no more: the system resets whoever waits at a socket that is closed, though he may have sent
   * his request. Node may accept only one in each turn of the event loop, so a turn without one says that nobody waits.
   *
   * @param limitMs closes then though somebody waits; somebody always may
   */
  finish(limitMs: number): Promise<void> {
    let since: number | undefined
    const limit: Swept = {
      sweep: (now) => {
        since ??= now
        if (now - since >= limitMs) this.close()
      },
    }
    const seat = this.#deadlines.add(limit)
    return new Promise((resolve) => {
      let countBefore = -1
      let turnsLeft = BACKLOG
      const turn = (): void => {
        if (!this.#closed && this.#acceptedCount !== countBefore && turnsLeft-- > 0) {
          countBefore = this.#acceptedCount
          setImmediate(turn)
          return
        }
        this.#deadlines.delete(seat)
        this.close()
        resolve()
      }
      setImmediate(turn)
    })
  }

  /** Accepts no more. What was accepted is not touched. */
  close(): void {
    this.#closed = true
    this.#endPause()
    if (this.#server.listening) this.#server.close()
  }

  /** As Swept: listens again when the pause is over. */
  sweep(now: number): void {
    this.#reopensAt ??= now + this.#pauseMs
    if (now < this.#reopensAt) return
    this.#endPause()
    this.#open()
  }

  #endPause(): void {
    if (this.#pause !== undefined) this.#deadlines.delete(this.#pause)
    this.#pause = undefined
    this.#reopensAt = undefined
  }

  #open(listening?: () => void): void {
    const target = this.#target
    if ('handle' in target) this.#server.listen(target.handle, BACKLOG, listening)
    else this.#server.listen({ backlog: BACKLOG, ...target }, listening)
  }

  // Mostly no descriptor is left. The system would try again at once, and for as long as none is given back, so nobody else would
  // have a turn: only closing ends that. Those who are connected are served meanwhile.
  readonly #onError = (error: Error): void => {
    if (this.#closed) return
    const pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2 || FIRST_PAUSE_MS)
    const message = `Cannot accept: ${error.message}; next try in ${pauseMs} ms`
    this.#hooks.failed(new TransportError('ERR_ACCEPT', message, error))
    this.#pauseMs = pauseMs
    if (this.#server.listening) this.#server.close()
    this.#pause ??= this.#deadlines.add(this)
  }
}
