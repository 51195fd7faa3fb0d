import type { TlsOptions } from 'node:tls'
import { UsageError } from '@rawhttp/headers'
import type { RequestLine, ParserLimits } from '@rawhttp/request-parser'
import type { ConnectionState } from './connection-state.ts'
import { printFailure } from './calling-out.ts'
import { sweepInterval } from './deadlines.ts'
import type { Clock } from './deadlines.ts'
import { ParserPool } from './parser-pool.ts'
import type { Trace } from './trace.ts'

/** Where an error happened. */
export interface ErrorContext {
  /** The peer's address, or "" where there is none. */
  readonly remoteAddress: string
  readonly secure: boolean
  readonly state: ConnectionState
  /** The request in progress. */
  readonly requestLine?: RequestLine | undefined
  /** Status code of the response whose head has gone out; 0: none has. */
  readonly statusCode: number
  /** Octets of content that were written to that response; 0 for HEAD. */
  readonly writtenBytes: number
  /** Octets of output that wait for the peer to take them; of a connection that breaks they are lost. */
  readonly unsentBytes: number
  /** How long the request in progress was waited for, in milliseconds, as exact as deadlines are. */
  readonly waitedMs: number
}

/**
 * What one connection can be told. Times are in milliseconds, Infinity turns a deadline off. Time in which the process was stopped, or
 * its event loop busy for long, does not count.
 */
export interface ConnectionOptions {
  /** Bounds of a request, see ParserLimits; what is left out has the default there. */
  readonly limits?: Partial<ParserLimits>
  /** Whether connections serve more than one request. Default true; false: every response says close. */
  readonly persistent?: boolean
  /** Requests a connection may bring; the last response says close. Default Infinity: closing costs the client more than us. */
  readonly maxRequestsPerConnection?: number
  /** From the first octet of a request, or of a connection, to the end of its header section. Default 10000. */
  readonly headTimeoutMs?: number
  /** Between a response and the next request. Default 75000: longer than the 60 s of load balancers, which then close first. */
  readonly idleTimeoutMs?: number
  /**
   * From the first octet of a request to its last, less the time in which the handler holds its body back. Default 300000: 10 MiB by a
   * line of 300 kbit/s. Slow senders are bounded by `bodyTimeoutMs` and `minBodyBytesPerSecond` before.
   */
  readonly requestTimeoutMs?: number
  /** Between octets of a body that is waited for. Default 30000. */
  readonly bodyTimeoutMs?: number
  /** The slowest body, on average, when it takes longer than `bodyTimeoutMs`. Default 240, as Kestrel; 0 turns it off. */
  readonly minBodyBytesPerSecond?: number
  /** Without the peer taking a single octet of what waits for it. Default 30000; no bound of the whole: slow readers live. */
  readonly writeTimeoutMs?: number
  /** How long to read on, half-closed, for the peer's end, so that it can read the last response. Default 2000. */
  readonly lingerTimeoutMs?: number
  /**
   * How much to read on, in octets, of a body that is left unread. Default 67108864 (64 MiB): less than a fast upload sends in that
   * time would lose answers.
   */
  readonly maxLingerBytes?: number
  /** How much to read on, in octets, of what belongs to no request: after a violation, or a request that says close. Default 1048576. */
  readonly maxStrayLingerBytes?: number
  /** How much of a body that the handler left unread is read to keep the connection. Default 262144, as Go's net/http. */
  readonly maxDiscardBytes?: number
  /** Octets that are read ahead of the handler, and that may wait for the peer before `writeBody` gives false. Default 65536. */
  readonly readAheadBytes?: number
  /**
   * How octets are read from sockets. Default 'auto': straight into memory that all connections share, where Node lets us, which
   * takes a tenth less time for a small request; 'events': as anybody reads a socket.
   */
  readonly reading?: 'auto' | 'events'
  /**
   * Told of every refusal, broken connection and failed handler. Without it failures of handlers and other callbacks are printed
   * to stderr, as a warning of the process, once for each place they come from; `() => {}` silences them. It should not throw.
   */
  readonly onError?: (error: Error, context: ErrorContext) => void
  /** Told of everything else too; costs nothing when it is not there. What it throws `onError` is told. */
  readonly trace?: Trace
  /** Where time comes from. Default: the system. */
  readonly clock?: Clock
}

/** What a server can be told besides. */
export interface ServerOptions extends ConnectionOptions {
  /** Where to listen. Default "localhost": 127.0.0.1 and, if there is one, ::1. */
  readonly host?: string
  /** A unix socket to listen on in place of a port: up to 107 octets on Linux, 103 elsewhere. */
  readonly path?: string
  /** A listening file descriptor to take over in place of a port, such as 3, the first that systemd passes. */
  readonly fd?: number
  /** Anything else that node:net can listen on: a listening server or handle. */
  readonly handle?: object
  /** Speak TLS: certificate, key and all else that node:tls knows. ALPN is always http/1.1 or http/1.0. */
  readonly tls?: TlsOptions
  /** To the end of the TLS handshake. Default 10000. */
  readonly handshakeTimeoutMs?: number
  /** Connections at the same time. Default 10000. */
  readonly maxConnections?: number
  /** What one connection more meets. Default "answer": 503 with Retry-After; "close": nothing at all. */
  readonly whenFull?: 'answer' | 'close'
  /** How long responses in progress may take after `close`. Default 10000. */
  readonly drainTimeoutMs?: number
}

type ConnectionNumber =
  | 'maxRequestsPerConnection'
  | 'headTimeoutMs'
  | 'idleTimeoutMs'
  | 'requestTimeoutMs'
  | 'bodyTimeoutMs'
  | 'minBodyBytesPerSecond'
  | 'writeTimeoutMs'
  | 'lingerTimeoutMs'
  | 'maxLingerBytes'
  | 'maxStrayLingerBytes'
  | 'maxDiscardBytes'
  | 'readAheadBytes'

type ServerNumber = 'handshakeTimeoutMs' | 'maxConnections' | 'drainTimeoutMs'

const CONNECTION_NUMBERS: Readonly<Record<ConnectionNumber, number>> = {
  maxRequestsPerConnection: Infinity,
  headTimeoutMs: 10_000,
  idleTimeoutMs: 75_000,
  requestTimeoutMs: 300_000,
  bodyTimeoutMs: 30_000,
  minBodyBytesPerSecond: 240,
  writeTimeoutMs: 30_000,
  lingerTimeoutMs: 2000,
  maxLingerBytes: 67_108_864,
  maxStrayLingerBytes: 1_048_576,
  maxDiscardBytes: 262_144,
  readAheadBytes: 65_536,
}

const SERVER_NUMBERS: Readonly<Record<ServerNumber, number>> = {
  handshakeTimeoutMs: 10_000,
  maxConnections: 10_000,
  drainTimeoutMs: 10_000,
}

// The least value of each number; 1 where it is not named.
const LEAST: Partial<Readonly<Record<ConnectionNumber | ServerNumber, number>>> = {
  minBodyBytesPerSecond: 0,
  maxLingerBytes: 0,
  maxStrayLingerBytes: 0,
  maxDiscardBytes: 0,
  readAheadBytes: 1024,
  drainTimeoutMs: 0,
}

/** ConnectionOptions with the defaults. */
export interface ConnectionSettings extends Readonly<Record<ConnectionNumber, number>> {
  readonly parsers: ParserPool
  readonly persistent: boolean
  readonly reading: 'auto' | 'events'
  readonly onError: (error: Error, context: ErrorContext) => void
  readonly trace: Trace | undefined
  /** How long an idle connection may still bring a request when the server drains. */
  readonly lateRequestMs: number
  /** What clients are told of idleTimeoutMs: a second less, so that they give a connection up before the server does. */
  readonly keepAliveSeconds: number | undefined
  /** Time between two sweeps. */
  readonly sweepIntervalMs: number
}

/** ServerOptions with the defaults, but for where to listen. */
export interface ServerSettings extends ConnectionSettings, Readonly<Record<ServerNumber, number>> {
  readonly whenFull: 'answer' | 'close'
}

// A request that was sent before its client saw the end of the connection is on its way for a round trip at most.
const LATE_REQUEST_MS = 1500

/**
 * `options` with the defaults for what they leave out.
 *
 * @throws UsageError ERR_OPTION when a number is less than what can work, or none
 */
export function connectionSettings(
  options: ConnectionOptions,
  drainTimeoutMs: number = SERVER_NUMBERS.drainTimeoutMs,
  handshakeTimeoutMs: number = SERVER_NUMBERS.handshakeTimeoutMs,
): ConnectionSettings {
  const numbers = complete(CONNECTION_NUMBERS, options)
  checkFunctions({ onError: options.onError, trace: options.trace })
  return {
    ...numbers,
    parsers: new ParserPool(options.limits),
    persistent: options.persistent ?? true,
    reading: checkedReading(options.reading ?? 'auto'),
    onError: options.onError ?? printFailure,
    trace: options.trace,
    lateRequestMs: Math.min(LATE_REQUEST_MS, drainTimeoutMs / 2, numbers.idleTimeoutMs),
    keepAliveSeconds: keepAliveSeconds(numbers.idleTimeoutMs),
    sweepIntervalMs: sweepInterval([
      numbers.headTimeoutMs,
      numbers.idleTimeoutMs,
      numbers.requestTimeoutMs,
      numbers.bodyTimeoutMs,
      numbers.writeTimeoutMs,
      numbers.lingerTimeoutMs,
      drainTimeoutMs,
      handshakeTimeoutMs,
    ]),
  }
}

/** As `connectionSettings`, for a server. */
export function serverSettings(options: ServerOptions): ServerSettings {
  const numbers = complete(SERVER_NUMBERS, options)
  if (options.path !== undefined) checkSocketPath(options.path)
  return {
    ...connectionSettings(options, numbers.drainTimeoutMs, numbers.handshakeTimeoutMs),
    ...numbers,
    whenFull: options.whenFull ?? 'answer',
  }
}

/** @throws UsageError ERR_OPTION for what was given and cannot be called */
function checkFunctions(functions: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(functions)) {
    if (value === undefined || typeof value === 'function') continue
    throw new UsageError('ERR_OPTION', `${name}: expected a function, got ${typeof value}`)
  }
}

/**
 * The system cuts a longer name without a word, and the socket is then somewhere else (unix(7)). A leading NUL is an abstract name, which
 * needs no octet at its end.
 *
 * @throws UsageError ERR_OPTION
 */
export function checkSocketPath(path: unknown, platform: string = process.platform): void {
  if (typeof path !== 'string' || path === '') {
    throw new UsageError('ERR_OPTION', 'path: expected the path of a socket, got none')
  }
  // A pipe of Windows has another kind of name.
  if (platform === 'win32') return
  const abstract = platform === 'linux' && path.startsWith('\0')
  if (!abstract && path.includes('\0')) {
    throw new UsageError('ERR_OPTION', 'path: expected a path, got one with NUL in it')
  }
  const limit = (platform === 'linux' ? 107 : 103) + (abstract ? 1 : 0)
  const length = Buffer.byteLength(path)
  if (length > limit)
    throw new UsageError('ERR_OPTION', `path: expected at most ${limit} octets, got ${length}`)
}

function checkedReading(reading: 'auto' | 'events'): 'auto' | 'events' {
  if (reading === 'auto' || reading === 'events') return reading
  throw new UsageError('ERR_OPTION', `reading: expected 'auto' or 'events', got ${String(reading)}`)
}

function keepAliveSeconds(idleTimeoutMs: number): number | undefined {
  const seconds = Math.floor(idleTimeoutMs / 1000) - 1
  return seconds >= 1 && seconds < Infinity ? seconds : undefined
}

function complete<Name extends ConnectionNumber | ServerNumber>(
  standard: Readonly<Record<Name, number>>,
  options: { readonly [Key in Name]?: number },
): Record<Name, number> {
  const numbers: Record<Name, number> = { ...standard }
  let name: Name
  for (name in standard) {
    const value: unknown = options[name] ?? standard[name]
    const least = LEAST[name] ?? 1
    if (typeof value !== 'number' || !(value >= least)) {
      throw new UsageError(
        'ERR_OPTION',
        `${name}: expected a number of at least ${least}, got ${String(value)}`,
      )
    }
    numbers[name] = value
  }
  return numbers
}
