import { ProtocolError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { connect, request, settle } from './support/connect.ts'
import { echo } from './support/handlers.ts'

interface Row {
  readonly title: string
  readonly octets: string
  readonly statusCode: number
  readonly code: string
}

const ROWS: readonly Row[] = [
  {
    title: 'a bare LF (RFC 9112 §2.2)',
    octets: 'GET / HTTP/1.1\nHost: a\n\n',
    statusCode: 400,
    code: 'ERR_BARE_LF',
  },
  {
    title: 'another major version (RFC 9112 §2.3)',
    octets: 'GET / HTTP/2.0\r\n\r\n',
    statusCode: 505,
    code: 'ERR_HTTP_VERSION_UNSUPPORTED',
  },
  {
    title: 'a request target that is too long (RFC 9112 §3)',
    octets: request(`GET /${'a'.repeat(9000)}`),
    statusCode: 414,
    code: 'ERR_REQUEST_LINE_TOO_LONG',
  },
  {
    title: 'no Host (RFC 9112 §3.2)',
    octets: 'GET / HTTP/1.1\r\n\r\n',
    statusCode: 400,
    code: 'ERR_HOST',
  },
  {
    title: 'too many field lines (RFC 9112 §5)',
    octets: request('GET /', ...Array.from({ length: 101 }, (_, i) => `X-${i}: ${i}`)),
    statusCode: 431,
    code: 'ERR_TOO_MANY_FIELD_LINES',
  },
  {
    title: 'an unknown transfer coding (RFC 9112 §6.1)',
    octets: request('POST /', 'Transfer-Encoding: gzip, chunked'),
    statusCode: 501,
    code: 'ERR_TRANSFER_CODING_UNKNOWN',
  },
  {
    title: 'both framings (RFC 9112 §6.3 rule 3)',
    octets: request('POST /', 'Transfer-Encoding: chunked', 'Content-Length: 3'),
    statusCode: 400,
    code: 'ERR_FRAMING_CONFLICT',
  },
  {
    title: 'a malformed chunk in a body that is read (RFC 9112 §7.1)',
    octets: `${request('POST /', 'Transfer-Encoding: chunked')}zz\r\n`,
    statusCode: 400,
    code: 'ERR_CHUNK_SIZE',
  },
  {
    title: 'a body that says it is too long (RFC 9110 §15.5.14)',
    octets: request('POST /', 'Content-Length: 10485761'),
    statusCode: 413,
    code: 'ERR_BODY_TOO_LARGE',
  },
  {
    title: 'a chunked body that becomes too long (RFC 9110 §15.5.14)',
    octets: `${request('POST /', 'Transfer-Encoding: chunked')}a00001\r\n${'x'.repeat(10_485_761)}`,
    statusCode: 413,
    code: 'ERR_BODY_TOO_LARGE',
  },
]

describe('RFC 9112 §9.6, RFC 9110 §15.5 refusals', () => {
  test.each(ROWS)('say what was wrong and close: $title', async ({ octets, statusCode, code }) => {
    const rig = connect(echo)
    await rig.send(octets)
    const [answer] = rig.responses()
    expect(answer?.statusCode).toBe(statusCode)
    expect(answer?.fields.get('connection')).toBe('close')
    expect(answer?.fields.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer?.fields.get('x-content-type-options')).toBe('nosniff')
    expect(answer?.fields.has('date')).toBe(true)
    expect(rig.connection.state).toBe('Lingering')

    expect(rig.errors).toHaveLength(1)
    const error = rig.errors[0]?.error
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error).toMatchObject({ code, status: statusCode })
    const { expected, received, offset, section, hint } = error as ProtocolError
    const text = Buffer.from(answer?.body ?? '', 'latin1').toString()
    expect(text.split('\n')[0]).toContain(`${statusCode} `)
    expect(text.split('\n')[0]).toContain(`(${code})`)
    for (const part of [expected, received, String(offset), section, hint]) {
      expect(text).toContain(part)
    }
    expect(text).not.toMatch(/\n\s+at /)
  })

  test('show at most 32 octets of what came, escaped, and to onError as well', async () => {
    const rig = connect(echo)
    await rig.send(`GET <script>${'A'.repeat(60)}\x01 HTTP/1.1\r\n\r\n`)
    expect(rig.responses()).toMatchObject([{ statusCode: 400 }])
    expect(rig.responses()[0]?.body).not.toMatch(/A{32}/)
    expect(rig.responses()[0]?.body).not.toContain('\x01')
  })

  test('have no body for HEAD (RFC 9110 §9.3.2)', async () => {
    const rig = connect(async (incoming, writer) => {
      writer.respond(200, await incoming.body.text())
    })
    await rig.send(`${request('HEAD /', 'Transfer-Encoding: chunked')}zz\r\n`)
    expect(rig.stream.sent).toMatch(/^HTTP\/1.1 400 [^]*\r\n\r\n$/)
  })

  test('have no body for HEAD that is refused for the rest of its head (RFC 9110 §9.3.2)', async () => {
    const rig = connect(echo)
    await rig.send(request('HEAD /a', 'Content-Length: 99999999'))
    expect(rig.stream.sent).toMatch(/^HTTP\/1.1 413 [^]*\r\n\r\n$/)
    expect(rig.errors[0]?.context.requestLine).toMatchObject({
      method: 'HEAD',
      requestTarget: '/a',
    })
  })

  test.each([
    ['a bad target', 'HEAD tea HTTP/1.1\r\n\r\n', 400],
    ['a bad character in its target', 'HEAD /<a HTTP/1.1\r\n\r\n', 400],
    ['a bad version', 'HEAD / HTTP/2.0\r\n\r\n', 505],
    ['a bare LF', 'HEAD / HTTP/1.1\nHost: a\n\n', 400],
    ['a target that is too long', request(`HEAD /${'a'.repeat(9000)}`), 414],
    ['a bad field line', request('HEAD /', 'a b'), 400],
    ['a section that is too large', request('HEAD /', `A: ${'a'.repeat(20_000)}`), 431],
    ['no Host', 'HEAD / HTTP/1.1\r\n\r\n', 400],
  ])(
    'have no body for HEAD with %s, however it comes (RFC 9110 §9.3.2)',
    async (_, octets, statusCode) => {
      const sent = new RegExp(`^HTTP/1.1 ${statusCode} [^]*\\r\\n\\r\\n$`)
      for (const pieceLength of [octets.length, 1, 3]) {
        const rig = connect(echo)
        for (let i = 0; i < octets.length; i += pieceLength) {
          rig.stream.receive(octets.slice(i, i + pieceLength))
        }
        await settle()
        // One header section, and nothing after it.
        expect(rig.stream.sent).toMatch(sent)
        expect(rig.stream.sent.match(/\r\n\r\n/g)).toHaveLength(1)
        expect(rig.errors[0]?.context).toMatchObject({ statusCode, writtenBytes: 0 })
      }
    },
  )

  test('have no body for HEAD whose head is late (RFC 9110 §9.3.2)', async () => {
    const rig = connect(echo, { headTimeoutMs: 1000 })
    await rig.send('HEAD / HTTP/1.1\r\nA: ')
    rig.clock.advance(2500)
    await settle()
    expect(rig.stream.sent).toMatch(/^HTTP\/1.1 408 [^]*\r\n\r\n$/)
    expect(rig.stream.sent.match(/\r\n\r\n/g)).toHaveLength(1)
  })

  test('forget the method of the request before', async () => {
    const rig = connect((_, writer) => writer.respond(200, 'ok'))
    await rig.send(request('HEAD /'))
    await rig.send('tea\r\n\r\n')
    expect(rig.stream.sent).toMatch(/HTTP\/1.1 400 [^]*\r\n\r\n400 /)
  })

  test('say in which state and request the error was', async () => {
    const rig = connect(echo)
    await rig.send(`${request('POST /a', 'Transfer-Encoding: chunked')}zz\r\n`)
    expect(rig.errors[0]?.context).toEqual({
      remoteAddress: '192.0.2.1',
      secure: false,
      state: 'Handling',
      requestLine: { method: 'POST', requestTarget: '/a', httpVersion: '1.1' },
      statusCode: 400,
      writtenBytes: rig.responses()[0]?.body.length,
      unsentBytes: rig.stream.sent.length,
      waitedMs: 0,
    })
  })

  test('say what was answered to a request that no handler got', async () => {
    const rig = connect(echo)
    await rig.send('GET /a HTTP/1.1\r\n\r\n')
    expect(rig.errors[0]?.context).toMatchObject({
      state: 'ReadingHead',
      requestLine: { requestTarget: '/a' },
      statusCode: 400,
      writtenBytes: rig.responses()[0]?.body.length,
    })
  })

  test('give up a response whose head was not sent', async () => {
    let caught: unknown
    const rig = connect(async (incoming, writer) => {
      writer.writeStatusLine(200)
      caught = await incoming.body.text().catch((error: unknown) => error)
      writer.respond(200, 'as if nothing were wrong')
    })
    await rig.send(`${request('POST /', 'Transfer-Encoding: chunked')}zz\r\n`)
    expect(caught).toMatchObject({ code: 'ERR_CHUNK_SIZE' })
    expect(rig.responses()).toMatchObject([{ statusCode: 400 }])
    expect(rig.responses()).toHaveLength(1)
    expect(rig.errors.map(({ error }) => error.name)).toEqual(['ProtocolError', 'UsageError'])
  })

  test('refuse once, whatever comes behind', async () => {
    const rig = connect(echo)
    await rig.send('bad\r\n\r\n')
    await rig.send(request('GET /'))
    await rig.send('bad\r\n\r\n')
    expect(rig.responses()).toHaveLength(1)
    expect(rig.errors).toHaveLength(1)
  })
})
