import { connect as connectSocket } from 'node:net'
import type { Socket } from 'node:net'
import { Failure } from './failure.ts'
import { ResponseReader } from './response-reader.ts'
import type { Answer } from './response-reader.ts'

/** How the server ended a connection. */
export type Ending = 'FIN' | 'RST'

/** One connection by plain sockets. It sends the octets it is given and helps nobody. */
export class Client {
  readonly #socket: Socket
  readonly #patienceMs: number
  readonly #reader = new ResponseReader()
  #ending: Ending | undefined
  #check: (() => void) | undefined
  #lastAnswer = performance.now()

  private constructor(socket: Socket, patienceMs: number) {
    this.#socket = socket
    this.#patienceMs = patienceMs
    socket.setNoDelay(true)
    socket.on('data', this.#onOctets)
    socket.on('end', this.#onEnd)
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
  }

  /**
   * @param patienceMs how long to wait for anything that must come
   * @throws Failure when the server does not accept
   */
  static connect(port: number, patienceMs: number): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connectSocket({ port, host: '127.0.0.1', allowHalfOpen: true })
      const fail = (error: Error): void => {
        reject(new Failure(`no connection: ${error.message}`))
      }
      socket.once('error', fail)
      socket.once('connect', () => {
        socket.off('error', fail)
        resolve(new Client(socket, patienceMs))
      })
    })
  }

  /** When the last answer was taken, by `performance.now()`; of a new connection, when it was made. */
  get lastAnswer(): number {
    return this.#lastAnswer
  }

  /** Whether the server has ended the connection, in one way or the other. */
  get ended(): boolean {
    return this.#ending !== undefined
  }

  /** Whole answers that wait for `answer`. */
  get waitingAnswers(): number {
    return this.#reader.available
  }

  /** Whether an answer, or the end, is there. */
  get answered(): boolean {
    return this.#reader.available > 0 || this.#reader.failure !== undefined || this.ended
  }

  /** The next response is that to a request with this method. */
  expect(method: string): void {
    this.#reader.expect(method)
  }

  /** Hands octets over; the system sends them when it can. */
  send(octets: Buffer): void {
    if (this.#socket.writable) this.#socket.write(octets)
  }

  /** As `send`, and waits until the system has room for more, the server has answered, or it has ended the connection. */
  async sendAll(octets: Buffer): Promise<void> {
    this.send(octets)
    const socket = this.#socket
    if (!socket.writableNeedDrain) return
    const check = (): void => this.#check?.()
    socket.once('drain', check)
    await this.#until(() => !socket.writableNeedDrain || this.answered)
    socket.off('drain', check)
  }

  /** The next whole response. @throws Failure when there is none, in time, or it is no response */
  async answer(): Promise<Answer> {
    await this.#until(() => this.answered)
    const answer = this.#reader.take()
    if (answer === undefined) throw this.#loss('an answer')
    this.#lastAnswer = performance.now()
    return answer
  }

  /** The next interim response. @throws Failure when a final one, or none, comes in its place */
  async interim(): Promise<number> {
    await this.#until(() => this.#reader.interim.length > 0 || this.answered)
    const [statusCode] = this.#reader.interim
    if (statusCode !== undefined) return statusCode
    if (this.#reader.available > 0)
      throw new Failure('expected an interim response, got a final one')
    throw this.#loss('an interim response')
  }

  /** Waits for the server's orderly end of the connection. @throws Failure when it sends something, or resets, or does not end */
  async closed(): Promise<void> {
    const ending = await this.anyEnd()
    if (this.#reader.available > 0) throw new Failure('expected the end, got one more answer')
    if (ending === 'RST' || this.#reader.cut) throw this.#loss('the end of the connection')
    this.#socket.end()
  }

  /**
   * Waits for the end of the connection, also within an answer.
   *
   * @throws Failure when it does not end in time, or something that is no response came before
   */
  async anyEnd(): Promise<Ending> {
    this.#socket.resume()
    await this.#until(() => this.ended)
    if (this.#ending === undefined || this.#reader.failure !== undefined) {
      throw this.#loss('the end of the connection')
    }
    return this.#ending
  }

  /** Waits for some octets of a response, whole or not. */
  async firstOctets(): Promise<void> {
    await this.#until(() => this.answered || this.#reader.inside)
  }

  /** Takes nothing from the server until `resume`, so that its output waits. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Sends no more, and still reads. */
  finish(): void {
    this.#socket.end()
  }

  /** Resets the connection. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  /** Lets go of the connection, whatever state it is in. */
  destroy(): void {
    this.#socket.destroy()
  }

  readonly #onOctets = (octets: Buffer): void => {
    this.#reader.push(octets)
    this.#check?.()
  }

  readonly #onEnd = (): void => {
    this.#ending ??= 'FIN'
    this.#reader.end()
    this.#check?.()
  }

  readonly #onError = (): void => {
    this.#ending ??= 'RST'
    this.#check?.()
  }

  readonly #onClose = (): void => {
    this.#ending ??= 'RST'
    this.#check?.()
  }

  // Resolves when the condition holds, or when patience is at its end.
  #until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve()
    return new Promise((resolve) => {
      const stop = (): void => {
        clearTimeout(timer)
        this.#check = undefined
        resolve()
      }
      const timer = setTimeout(stop, this.#patienceMs)
      this.#check = () => {
        if (condition()) stop()
      }
    })
  }

  #loss(expected: string): Failure {
    return new Failure(`expected ${expected}, got ${this.#outcome()}`)
  }

  #outcome(): string {
    const { failure, cut } = this.#reader
    if (failure !== undefined) return failure.message
    if (cut) return 'the end of the connection within an answer'
    if (this.#ending === undefined) return `nothing for ${this.#patienceMs} ms`
    return this.#ending === 'RST' ? 'a reset' : 'the end of the connection'
  }
}
