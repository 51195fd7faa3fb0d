import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../src/run.ts'

let output: PassThrough
let errors: PassThrough
let stop: AbortController
let printed: string

beforeEach(() => {
  output = new PassThrough()
  errors = new PassThrough()
  stop = new AbortController()
  printed = ''
  output.setEncoding('utf8').on('data', (part: string) => (printed += part))
})

async function printedBy(pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = pattern.exec(printed)
    if (match !== null) return match
    await once(output, 'data')
  }
}

describe('a listener', () => {
  let port: number
  let exitCode: Promise<number>

  beforeEach(async () => {
    exitCode = run(['--host', '127.0.0.1', '--port', '0'], { output, errors, stop: stop.signal })
    const match = await printedBy(/^Listening on 127\.0\.0\.1:(\d+)\n/)
    port = Number(match[1])
    printed = ''
  })

  afterEach(async () => {
    stop.abort()
    await exitCode
  })

  function send(octets: string): Socket {
    const socket = connect(port, '127.0.0.1')
    socket.setEncoding('latin1').write(octets, 'latin1')
    return socket
  }

  async function exchange(octets: string): Promise<string> {
    return text(send(octets))
  }

  test('prints request line, headers and body as the seed does, and answers', async () => {
    const response = await exchange(
      'POST /coffee?x=1 HTTP/1.1\r\nHost: localhost:42069\r\nContent-Length: 13\r\n\r\nhello world!\n',
    )
    expect(printed).toBe(
      'Request line:\n- Method: POST\n- Target: /coffee?x=1\n- Version: 1.1\n' +
        'Headers:\n- host: localhost:42069\n- content-length: 13\nBody:\nhello world!\n\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(response).toMatch(/\r\nConnection: close\r\n/)
    expect(response).toMatch(/\r\n\r\nReceived\.\n$/)
  })

  test('prints an empty body as nothing, and every line of a repeated field', async () => {
    await exchange('GET / HTTP/1.0\r\nX-A: 1\r\nX-A: 2\r\n\r\n')
    expect(printed).toBe(
      'Request line:\n- Method: GET\n- Target: /\n- Version: 1.0\nHeaders:\n- x-a: 1\n- x-a: 2\nBody:\n',
    )
  })

  test('prints the trailer section of a chunked request', async () => {
    await exchange(
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n',
    )
    expect(printed).toMatch(/Body:\nabc\nTrailers:\n- x-sum: 6\n$/)
  })

  test('answers HEAD without content', async () => {
    const response = await exchange('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/)
  })

  test.each([
    ['UTF-8', 'caf\xc3\xa9 \xe2\x82\xac', 'café €'],
    ['octets that are no UTF-8', '\xff\x00caf\xe9\xa0~\n\t', '\\xff\\x00caf\\xe9\\xa0~\n\t'],
    ['what a terminal would act on', '\x1b[31m\x07\x7f\xc2\x9b\r', '\\x1b[31m\\x07\\x7f\\x9b\\x0d'],
  ] as const)('shows %s in a body', async (_title, octets, shown) => {
    await exchange(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${octets.length}\r\n\r\n${octets}`,
    )
    expect(printed.slice(printed.indexOf('Body:\n') + 6)).toBe(`${shown}\n`)
  })

  test('shows field values beyond ASCII, and escapes what a terminal would act on', async () => {
    await exchange('GET / HTTP/1.1\r\nHost: a\r\nX-A: caf\xc3\xa9\r\nX-B: \x9b31m\r\n\r\n')
    expect(printed).toContain('- x-a: café\n- x-b: \\x9b31m\n')
  })

  test('shows what is wrong with a bad request, answers it, and goes on', async () => {
    const response = await exchange('GET / HTTP/1.1\r\nHost : a\r\n\r\n')
    expect(printed).toMatch(/^Bad request: Field name: .* at octet \d+\n/)
    expect(printed).toContain('\n- Code: ERR_FIELD_NAME\n- Octet: ')
    expect(printed).toContain('\n- Section: RFC 9112 §5.1\n- Hint: ')
    expect(response).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(response).toMatch(/\r\n\r\nERR_FIELD_NAME: .*\n$/)
    expect(await exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  test('asks for content that the client holds back (RFC 9110 §10.1.1)', async () => {
    const socket = send(
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
    )
    expect((await once(socket, 'data'))[0]).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    expect(printed).toBe('')
    socket.write('hello')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(printed).toMatch(/^Request line:\n- Method: POST\n[^]*\nBody:\nhello\n$/)
  })

  test.each([
    ['ends', (socket: Socket) => socket.end()],
    ['is reset', (socket: Socket) => socket.resetAndDestroy()],
  ])(
    'says nothing of a connection that %s without an octet, as browsers make',
    async (_how, leave) => {
      const idle = connect(port, '127.0.0.1')
      await once(idle, 'connect')
      leave(idle.resume())
      await once(idle, 'close')
      await exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      expect(printed).toMatch(/^Request line:/)
    },
  )

  test.each([
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'write http:// in place of https://'],
    [
      'the PROXY protocol, version 1',
      'PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\nGET / HTTP/1.1\r\n\r\n',
      'PROXY',
    ],
    ['the PROXY protocol, version 1', 'PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n\r\n', 'PROXY'],
    ['the PROXY protocol, version 2', '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c', 'PROXY'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '--http1.1'],
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 'another one'],
    ['SMTP', 'EHLO example.org\r\n', 'another one'],
  ])('names %s', async (name, octets, advice) => {
    const response = await exchange(octets)
    expect(printed).toMatch(new RegExp(`^Not HTTP/1: ${name}\\n- Hint: .*${advice}.*\\n$`))
    expect(response).toMatch(/^HTTP\/1\.1 [45]\d\d /)
    expect(response).toContain(advice)
  })

  test('shows a request that ends too early', async () => {
    const socket = send('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc')
    socket.end()
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /)
    expect(printed).toContain('- Code: ERR_INCOMPLETE_MESSAGE\n')
  })

  test('shows a connection that breaks, and goes on', async () => {
    const socket = send('GET / HTTP/1.1\r\n')
    await once(socket, 'connect')
    // Connections are accepted in order: when the second has its answer, the first is being read.
    await exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    socket.resetAndDestroy()
    await printedBy(/^Connection failed: .+\n/m)
    expect(await exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  test('reads on behind its answer, so that the answer survives', async () => {
    const response = await exchange(`GET /${'x'.repeat(500_000)} HTTP/1.1\r\nHost: a\r\n\r\n`)
    expect(response).toMatch(/^HTTP\/1\.1 414 /)
  })

  test('serves another connection while one is silent, and stops for all that', async () => {
    const silent = send('')
    await once(silent, 'connect')
    expect(await exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    const closed = once(silent, 'close')
    silent.resume()
    stop.abort()
    await closed
    expect(await exitCode).toBe(0)
  })
})

describe('starting', () => {
  let blocker: Server

  afterEach(() => {
    blocker.close()
  })

  test('says in one line that the port is taken, with exit code 1', async () => {
    blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const commandLine = ['--host', '127.0.0.1', '--port', String(port)]
    expect(await run(commandLine, { output, errors, stop: stop.signal })).toBe(1)
    errors.end()
    expect(await text(errors)).toBe(
      `tcplistener: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
    )
  })

  test('stops at once when it was told so before it listened', async () => {
    blocker = createServer()
    stop.abort()
    expect(await run(['--port', '0'], { output, errors, stop: stop.signal })).toBe(0)
  })
})

test('leaves with exit code 1 when it cannot print, and with 0 when nobody reads', async () => {
  for (const [code, exitCode, said] of [
    ['EPIPE', 0, ''],
    ['ENOSPC', 1, 'tcplistener: write ENOSPC\n'],
  ] as const) {
    const [paper, complaints] = [new PassThrough(), new PassThrough()]
    const running = run(['--host', '127.0.0.1', '--port', '0'], {
      output: paper,
      errors: complaints,
      stop: stop.signal,
    })
    await once(paper, 'data')
    paper.destroy(Object.assign(new Error(`write ${code}`), { code }))
    expect(await running).toBe(exitCode)
    expect(await text(complaints.end())).toBe(said)
  }
})

test('writes an IPv6 address in brackets', async () => {
  const exitCode = run(['--host', '::1', '--port', '0'], { output, errors, stop: stop.signal })
  await printedBy(/^Listening on \[::1\]:\d+\n/)
  stop.abort()
  expect(await exitCode).toBe(0)
})

describe('usage', () => {
  test('lists every option with its default', async () => {
    expect(await run(['--help'], { output, errors, stop: stop.signal })).toBe(0)
    await printedBy(/--port <number>\s+port to listen on.*\(default:\s+42069\)/)
    expect(printed).toMatch(/--host <name>.*\(default:\s+"localhost"\)/)
  })

  test.each([
    ['a port that is no number', ['--port', 'x'], "'x'"],
    ['a port above 65535', ['--port', '65536'], "'65536'"],
    ['an unknown option', ['--speed'], '--speed'],
    ['an argument', ['words'], 'argument'],
  ] as const)('refuses %s in one line, with exit code 2', async (_title, commandLine, part) => {
    expect(await run(commandLine, { output, errors, stop: stop.signal })).toBe(2)
    errors.end()
    const line = await text(errors)
    expect(line).toMatch(/^tcplistener: .+\n$/)
    expect(line).toContain(part)
  })
})
