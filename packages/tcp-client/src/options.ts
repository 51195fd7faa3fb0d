import { UsageError } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import type { Anomaly, LenientRule, ResponseLimits } from '@rawhttp/response-parser'
import { sweepInterval } from './deadlines.ts'
import type { Clock } from './deadlines.ts'
import { tlsSettings } from './tls-options.ts'
import type { TlsOptions } from './tls-options.ts'
import { contained } from './trace.ts'
import type { Trace } from './trace.ts'

/** What can be said for one request, or for all requests of a client. Times are in milliseconds, Infinity turns a deadline off. */
export interface ExchangeOptions {
  /** From the last octet of the request, or from an interim response, to the end of the response's head. Default 30000. */
  readonly responseTimeoutMs?: number
  /** Between octets of the response while it is read. Default 30000. */
  readonly bodyTimeoutMs?: number
  /** From `request` to the last octet of the response. Default Infinity: streams may last, each of their silences is bounded. */
  readonly totalTimeoutMs?: number
  /** How long to wait for 100 (Continue) before the body is sent all the same (RFC 9110 §10.1.1). Default 1000. */
  readonly continueTimeoutMs?: number
  /** Bounds of a response, see ResponseLimits; `maxBodyBytes` is Infinity unless it is given, since bodies come in streams. */
  readonly limits?: Partial<ResponseLimits>
  /** Mistakes of old servers that are let pass, by name: see LENIENT_RULES of @rawhttp/response-parser. Default none. */
  readonly lenient?: readonly LenientRule[]
  /** Told each use of such a rule. It must not throw. */
  readonly onAnomaly?: (anomaly: Anomaly) => void
}

/**
 * What a client can be told. Times are in milliseconds, Infinity turns a deadline off. Time in which the process was stopped, or its
 * event loop busy for long, does not count, but for how long a connection is kept idle.
 */
export interface ClientOptions extends ExchangeOptions {
  /** Connections to one origin at the same time. Default 256. */
  readonly maxConnectionsPerOrigin?: number
  /** Connections to one origin that are kept while nothing is asked of them. Default 64. */
  readonly maxIdlePerOrigin?: number
  /** Requests to one origin that wait for a connection. Default 1024. */
  readonly maxQueuedPerOrigin?: number
  /** How long a request waits for a connection. Default 10000. */
  readonly queueTimeoutMs?: number
  /** How long a connection is kept idle when the peer does not say. Default 4000: many servers close after 5 s. */
  readonly idleTimeoutMs?: number
  /** The same when the peer says, less a second for the way, and at most so long. Default 60000. */
  readonly maxIdleTimeoutMs?: number
  /** To the end of the TCP handshake, name look-up included. Default 30000. */
  readonly connectTimeoutMs?: number
  /** From there to the end of the TLS handshake. Default 10000. */
  readonly handshakeTimeoutMs?: number
  /** Without the peer taking a single octet of what waits for it. Default 30000; no bound of the whole: slow readers live. */
  readonly writeTimeoutMs?: number
  /** Octets of a response that are read ahead of whoever reads its body. Default 65536. */
  readonly readAheadBytes?: number
  /** How much of a cancelled body is read to keep the connection. Default 65536. */
  readonly maxDiscardBytes?: number
  /** For https origins. */
  readonly tls?: TlsOptions
  /** Told what every connection does; costs nothing when it is not there. */
  readonly trace?: Trace
  /** Where time comes from. Default: the system. */
  readonly clock?: Clock
}

/** What a body can be given as. A string is sent as UTF-8. */
export type RequestBody =
  Uint8Array | string | Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>

/** What a request is given up by. An AbortSignal is one; whoever needs less may bring something cheaper. */
export interface Cancellation {
  readonly aborted: boolean
  /** Why, once it is aborted. */
  readonly reason: unknown
  /** Calls `listener` when it is aborted. It is never given twice. */
  addEventListener(type: 'abort', listener: () => void): unknown
  removeEventListener(type: 'abort', listener: () => void): unknown
}

/** One request. */
export interface RequestOptions extends ExchangeOptions {
  /** Where it goes: `http://host:port` or `https://host:port`, and nothing behind it. */
  readonly origin: string
  /**
   * A unix socket to connect to in place of the host of `origin`, which still names the Host field: up to 107 octets on Linux, 103
   * elsewhere.
   */
  readonly socketPath?: string
  /** Default GET. */
  readonly method?: string
  /** In origin-form; `*`, absolute-form, or host and port for CONNECT. Default "/". It is sent as it is. */
  readonly requestTarget?: string
  /** Sent in this order and letter case. Host is set from the origin when it is missing. Only read. */
  readonly headers?: Headers
  /**
   * The length of octets and strings is known and sent. What is iterated over is sent in chunks unless `headers` have a
   * Content-Length, and read only as fast as the peer takes it: octets may be changed when the next ones are asked for.
   */
  readonly body?: RequestBody | undefined
  /** The trailer section, asked for behind the last chunk; `headers` should name its fields in Trailer (RFC 9110 §6.6.2). */
  readonly trailers?: (() => Headers | Promise<Headers>) | undefined
  /**
   * Gives the request up at any stage, until the body of its response is used up or cancelled, and frees its connection. What is
   * waited for rejects with its reason.
   */
  readonly signal?: Cancellation
  /** Told every interim response (1xx, but for 101), 100 (Continue) included. When it throws, the request fails with that. */
  readonly onInformational?: (statusCode: number, headers: Headers) => void
}

type ClientNumber =
  | 'maxConnectionsPerOrigin'
  | 'maxIdlePerOrigin'
  | 'maxQueuedPerOrigin'
  | 'queueTimeoutMs'
  | 'idleTimeoutMs'
  | 'maxIdleTimeoutMs'
  | 'connectTimeoutMs'
  | 'handshakeTimeoutMs'
  | 'writeTimeoutMs'
  | 'readAheadBytes'
  | 'maxDiscardBytes'

type ExchangeNumber = 'responseTimeoutMs' | 'bodyTimeoutMs' | 'totalTimeoutMs' | 'continueTimeoutMs'

const DEFAULTS: Readonly<Record<ClientNumber | ExchangeNumber, number>> = {
  maxConnectionsPerOrigin: 256,
  maxIdlePerOrigin: 64,
  maxQueuedPerOrigin: 1024,
  queueTimeoutMs: 10_000,
  idleTimeoutMs: 4000,
  maxIdleTimeoutMs: 60_000,
  connectTimeoutMs: 30_000,
  handshakeTimeoutMs: 10_000,
  writeTimeoutMs: 30_000,
  readAheadBytes: 65_536,
  maxDiscardBytes: 65_536,
  responseTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  totalTimeoutMs: Infinity,
  continueTimeoutMs: 1000,
}

// The least value of each number; 1 where it is not named.
const LEAST: Partial<Readonly<Record<ClientNumber | ExchangeNumber, number>>> = {
  maxIdlePerOrigin: 0,
  maxQueuedPerOrigin: 0,
  idleTimeoutMs: 0,
  maxIdleTimeoutMs: 0,
  continueTimeoutMs: 0,
  readAheadBytes: 1024,
  maxDiscardBytes: 0,
}

/** What the parser of a response is told. */
interface ParserSettings {
  readonly lenient?: readonly LenientRule[]
  readonly onAnomaly?: (anomaly: Anomaly) => void
  readonly maxBodyBytes: number
}

/** ExchangeOptions with the defaults. */
export interface ExchangeSettings extends Readonly<Record<ExchangeNumber, number>> {
  readonly parser: ParserSettings & Partial<ResponseLimits>
}

/** ClientOptions with the defaults. */
export interface ClientSettings extends ExchangeSettings, Readonly<Record<ClientNumber, number>> {
  readonly tls: TlsOptions | undefined
  readonly trace: Trace | undefined
  /** Time between two sweeps. */
  readonly sweepIntervalMs: number
}

/**
 * `options` with the defaults for what they leave out.
 *
 * @throws UsageError ERR_OPTION when a number is less than what can work, or none
 */
export function clientSettings(options: ClientOptions): ClientSettings {
  const numbers = { ...DEFAULTS }
  let name: keyof typeof DEFAULTS
  for (name in DEFAULTS) numbers[name] = checked(name, options[name], DEFAULTS[name])
  return {
    ...numbers,
    parser: parserSettings(options, {}),
    tls: options.tls && tlsSettings(options.tls),
    trace: options.trace && contained(options.trace),
    sweepIntervalMs: sweepInterval([
      numbers.queueTimeoutMs,
      numbers.connectTimeoutMs,
      numbers.handshakeTimeoutMs,
      numbers.responseTimeoutMs,
      numbers.bodyTimeoutMs,
      numbers.totalTimeoutMs,
      numbers.writeTimeoutMs,
      // 0 is no time to look for.
      numbers.continueTimeoutMs || Infinity,
    ]),
  }
}

/** What holds for one request: what it says, and otherwise what its client says. @throws UsageError ERR_OPTION */
export function exchangeSettings(
  options: ExchangeOptions,
  client: ClientSettings,
): ExchangeSettings {
  if (!EXCHANGE_NAMES.some((name) => options[name] !== undefined)) return client
  return {
    responseTimeoutMs: number('responseTimeoutMs', options, client),
    bodyTimeoutMs: number('bodyTimeoutMs', options, client),
    totalTimeoutMs: number('totalTimeoutMs', options, client),
    continueTimeoutMs: number('continueTimeoutMs', options, client),
    parser: parserSettings(options, client.parser),
  }
}

const EXCHANGE_NAMES: readonly (keyof ExchangeOptions)[] = [
  'responseTimeoutMs',
  'bodyTimeoutMs',
  'totalTimeoutMs',
  'continueTimeoutMs',
  'limits',
  'lenient',
  'onAnomaly',
]

function number(name: ExchangeNumber, options: ExchangeOptions, client: ClientSettings): number {
  return checked(name, options[name], client[name])
}

function checked(name: ClientNumber | ExchangeNumber, given: unknown, standard: number): number {
  const value = given ?? standard
  const least = LEAST[name] ?? 1
  if (typeof value === 'number' && value >= least) return value
  throw optionError(name, `a number of at least ${least}`, value)
}

// One object as long as nothing changes: a connection makes a new parser when it meets another one.
function parserSettings(
  options: ExchangeOptions,
  standard: Partial<ExchangeSettings['parser']>,
): ExchangeSettings['parser'] {
  const { limits, lenient, onAnomaly } = options
  return {
    maxBodyBytes: Infinity,
    ...standard,
    ...limits,
    ...(lenient === undefined ? undefined : { lenient: [...lenient] }),
    ...(onAnomaly === undefined ? undefined : { onAnomaly }),
  }
}

/** The error for an option that is no good. */
export function optionError(name: string, expected: string, received: unknown): UsageError {
  return new UsageError('ERR_OPTION', `${name}: expected ${expected}, got ${String(received)}`)
}
