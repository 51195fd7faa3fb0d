import { connect as connectTls } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { PARSER_FAULTS } from '@rawhttp/request-parser'
import { SERVER_FAULTS } from '@rawhttp/tcp-server'
import { afterEach, describe, expect, test } from 'vitest'
import type { Config } from '../src/config.ts'
import type { AccessEntry } from '../src/log.ts'
import { readTrustedProxies } from '../src/trusted-proxies.ts'
import { chain, get, PLAIN_OK } from './support/chain.ts'
import { exchange, RawClient } from './support/raw-client.ts'
import { startTestApplication } from './support/test-application.ts'
import type { TestApplication } from './support/test-application.ts'

const TLS = {
  tlsPort: 0,
  tlsCert: fileURLToPath(new URL('fixtures/localhost-certificate.pem', import.meta.url)),
  tlsKey: fileURLToPath(new URL('fixtures/localhost-key.pem', import.meta.url)),
}

const applications: TestApplication[] = []

afterEach(() => {
  for (const application of applications.splice(0)) application.stop()
})

async function start(changes: Partial<Config> = {}): Promise<TestApplication> {
  const application = await startTestApplication({ testRoutes: true, ...changes })
  applications.push(application)
  return application
}

/** The entries so far, after one for another request of which nothing is left to come: each before it has had its time. */
async function entriesOf(application: TestApplication): Promise<readonly AccessEntry[]> {
  await exchange(application.port, get('/last'))
  await new Promise(setImmediate)
  const { entries } = application.log
  const last = entries.findIndex(({ target }) => target === '/last')
  expect(last).toBe(entries.length - 1)
  return entries.slice(0, last)
}

/** Octets of content of the one response in these octets. */
function contentBytes(received: string): number {
  return received.length - (received.indexOf('\r\n\r\n') + 4)
}

const GET = 'GET /a?b HTTP/1.1\r\nHost: a\r\n'
const CHUNKED = 'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
const LENGTH = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab'

interface Refusal {
  readonly code: string
  readonly octets: string
  /** What is known of the request, when it is refused. */
  readonly request?: string
  readonly config?: Partial<Config>
  /** Ends its side behind the octets. */
  readonly ends?: boolean
  /** Whether it is answered at all; default true. */
  readonly answered?: boolean
}

const REFUSALS: readonly Refusal[] = [
  { code: 'ERR_REQUEST_LINE', octets: 'GET  /a HTTP/1.1\r\n\r\n' },
  { code: 'ERR_REQUEST_LINE_TOO_LONG', octets: `GET /${'a'.repeat(9000)} HTTP/1.1\r\n\r\n` },
  { code: 'ERR_METHOD', octets: 'get /a HTTP/1.1\r\n\r\n' },
  { code: 'ERR_REQUEST_TARGET', octets: 'GET a HTTP/1.1\r\nHost: a\r\n\r\n' },
  { code: 'ERR_HTTP_VERSION', octets: 'GET /a HTTP/1.x\r\n\r\n' },
  { code: 'ERR_HTTP_VERSION_UNSUPPORTED', octets: 'GET /a HTTP/3.0\r\n\r\n' },
  { code: 'ERR_HOST', octets: 'GET /a?b HTTP/1.1\r\n\r\n', request: 'GET /a?b' },
  { code: 'ERR_HOST', octets: `${GET}Host: a\r\n\r\n`, request: 'GET /a?b' },
  { code: 'ERR_EXPECTATION', octets: `${GET}Expect: tea\r\n\r\n`, request: 'GET /a?b' },
  { code: 'ERR_INCOMPLETE_MESSAGE', octets: 'GET /a HTTP/1.1\r\nHo', ends: true, answered: false },
  { code: 'ERR_FIELD_LINE', octets: `${GET}nothing\r\n\r\n` },
  { code: 'ERR_FIELD_NAME', octets: `${GET}A : b\r\n\r\n` },
  { code: 'ERR_FIELD_VALUE', octets: `${GET}A: b\0c\r\n\r\n` },
  { code: 'ERR_OBS_FOLD', octets: `${GET}A: b\r\n c\r\n\r\n` },
  { code: 'ERR_BARE_CR', octets: `${GET}A: b\rc\r\n\r\n` },
  { code: 'ERR_BARE_LF', octets: `${GET}A: b\n\r\n` },
  { code: 'ERR_HEADER_SECTION_TOO_LARGE', octets: `${GET}A: ${'b'.repeat(20_000)}\r\n\r\n` },
  { code: 'ERR_TOO_MANY_FIELD_LINES', octets: `${GET}${'A: b\r\n'.repeat(101)}\r\n` },
  {
    code: 'ERR_FRAMING_CONFLICT',
    octets: `${GET}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    request: 'GET /a?b',
  },
  { code: 'ERR_CONTENT_LENGTH', octets: `${GET}Content-Length: +1\r\n\r\n`, request: 'GET /a?b' },
  {
    code: 'ERR_TRANSFER_ENCODING',
    octets: `${GET}Transfer-Encoding: chunked, chunked\r\n\r\n`,
    request: 'GET /a?b',
  },
  {
    code: 'ERR_TRANSFER_CODING_UNKNOWN',
    octets: `${GET}Transfer-Encoding: tea, chunked\r\n\r\n`,
    request: 'GET /a?b',
  },
  {
    code: 'ERR_BODY_TOO_LARGE',
    octets: 'HEAD /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n',
    request: 'HEAD /a?b',
  },
  {
    code: 'ERR_BODY_TOO_LARGE',
    octets: `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`,
    request: 'POST /echo',
    config: { maxBodySize: 4 },
  },
  { code: 'ERR_CHUNK_SIZE', octets: `${CHUNKED}x\r\n`, request: 'POST /echo' },
  { code: 'ERR_CHUNK_EXTENSION', octets: `${CHUNKED}1;\0\r\n`, request: 'POST /echo' },
  { code: 'ERR_CHUNK_DATA', octets: `${CHUNKED}1\r\nab\r\n`, request: 'POST /echo' },
  {
    code: 'ERR_CHUNK_EXTENSION_TOO_LARGE',
    octets: `${CHUNKED}1;a=${'b'.repeat(5000)}\r\n`,
    request: 'POST /echo',
  },
  {
    code: 'ERR_CHUNK_OVERHEAD_TOO_LARGE',
    octets: `${CHUNKED}${`1;${'a'.repeat(400)}\r\na\r\n`.repeat(500)}`,
    request: 'POST /echo',
  },
  {
    code: 'ERR_TRAILER_SECTION_TOO_LARGE',
    octets: `${CHUNKED}0\r\nA: ${'b'.repeat(10_000)}\r\n\r\n`,
    request: 'POST /echo',
  },
  { code: 'ERR_FIELD_NAME', octets: `${CHUNKED}0\r\nA : b\r\n\r\n`, request: 'POST /echo' },
  {
    code: 'ERR_INCOMPLETE_MESSAGE',
    octets: LENGTH,
    ends: true,
    request: 'POST /echo',
    answered: true,
  },
  { code: 'ERR_HEAD_TIMEOUT', octets: 'GET /a HTTP/1.1\r\n', config: { headerTimeoutMs: 40 } },
  {
    code: 'ERR_REQUEST_TIMEOUT',
    octets: LENGTH,
    request: 'POST /echo',
    config: { requestTimeoutMs: 40 },
  },
  {
    code: 'ERR_PLAIN_HTTP',
    octets: `${GET}Connection: close\r\n\r\n`,
    request: 'GET /a?b',
    config: TLS,
  },
]

// What cannot be brought about by octets alone through the options of this program: waits of half a minute and more, and a field that
// may be in no trailer section, which is dropped.
const BY_OTHER_MEANS = [
  'ERR_TOO_MANY_CONNECTIONS',
  'ERR_BODY_TIMEOUT',
  'ERR_BODY_TOO_SLOW',
  'ERR_TRAILER_FIELD',
]

describe('a refusal', () => {
  test('has a case for each code', () => {
    const codes = new Set([...REFUSALS.map(({ code }) => code), ...BY_OTHER_MEANS])
    const all = Object.keys({ ...PARSER_FAULTS, ...SERVER_FAULTS })
    expect(all.filter((code) => !codes.has(code))).toEqual([])
  })

  test.each(REFUSALS)('has one line: $code for $octets', async (refusal) => {
    const { code, octets, request = '- -', config, ends = false, answered = true } = refusal
    const application = await start(config)
    const client = new RawClient(code === 'ERR_PLAIN_HTTP' ? application.tlsPort : application.port)
    client.send(octets)
    if (ends) client.socket.end()
    const received = await client.untilClosed()
    client.socket.destroy()
    const entries = await entriesOf(application)
    expect(entries).toHaveLength(1)
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 0)
    expect(entries[0]).toMatchObject({
      status,
      bytes: answered ? contentBytes(received) : 0,
      remote: '127.0.0.1',
      fault: code,
      milliseconds: expect.any(Number),
    })
    if (answered) expect(received).toContain(request.startsWith('HEAD') ? ' 413 ' : `(${code})`)
    expect(application.log.warnings).toEqual([])
    const { method, target } = entries[0] ?? {}
    // More may be known of a head that was not read to its end.
    if (request !== '- -') expect(`${method} ${target}`).toBe(request)
    // What is wrong at no octet, such as a deadline, has none.
    const at = /At octet: (\d+)/.exec(received)?.[1]
    const offset = at === undefined ? undefined : Number(at)
    if (answered && !request.startsWith('HEAD')) expect(entries[0]?.offset).toBe(offset)
    if (code.endsWith('HEAD_TIMEOUT')) expect(entries[0]?.milliseconds).toBeGreaterThanOrEqual(40)
  })

  test('has one line for a connection that is one too many, whatever it sends', async () => {
    const application = await start({ maxConnections: 1 })
    const first = new RawClient(application.port).send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await first.until(/200 OK/)
    for (const octets of [get('/b'), 'no request\r\n\r\n']) {
      const response = await exchange(application.port, octets)
      expect(response).toMatch(/^HTTP\/1\.1 (?:503|400) /)
    }
    expect(application.log.entries).toMatchObject([
      { target: '/', status: 200 },
      { method: '-', status: 503, fault: 'ERR_TOO_MANY_CONNECTIONS' },
      { method: '-', status: 503, fault: 'ERR_TOO_MANY_CONNECTIONS' },
    ])
    first.socket.destroy()
  })

  test('has one line for a TLS handshake that fails', async () => {
    const application = await start(TLS)
    const client = new RawClient(application.tlsPort).send('\x16\x03\x01\x00\x02zz')
    await client.untilClosed()
    const socket = connectTls({ port: application.tlsPort, host: '127.0.0.1' })
    await new Promise((resolve) => socket.once('error', resolve))
    const line = { method: '-', target: '-', status: 0, bytes: 0, remote: '127.0.0.1' }
    const entries = await entriesOf(application)
    expect(entries[0]).toMatchObject({ ...line, fault: 'ERR_HANDSHAKE' })
    expect(application.log.warnings).toEqual([])
  })

  test('of a pipelined request has its line after that of the one before', async () => {
    const application = await start()
    await exchange(application.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\n\r\n')
    expect(await entriesOf(application)).toMatchObject([
      { target: '/', status: 200 },
      { target: '/b', status: 400, fault: 'ERR_HOST' },
    ])
  })
})

describe('a failure', () => {
  test('before the head is a 500 with its content', async () => {
    const application = await start()
    const received = await exchange(application.port, get('/test/throw'))
    expect(await entriesOf(application)).toMatchObject([
      { target: '/test/throw', status: 500, bytes: contentBytes(received), fault: 'ERR_HANDLER' },
    ])
  })

  test('behind the head is what was sent', async () => {
    const application = await start()
    await exchange(application.port, get('/test/throw-late'))
    expect(await entriesOf(application)).toMatchObject([
      { target: '/test/throw-late', status: 200, bytes: 29, fault: 'ERR_HANDLER' },
    ])
  })

  test('of a client that leaves in mid-response is what it was sent', async () => {
    const { application, port } = await chain((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')
    })
    const client = new RawClient(port).send('GET /httpbin/a HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(/hello/)
    client.socket.resetAndDestroy()
    expect(await application.log.entry(0)).toMatchObject({
      target: '/httpbin/a',
      status: 200,
      bytes: 5,
      fault: expect.stringMatching(/^ERR_(?:SOCKET|PEER_CLOSED)$/),
    })
    expect(await entriesOf(application)).toHaveLength(1)
  })

  test('of a client that leaves before the response has no status', async () => {
    const { application, port, upstream } = await chain(() => undefined)
    const client = new RawClient(port).send('GET /httpbin/a HTTP/1.1\r\nHost: a\r\n\r\n')
    await expect.poll(() => upstream.requests).toHaveLength(1)
    client.socket.resetAndDestroy()
    expect(await application.log.entry(0)).toMatchObject({
      target: '/httpbin/a',
      status: 0,
      bytes: 0,
      fault: expect.stringMatching(/^ERR_(?:SOCKET|PEER_CLOSED)$/),
    })
    expect(await entriesOf(application)).toHaveLength(1)
  })

  test('by the end of a drain is named', async () => {
    const { application, port } = await chain((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')
    })
    const client = new RawClient(port).send('GET /httpbin/a HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(/hello/)
    application.stop()
    const line = { target: '/httpbin/a', status: 200, bytes: 5, fault: 'ERR_STOPPED' }
    expect(await application.log.entry(0)).toMatchObject(line)
    client.socket.destroy()
  })
})

describe('a line', () => {
  test('has what came and went by a tunnel, when it has ended', async () => {
    const { application, port } = await chain((socket) => {
      socket.write('HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: tea\r\n\r\nhot')
      socket.on('data', (octets: string) => socket.end(`${octets}!`, 'latin1'))
    })
    const client = new RawClient(port).send(
      'GET /httpbin/t HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tea\r\n\r\n',
    )
    await client.until(/hot$/)
    expect(application.log.entries).toEqual([])
    client.send('four')
    await client.until(/four!$/)
    client.socket.end()
    const entry = await application.log.entry(0)
    expect(entry).toMatchObject({ target: '/httpbin/t', status: 101, bytes: 8, received: 4 })
    expect(await entriesOf(application)).toHaveLength(1)
  })

  test('names the client, and the trusted proxy that it came by', async () => {
    const { application, port } = await chain(PLAIN_OK, {
      trustProxy: readTrustedProxies('loopback'),
    })
    await exchange(port, get('/', 'X-Forwarded-For: 6.6.6.6, 8.8.8.8\r\n'))
    await exchange(port, get('/', 'Forwarded: for="[2001:db8::1]:80"\r\n'))
    await exchange(port, get('/'))
    expect(application.log.entries).toMatchObject([
      { remote: '8.8.8.8', peer: '127.0.0.1' },
      { remote: '2001:db8::1', peer: '127.0.0.1' },
      { remote: '127.0.0.1' },
    ])
    expect(application.log.entries[2]?.peer).toBeUndefined()
  })

  test('is bounded, whatever the client sends', async () => {
    const application = await start({ maxHeaderSize: 65_536 })
    await exchange(application.port, get(`/${'a'.repeat(9000)}`).replace('GET', 'A'.repeat(2000)))
    const [entry] = await entriesOf(application)
    expect(entry?.method).toBe(`${'A'.repeat(32)}...`)
    expect(entry?.target).toBe(`/${'a'.repeat(8191)}...`)
  })
})
