import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { isToken } from '@rawhttp/headers'
import { readInvocation, USAGE_EXIT_CODE, variablesUsed, wholeNumber } from 'command-line'
import type { Invocation } from 'command-line'
import { Command, InvalidArgumentError, Option } from 'commander'
import { readAllowedHosts } from './allowed-hosts.ts'
import type { AllowedHosts } from './allowed-hosts.ts'
import { readTrustedProxies, TRUST_NOBODY } from './trusted-proxies.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/** What the program is told: by flag, else by environment variable, else by default. */
export interface Config {
  readonly port: number
  readonly host: string
  readonly unixSocket?: string
  /** Undefined: as it depends on what is listened on. */
  readonly allowHost?: AllowedHosts
  readonly workers: number
  readonly upstream: URL | 'embedded'
  readonly trustProxy: TrustedProxies
  readonly via: string
  readonly video: string
  readonly public?: string
  readonly connection: 'keep-alive' | 'close'
  readonly log: 'text' | 'json'
  readonly unknown: 200 | 404
  readonly testRoutes: boolean
  readonly headerTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  readonly writeTimeoutMs: number
  readonly handshakeTimeoutMs: number
  readonly upstreamTimeoutMs: number
  readonly gracePeriodMs: number
  readonly maxHeaderSize: number
  readonly maxHeadersCount: number
  readonly maxBodySize: number
  readonly maxConnections: number
  readonly maxRequestsPerConnection: number
  readonly upstreamConnections: number
  readonly upstreamConnectionsPerClient: number
  readonly minResponseRate: number
  readonly tunnelIdleTimeoutMs: number
  readonly tlsPort?: number
  readonly tlsCert?: string
  readonly tlsKey?: string
  /** The variables of the environment that values come from, by property. */
  readonly variables: Readonly<Record<string, string>>
}

/** The properties of a config that name a place, and may turn out not to be one. */
export type Place = 'port' | 'host' | 'unixSocket' | 'tlsPort' | 'tlsCert' | 'tlsKey'

const MAX_PORT = 65_535
const MAX_COUNT = 2 ** 31 - 1
const MAX_WORKERS = 1024
// What fits into the address of a socket, but for the octet that ends it: unix(7).
const MAX_SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103
// Two of these servers in a row are no loop.
const OWN_PSEUDONYM = `rawhttp-${randomBytes(8).toString('hex')}`
const VIDEO_FILE = fileURLToPath(new URL('../assets/vim.mp4', import.meta.url))

// One row an option: flag, meaning, variable, default, check. `Config` has the property that the flag becomes.
const places = (): readonly Option[] => [
  new Option('--port <number>', 'port to listen on, 0 for any free one')
    .env('PORT')
    .default(42069)
    .argParser(wholeNumber(0, MAX_PORT)),
  new Option('--host <name>', 'address to listen on; localhost: both loopback addresses')
    .env('HOST')
    .default('localhost')
    .argParser(notEmpty),
  new Option('--unix-socket <path>', 'unix socket to listen on in place of the port')
    .env('UNIX_SOCKET')
    .argParser(readSocketPath),
  new Option(
    '--allow-host <names>',
    'hosts that may be asked for, *.name for all below one, or any',
  )
    .env('ALLOW_HOST')
    .argParser(readAllowedHosts),
  new Option('--workers <number>', 'processes that serve; auto: as many as can run at a time')
    .env('WORKERS')
    .default(1)
    .argParser(readWorkers),
  new Option('--tls-port <number>', 'port to serve HTTPS on besides')
    .env('TLS_PORT')
    .argParser(wholeNumber(0, MAX_PORT)),
  new Option('--tls-cert <file>', 'certificate for HTTPS, PEM').env('TLS_CERT').argParser(notEmpty),
  new Option('--tls-key <file>', 'its private key, PEM').env('TLS_KEY').argParser(notEmpty),
]

const contents = (): readonly Option[] => [
  new Option('--upstream <url>', 'where /httpbin leads to; embedded: a small httpbin of its own')
    .env('HTTPBIN_UPSTREAM')
    .default(new URL('https://httpbin.org'), 'https://httpbin.org')
    .argParser(readUpstream),
  new Option(
    '--trust-proxy <blocks>',
    'whose Forwarded and X-Forwarded-… to believe, such as 10.0.0.0/8',
  )
    .env('TRUST_PROXY')
    .default(TRUST_NOBODY, 'nobody')
    .argParser(readTrustedProxies),
  new Option('--via <name>', 'this proxy in Via; a request that names it already is a loop')
    .env('VIA')
    .default(OWN_PSEUDONYM, 'rawhttp- and a number of its own')
    .argParser(readPseudonym),
  new Option('--video <file>', 'the film behind /video')
    .env('VIDEO_FILE')
    .default(VIDEO_FILE, 'assets/vim.mp4')
    .argParser(notEmpty),
  new Option('--public <folder>', 'the folder whose files are served under /static')
    .env('PUBLIC')
    .argParser(notEmpty),
  new Option('--connection <mode>', 'close: one request a connection')
    .env('CONNECTION')
    .choices(['keep-alive', 'close'])
    .default('keep-alive'),
  new Option('--log <format>', 'form of the access lines')
    .env('LOG_FORMAT')
    .choices(['text', 'json'])
    .default('text'),
  new Option('--unknown <status>', 'how a path without a route is answered: 200 or 404')
    .env('UNKNOWN')
    .default(200)
    .argParser(oneOf(['200', 200], ['404', 404])),
  new Option('--test-routes <0|1>', 'also serve /status/NNN, /unread, /get-only and /test/throw')
    .env('TEST_ROUTES')
    .default(false, '0')
    .argParser(oneOf(['1', true], ['0', false])),
]

const bounds = (): readonly Option[] => [
  milliseconds('--header-timeout-ms', 'for the head of a request', 'HEADER_TIMEOUT_MS', 10_000),
  milliseconds('--request-timeout-ms', 'for a whole request', 'REQUEST_TIMEOUT_MS', 300_000),
  milliseconds('--keep-alive-timeout-ms', 'between requests', 'KEEP_ALIVE_TIMEOUT_MS', 75_000),
  milliseconds('--write-timeout-ms', 'for the next octet taken', 'WRITE_TIMEOUT_MS', 30_000),
  milliseconds('--handshake-timeout-ms', 'for TLS to be agreed', 'HANDSHAKE_TIMEOUT_MS', 10_000),
  milliseconds('--upstream-timeout-ms', 'for the upstream to go on', 'UPSTREAM_TIMEOUT_MS', 30_000),
  milliseconds('--grace-period-ms', 'from a signal to the end', 'GRACE_PERIOD_MS', 10_000),
  bound('--max-header-size', 'octets of a head, half of it the request line', 'MAX_HEADER_SIZE')
    .default(16_384)
    .argParser(wholeNumber(64, MAX_COUNT)),
  bound('--max-headers-count', 'field lines of a request', 'MAX_HEADERS_COUNT').default(100),
  bound('--max-body-size', 'octets of a request body', 'MAX_BODY_SIZE')
    .default(10_485_760)
    .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
  bound('--max-connections', 'connections at a time', 'MAX_CONNECTIONS').default(10_000),
  bound(
    '--max-requests-per-connection',
    'requests a connection',
    'MAX_REQUESTS_PER_CONNECTION',
  ).default(Infinity, 'no bound'),
  bound('--upstream-connections', 'connections to the upstream', 'UPSTREAM_CONNECTIONS').default(
    512,
  ),
  bound(
    '--upstream-connections-per-client',
    'of them for one client address; by default no more than a quarter',
    'UPSTREAM_CONNECTIONS_PER_CLIENT',
  ).default(128),
  new Option(
    '--min-response-rate <number>',
    'octets a second of a proxied response that a client must take; 0: no bound',
  )
    .env('MIN_RESPONSE_RATE')
    .default(1024)
    .argParser(wholeNumber(0, MAX_COUNT)),
  milliseconds('--tunnel-idle-timeout-ms', 'in a tunnel', 'TUNNEL_IDLE_TIMEOUT_MS', 300_000),
]

/** Reads the arguments after the program's name, and the environment of the process for what they leave out. */
export function readCommandLine(commandLine: readonly string[]): Invocation<Config> {
  const command = new Command('httpserver').description(
    'An HTTP/1.1 server straight over TCP: pages, an echo, a streaming proxy, a video.',
  )
  for (const option of [...places(), ...contents(), ...bounds()]) command.addOption(option)
  const invocation = readInvocation<Config>(command, commandLine, adviceFor)
  if ('text' in invocation) return invocation
  const isDefault = command.getOptionValueSource('upstreamConnectionsPerClient') === 'default'
  const given: Config = { ...invocation.config, variables: variablesUsed(command) }
  const config = isDefault ? withQuarter(given) : given
  const mistake = contradiction(config)
  if (mistake === undefined) return { config }
  return { text: `httpserver: ${mistake}\n`, exitCode: USAGE_EXIT_CODE }
}

// What other servers take without a flag.
function adviceFor(argument: string): string {
  if (/^\d+$/.test(argument)) return `to listen on a port, write --port ${argument}`
  if (/^https?:/i.test(argument)) return `to name the upstream, write --upstream ${argument}`
  return `to serve the files of a folder, write --public ${argument}`
}

/** How a value was given, to begin an error with: `HOST=tea (from the environment)`, or `--host tea`. */
export function describePlace(config: Config, place: Place): string {
  const variable = config.variables[place]
  return variable === undefined
    ? `${flagOf(place)} ${config[place]}`
    : `${variable}=${config[place]} (from the environment)`
}

/** The flag that a property comes from. */
export function flagOf(property: string): string {
  return `--${property.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function withQuarter(config: Config): Config {
  const quarter = Math.ceil(config.upstreamConnections / 4)
  const least = Math.min(config.upstreamConnectionsPerClient, quarter)
  return { ...config, upstreamConnectionsPerClient: least }
}

// What no single value shows.
function contradiction(config: Config): string | undefined {
  const { tlsPort, tlsCert, tlsKey, upstreamConnections, upstreamConnectionsPerClient } = config
  if (tlsPort !== undefined && (tlsCert === undefined || tlsKey === undefined)) {
    return '--tls-port needs --tls-cert and --tls-key.'
  }
  if (upstreamConnectionsPerClient > upstreamConnections) {
    return (
      `--upstream-connections-per-client is ${upstreamConnectionsPerClient}, but --upstream-connections only ` +
      `${upstreamConnections}: lower the one or raise the other.`
    )
  }
  return undefined
}

function milliseconds(flag: string, what: string, variable: string, standard: number): Option {
  return new Option(`${flag} <number>`, `longest wait ${what}`)
    .env(variable)
    .default(standard)
    .argParser(wholeNumber(1, MAX_COUNT))
}

function bound(flag: string, what: string, variable: string): Option {
  return new Option(`${flag} <number>`, `most ${what}`)
    .env(variable)
    .argParser(wholeNumber(1, MAX_COUNT))
}

function readWorkers(text: string): number {
  return text === 'auto' ? availableParallelism() : wholeNumber(1, MAX_WORKERS)(text)
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected something, got nothing.')
  return text
}

function readSocketPath(text: string): string {
  const size = Buffer.byteLength(notEmpty(text))
  if (size <= MAX_SOCKET_PATH_BYTES) return text
  throw new InvalidArgumentError(
    `Expected a path of at most ${MAX_SOCKET_PATH_BYTES} octets, got ${size}.`,
  )
}

function oneOf<Value>(...choices: readonly (readonly [string, Value])[]): (text: string) => Value {
  return (text) => {
    const choice = choices.find(([name]) => name === text)
    if (choice !== undefined) return choice[1]
    const names = choices.map(([name]) => name).join(' or ')
    throw new InvalidArgumentError(`Expected ${names}.`)
  }
}

// pseudonym = token (RFC 9110 §7.6.3)
function readPseudonym(text: string): string {
  if (isToken(text)) return text
  throw new InvalidArgumentError('Expected a token, such as proxy-1.')
}

function readUpstream(text: string): URL | 'embedded' {
  if (text === 'embedded') return text
  const url = URL.canParse(text) ? new URL(text) : undefined
  const plain = url?.search === '' && url.hash === '' && url.username === '' && url.password === ''
  if (url !== undefined && plain && /^https?:$/.test(url.protocol)) return url
  throw new InvalidArgumentError('Expected an http or https URL without a query, or "embedded".')
}
