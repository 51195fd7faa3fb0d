import { availableParallelism } from 'node:os'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { describePlace, readCommandLine } from '../src/config.ts'
import type { Config } from '../src/config.ts'

afterEach(() => vi.unstubAllEnvs())

function configOf(...commandLine: string[]): Config {
  const invocation = readCommandLine(commandLine)
  if (!('config' in invocation)) throw new Error(invocation.text)
  return invocation.config
}

// Flag, variable, property, a value as text and as it is read, the default.
const OPTIONS = [
  ['--port', 'PORT', 'port', '8080', 8080, 42069],
  ['--host', 'HOST', 'host', '0.0.0.0', '0.0.0.0', 'localhost'],
  ['--unix-socket', 'UNIX_SOCKET', 'unixSocket', '/run/a.sock', '/run/a.sock', undefined],
  ['--workers', 'WORKERS', 'workers', '4', 4, 1],
  [
    '--upstream',
    'HTTPBIN_UPSTREAM',
    'upstream',
    'http://127.0.0.1:1/base/',
    new URL('http://127.0.0.1:1/base/'),
    new URL('https://httpbin.org'),
  ],
  ['--video', 'VIDEO_FILE', 'video', '/x.mp4', '/x.mp4', expect.stringMatching(/vim\.mp4$/)],
  ['--public', 'PUBLIC', 'public', '/srv/www', '/srv/www', undefined],
  ['--connection', 'CONNECTION', 'connection', 'close', 'close', 'keep-alive'],
  ['--log', 'LOG_FORMAT', 'log', 'json', 'json', 'text'],
  ['--unknown', 'UNKNOWN', 'unknown', '404', 404, 200],
  ['--test-routes', 'TEST_ROUTES', 'testRoutes', '1', true, false],
  ['--header-timeout-ms', 'HEADER_TIMEOUT_MS', 'headerTimeoutMs', '5', 5, 10_000],
  ['--request-timeout-ms', 'REQUEST_TIMEOUT_MS', 'requestTimeoutMs', '5', 5, 300_000],
  ['--keep-alive-timeout-ms', 'KEEP_ALIVE_TIMEOUT_MS', 'keepAliveTimeoutMs', '5', 5, 75_000],
  ['--write-timeout-ms', 'WRITE_TIMEOUT_MS', 'writeTimeoutMs', '5', 5, 30_000],
  ['--handshake-timeout-ms', 'HANDSHAKE_TIMEOUT_MS', 'handshakeTimeoutMs', '5', 5, 10_000],
  ['--upstream-timeout-ms', 'UPSTREAM_TIMEOUT_MS', 'upstreamTimeoutMs', '5', 5, 30_000],
  ['--grace-period-ms', 'GRACE_PERIOD_MS', 'gracePeriodMs', '5', 5, 10_000],
  ['--max-header-size', 'MAX_HEADER_SIZE', 'maxHeaderSize', '1024', 1024, 16_384],
  ['--max-headers-count', 'MAX_HEADERS_COUNT', 'maxHeadersCount', '5', 5, 100],
  ['--max-body-size', 'MAX_BODY_SIZE', 'maxBodySize', '0', 0, 10_485_760],
  ['--max-connections', 'MAX_CONNECTIONS', 'maxConnections', '5', 5, 10_000],
  [
    '--max-requests-per-connection',
    'MAX_REQUESTS_PER_CONNECTION',
    'maxRequestsPerConnection',
    '5',
    5,
    Infinity,
  ],
  ['--upstream-connections', 'UPSTREAM_CONNECTIONS', 'upstreamConnections', '999', 999, 512],
  [
    '--upstream-connections-per-client',
    'UPSTREAM_CONNECTIONS_PER_CLIENT',
    'upstreamConnectionsPerClient',
    '5',
    5,
    128,
  ],
  ['--min-response-rate', 'MIN_RESPONSE_RATE', 'minResponseRate', '0', 0, 1024],
  ['--tunnel-idle-timeout-ms', 'TUNNEL_IDLE_TIMEOUT_MS', 'tunnelIdleTimeoutMs', '5', 5, 300_000],
  ['--via', 'VIA', 'via', 'edge-1', 'edge-1', expect.stringMatching(/^rawhttp-[0-9a-f]{16}$/)],
  ['--tls-cert', 'TLS_CERT', 'tlsCert', 'a.pem', 'a.pem', undefined],
  ['--tls-key', 'TLS_KEY', 'tlsKey', 'a.pem', 'a.pem', undefined],
] as const

describe('an option', () => {
  test.each(OPTIONS)(
    '%s comes before %s, and that before the default',
    (flag, variable, property, text, value, standard) => {
      expect(configOf()[property]).toEqual(standard)
      vi.stubEnv(variable, text)
      expect(configOf()[property]).toEqual(value)
      vi.stubEnv(variable, 'not looked at')
      expect(configOf(flag, text)[property]).toEqual(value)
    },
  )

  test('--tls-port comes with a certificate and its key', () => {
    const files = ['--tls-cert', 'a.pem', '--tls-key', 'b.pem']
    expect(configOf('--tls-port', '8443', ...files)).toMatchObject({
      tlsPort: 8443,
      tlsCert: 'a.pem',
      tlsKey: 'b.pem',
    })
    const invocation = { text: expect.stringMatching(/^httpserver: .*--tls-key.*\n$/), exitCode: 2 }
    expect(readCommandLine(['--tls-port', '8443'])).toEqual(invocation)
    expect(readCommandLine(['--tls-port', '8443', '--tls-cert', 'a.pem'])).toEqual(invocation)
  })

  test('--upstream-connections-per-client is at most --upstream-connections, by default a quarter', () => {
    expect(configOf('--upstream-connections', '10').upstreamConnectionsPerClient).toBe(3)
    expect(configOf('--upstream-connections', '1').upstreamConnectionsPerClient).toBe(1)
    const both = ['--upstream-connections', '9', '--upstream-connections-per-client']
    expect(configOf(...both, '9').upstreamConnectionsPerClient).toBe(9)
    expect(readCommandLine([...both, '10'])).toEqual({
      text: expect.stringMatching(
        /^httpserver: --upstream-connections-per-client is 10, .* 9: .*\n$/,
      ),
      exitCode: 2,
    })
  })

  test('--workers can be as many as the machine runs at a time', () => {
    expect(configOf('--workers', 'auto').workers).toBe(availableParallelism())
  })

  test('--upstream can be the embedded httpbin', () => {
    expect(configOf('--upstream', 'embedded').upstream).toBe('embedded')
  })

  test('--help lists every flag with its variable and default', () => {
    const invocation = readCommandLine(['--help'])
    const text = 'text' in invocation ? invocation.text.replaceAll(/\s+/g, ' ') : ''
    expect(invocation).toMatchObject({ exitCode: 0 })
    for (const [flag, variable] of OPTIONS) {
      expect(text).toContain(` ${flag} <`)
      expect(text).toContain(`env: ${variable})`)
    }
    expect(text).toContain('(default: 42069, env: PORT)')
    expect(text).toContain('(default: https://httpbin.org, env: HTTPBIN_UPSTREAM)')
    expect(text).toContain('(default: no bound, env: MAX_REQUESTS_PER_CONNECTION)')
  })
})

describe('a place', () => {
  test('is named by the flag, or by the variable that it comes from', () => {
    expect(describePlace(configOf('--tls-cert', 'a.pem'), 'tlsCert')).toBe('--tls-cert a.pem')
    vi.stubEnv('TLS_CERT', 'b.pem')
    expect(describePlace(configOf(), 'tlsCert')).toBe('TLS_CERT=b.pem (from the environment)')
  })
})

describe('bad usage', () => {
  test.each([
    ['--port', 'x'],
    ['--port', '-1'],
    ['--port', '65536'],
    ['--port', '1e3'],
    ['--port', ''],
    ['--host', ''],
    ['--unix-socket', ''],
    ['--workers', '0'],
    ['--workers', 'many'],
    ['--workers', '1025'],
    ['--video', ''],
    ['--public', ''],
    ['--upstream', 'httpbin.org'],
    ['--upstream', 'ftp://httpbin.org'],
    ['--upstream', 'http://user@a'],
    ['--upstream', 'http://:secret@a'],
    ['--upstream', 'http://a/?b'],
    ['--upstream', 'http://a/#b'],
    ['--connection', 'closed'],
    ['--log', 'xml'],
    ['--unknown', '500'],
    ['--test-routes', 'yes'],
    ['--header-timeout-ms', '0'],
    ['--max-header-size', '63'],
    ['--max-connections', '0'],
    ['--upstream-connections', '0'],
    ['--upstream-connections-per-client', '0'],
    ['--min-response-rate', '-1'],
    ['--tunnel-idle-timeout-ms', '0'],
    ['--speed', '9'],
  ])('%s %j is refused in one line with exit code 2', (flag, value) => {
    expect(readCommandLine([flag, value])).toEqual({
      text: expect.stringMatching(new RegExp(`^httpserver: .*${flag}.*\n$`)),
      exitCode: 2,
    })
  })

  test('a bad variable is named', () => {
    vi.stubEnv('PORT', 'http')
    expect(readCommandLine([])).toEqual({
      text: expect.stringMatching(/^httpserver: .*'http' from env 'PORT'.*\n$/),
      exitCode: 2,
    })
  })

  test.each([
    ['./dist', '--public ./dist'],
    ['8080', '--port 8080'],
    ['http://127.0.0.1:1', '--upstream http://127.0.0.1:1'],
  ])('an argument is refused: %s would be %s', (argument, advice) => {
    expect(readCommandLine([argument])).toEqual({
      text: expect.stringMatching(
        `^httpserver: the argument '${argument}' is no option; .*${advice}\n$`,
      ),
      exitCode: 2,
    })
  })

  test('a path that is too long for a unix socket is refused with the bound', () => {
    const most = process.platform === 'linux' ? 107 : 103
    const path = `/${'é'.repeat(50)}`.padEnd(most - 50, 'x')
    expect(configOf('--unix-socket', path).unixSocket).toBe(path)
    vi.stubEnv('UNIX_SOCKET', `${path}x`)
    expect(readCommandLine([])).toEqual({
      text: expect.stringMatching(
        `env 'UNIX_SOCKET' is invalid. Expected a path of at most ${most} octets, got ${most + 1}.\n$`,
      ),
      exitCode: 2,
    })
  })
})
