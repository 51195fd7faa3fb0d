// One line for each request and each refusal, when it is known what became of it. Handlers get requests and end them; the server
// tells of those that no handler got, and of what went wrong below one.
import { performance } from 'node:perf_hooks'
import { ProtocolError } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import { TransportError } from '@rawhttp/tcp-server'
import type { ErrorContext, Handler, IncomingRequest } from '@rawhttp/tcp-server'
import { clientAddress } from './forwarded.ts'
import type { AccessEntry, Log } from './log.ts'
import type { TrustedProxies } from './trusted-proxies.ts'
import { UpstreamError } from './upstream.ts'

/** How much of a response has gone out. */
interface Progress {
  /** 0: not even its head. */
  readonly status: number
  /** Octets of content. */
  readonly bytes: number
}

// Longer ones are cut: a log is read by people, and kept.
const MAX_METHOD_CHARACTERS = 32
const MAX_TARGET_CHARACTERS = 8192
const NOT_VISIBLE = /[^\x21-\x7e]/g

/** Writes the access lines of a server. */
export class AccessLog {
  readonly #log: Log
  readonly #trusts: TrustedProxies
  // By request line, of which each request has its own: errors come with it.
  readonly #exchanges = new WeakMap<object, LoggedExchange>()

  constructor(log: Log, trusts: TrustedProxies) {
    this.#log = log
    this.#trusts = trusts
  }

  /** The handler, with a line for each request when its response is written, or when it failed. */
  handler(handler: Handler): Handler {
    return (request, writer) => {
      const exchange = new LoggedExchange(request, writer)
      this.#exchanges.set(request.requestLine, exchange)
      let outcome: void | Promise<void>
      try {
        outcome = handler(request, writer)
      } catch (fault) {
        this.#fail(exchange, fault)
        throw fault
      }
      if (outcome === undefined) {
        this.#end(exchange)
        return
      }
      return outcome.then(
        () => this.#end(exchange),
        (fault: unknown) => {
          this.#fail(exchange, fault)
          throw fault
        },
      )
    }
  }

  /** Told by the server of every error. What is our own fault is a warning. */
  failed(error: Error, context: ErrorContext): void {
    const { requestLine } = context
    const exchange = requestLine === undefined ? undefined : this.#exchanges.get(requestLine)
    if (exchange !== undefined) exchange.failed(error, sentOf(context))
    else if (isOfClient(error, context)) this.#refused(error, context)
    if (error instanceof ProtocolError) return
    if (error instanceof TransportError && error.code !== 'ERR_ACCEPT') return
    const request =
      requestLine === undefined
        ? ''
        : `${shownMethod(requestLine.method)} ${shownTarget(requestLine.requestTarget)}: `
    this.#log.warn(
      `${request}${error instanceof UpstreamError ? error.message : (error.stack ?? error.message)}`,
    )
  }

  /** Told, before the handler ends, how many octets were passed both ways behind a 101 (Switching Protocols). */
  tunnelled(request: IncomingRequest, toClient: number, fromClient: number): void {
    const exchange = this.#exchanges.get(request.requestLine)
    if (exchange !== undefined) exchange.passed = { toClient, fromClient }
  }

  #end(exchange: LoggedExchange): void {
    if (exchange.writer.state === 'Done') this.#write(exchange)
    else this.#writeLater(exchange)
  }

  #fail(exchange: LoggedExchange, fault: unknown): void {
    const { headSent, statusCode, writtenBytes } = exchange.writer
    exchange.failed(fault, { status: headSent ? statusCode : 0, bytes: writtenBytes })
    this.#writeLater(exchange)
  }

  // The server completes what the handler has not, such as by a 500.
  #writeLater(exchange: LoggedExchange): void {
    setImmediate(() => {
      this.#write(exchange)
    })
  }

  #write({ request, writer, startMs, fault, lost, passed }: LoggedExchange): void {
    const { requestLine, remoteAddress } = request
    const { status, bytes } = lost ?? {
      status: writer.headSent ? writer.statusCode : 0,
      bytes: writer.writtenBytes,
    }
    const remote = clientAddress(request, this.#trusts)
    this.#log.access({
      method: shownMethod(requestLine.method),
      target: shownTarget(requestLine.requestTarget),
      status,
      bytes: passed?.toClient ?? (requestLine.method === 'HEAD' ? 0 : bytes),
      milliseconds: rounded(performance.now() - startMs),
      remote,
      peer: remote === remoteAddress ? undefined : remoteAddress || 'unix',
      received: passed?.fromClient,
      ...describeFault(fault),
    })
  }

  #refused(error: Error, context: ErrorContext): void {
    const { requestLine, remoteAddress, statusCode, writtenBytes, waitedMs } = context
    this.#log.access({
      method: requestLine === undefined ? '-' : shownMethod(requestLine.method),
      target: requestLine === undefined ? '-' : shownTarget(requestLine.requestTarget),
      status: statusCode,
      bytes: writtenBytes,
      milliseconds: rounded(waitedMs),
      remote: remoteAddress,
      ...describeFault(error),
    })
  }
}

/** A request that a handler has. */
class LoggedExchange {
  readonly request: IncomingRequest
  readonly writer: ResponseWriter
  readonly startMs: number = performance.now()
  /** What went wrong first: all else follows from it. */
  fault: unknown
  /** What had been sent when the connection was lost. */
  lost: Progress | undefined
  /** Octets of a tunnel. */
  passed: { readonly toClient: number; readonly fromClient: number } | undefined

  constructor(request: IncomingRequest, writer: ResponseWriter) {
    this.request = request
    this.writer = writer
  }

  failed(fault: unknown, sent: Progress): void {
    this.fault ??= fault
    if (fault instanceof TransportError) this.lost ??= sent
  }
}

// Whether a line is due though no handler got anything: there was a request, or part of one, or an attempt to get so far.
function isOfClient(error: Error, { state }: ErrorContext): boolean {
  if (error instanceof ProtocolError) return true
  if (!(error instanceof TransportError)) return false
  return error.code === 'ERR_HANDSHAKE' || state === 'ReadingHead'
}

// What waits when a connection breaks is lost; how it is framed counts for content here.
function sentOf({ statusCode, writtenBytes, unsentBytes }: ErrorContext): Progress {
  return { status: statusCode, bytes: Math.max(0, writtenBytes - unsentBytes) }
}

function describeFault(fault: unknown): Pick<AccessEntry, 'fault' | 'offset'> {
  if (fault === undefined) return { fault: undefined }
  if (fault instanceof ProtocolError) return { fault: fault.code, offset: fault.offset }
  return { fault: fault instanceof Error && 'code' in fault ? String(fault.code) : 'ERR_HANDLER' }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000
}

function shownMethod(method: string): string {
  return shown(method, MAX_METHOD_CHARACTERS)
}

function shownTarget(target: string): string {
  return shown(target, MAX_TARGET_CHARACTERS)
}

// No line of a log can be made to look like two, or like another one.
function shown(text: string, maxCharacters: number): string {
  const cut = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}...` : text
  return cut.replace(
    NOT_VISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
