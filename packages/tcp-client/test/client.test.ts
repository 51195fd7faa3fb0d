import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { answer, codeOf, response, rig, until } from './support/rig.ts'
import type { RequestOptions } from '../src/index.ts'

const OK = response('ok')

async function sent(options: Omit<RequestOptions, 'origin'>): Promise<string> {
  const made = await rig(answer(OK))
  const { body } = await made.client.request({ origin: made.origin, ...options })
  await body.bytes()
  const text = made.server.connections[0]?.received ?? ''
  return text.replace(`127.0.0.1:${made.server.port}`, 'HOST')
}

async function* streamed(...pieces: readonly (string | Uint8Array)[]) {
  yield* pieces
}

describe('RFC 9112 §3 requests', () => {
  const fields = new Headers([
    ['X-b', '1'],
    ['x-A', '2'],
    ['X-b', '3'],
  ])
  const ROWS: readonly (readonly [string, Omit<RequestOptions, 'origin'>, string])[] = [
    ['asks for / by GET when nothing is said', {}, 'GET / HTTP/1.1\r\nHost: HOST\r\n\r\n'],
    [
      'sends fields in their order and letter case, Host first (RFC 9110 §7.2)',
      { headers: fields, requestTarget: '/a?b' },
      'GET /a?b HTTP/1.1\r\nHost: HOST\r\nX-b: 1\r\nx-A: 2\r\nX-b: 3\r\n\r\n',
    ],
    [
      'sends the Host that it is given (RFC 9112 §3.2)',
      { headers: new Headers([['hOST', 'other']]) },
      'GET / HTTP/1.1\r\nhOST: other\r\n\r\n',
    ],
    [
      'takes the Host of a request target in absolute-form (RFC 9112 §3.2.2)',
      { requestTarget: 'http://far.example/a' },
      'GET http://far.example/a HTTP/1.1\r\nHost: far.example\r\n\r\n',
    ],
    [
      'sends the length of a string in octets (RFC 9112 §6.2)',
      { method: 'POST', body: 'hä' },
      'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nh\xc3\xa4',
    ],
    [
      'sends octets as they are',
      { method: 'PUT', body: Uint8Array.of(0, 255) },
      'PUT / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\n\r\n\x00\xff',
    ],
    [
      'says that a POST without a body has none (RFC 9110 §8.6)',
      { method: 'POST' },
      'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n',
    ],
    [
      'sends what is iterated over in chunks (RFC 9112 §7.1)',
      { method: 'POST', body: ['ab', '', 'c'] },
      'POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
    ],
    [
      'sends what is iterated over as it is when its length is given (RFC 9112 §6.2)',
      {
        method: 'POST',
        headers: new Headers([['Content-Length', '3']]),
        body: streamed('ab', Uint8Array.of(99)),
      },
      'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nabc',
    ],
    [
      'sends a trailer section (RFC 9112 §7.1.2)',
      {
        method: 'POST',
        headers: new Headers([['Trailer', 'X-Sum']]),
        body: 'ab',
        trailers: () => new Headers([['X-Sum', '7']]),
      },
      'POST / HTTP/1.1\r\nHost: HOST\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Sum: 7\r\n\r\n',
    ],
    [
      'sends a trailer section that nothing announces (RFC 9110 §6.6.2)',
      { method: 'POST', body: ['ab'], trailers: () => new Headers([['X-Sum', '7']]) },
      'POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Sum: 7\r\n\r\n',
    ],
    [
      'sends an empty trailer section where there are no trailers (RFC 9112 §7.1.2)',
      { method: 'POST', body: ['ab'], trailers: () => new Headers() },
      'POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
    ],
  ]
  test.each(ROWS)('%s', async (_title, options, expected) => {
    expect(await sent(options)).toBe(expected)
  })

  test.each([1, 2048, 2049, 65_536, 300_000])(
    'sends pieces of %i octets whose memory is used again for the next ones',
    async (size) => {
      const memory = new Uint8Array(size)
      let expected = ''
      function* pieces(): Generator<Uint8Array> {
        for (const octet of [0x61, 0x62, 0x63]) {
          memory.fill(octet)
          expected += String.fromCharCode(octet).repeat(size)
          yield memory
        }
        memory.fill(0x7a)
      }
      const headers = new Headers([['Content-Length', String(3 * size)]])
      const { client, origin, server } = await rig(answer(OK))
      await client.request({ origin, method: 'POST', headers, body: pieces() })
      const connection = await server.connection(0)
      await until(
        () => connection.received.length >= 3 * size + 4 && connection.received.endsWith('c'),
      )
      expect(connection.received.endsWith(`\r\n\r\n${expected}`)).toBe(true)
    },
  )

  const REFUSED: readonly (readonly [string, Omit<RequestOptions, 'origin'>, string])[] = [
    [
      'a method that is no token',
      { method: 'GET /x HTTP/1.1\r\nHost: b\r\n\r\nGET' },
      'ERR_METHOD',
    ],
    ['a target with a line break', { requestTarget: '/ HTTP/1.1\r\nX: y' }, 'ERR_REQUEST_TARGET'],
    ['a target with a space', { requestTarget: '/a b' }, 'ERR_REQUEST_TARGET'],
    [
      'two lengths',
      { method: 'POST', body: 'a', headers: new Headers([['Content-Length', '2']]) },
      'ERR_BODY_TOO_SHORT',
    ],
    [
      'two framings',
      {
        method: 'POST',
        body: ['a'],
        headers: new Headers([
          ['Content-Length', '2'],
          ['Transfer-Encoding', 'chunked'],
        ]),
      },
      'ERR_FRAMING_CONFLICT',
    ],
    [
      'a Host that the origin is not in two lines',
      {
        headers: new Headers([
          ['Host', 'a'],
          ['Host', 'b'],
        ]),
      },
      'ERR_HOST',
    ],
    [
      'trailers behind a body that has a length (RFC 9110 §6.5)',
      {
        method: 'POST',
        body: ['a'],
        headers: new Headers([
          ['Content-Length', '1'],
          ['Trailer', 'X-Sum'],
        ]),
        trailers: () => new Headers(),
      },
      'ERR_OPTION',
    ],
    ['a body of a kind that is none', { method: 'POST', body: 7 as never }, 'ERR_OPTION'],
    ['a deadline that is none', { responseTimeoutMs: -1 }, 'ERR_OPTION'],
  ]
  test.each(REFUSED)('refuses %s before there is a connection', async (_what, options, code) => {
    const made = await rig(answer(OK))
    expect(await codeOf(made.client.request({ origin: made.origin, ...options }))).toBe(code)
    expect(made.client.connectionCount).toBe(0)
    await made.client.close()
    expect(made.server.connections).toHaveLength(0)
  })

  const BROKEN: readonly (readonly [string, Omit<RequestOptions, 'origin'>, string])[] = [
    [
      'longer than it says',
      { method: 'POST', body: ['abc'], headers: new Headers([['Content-Length', '2']]) },
      'ERR_BODY_TOO_LONG',
    ],
    [
      'shorter than it says',
      { method: 'POST', body: ['a'], headers: new Headers([['Content-Length', '2']]) },
      'ERR_BODY_TOO_SHORT',
    ],
    ['of something else', { method: 'POST', body: [7] as never }, 'ERR_BODY_TYPE'],
    [
      'that fails',
      {
        method: 'POST',
        body: (async function* () {
          yield 'a'
          throw new Error('no more')
        })(),
      },
      'Error: no more',
    ],
    [
      'whose trailers fail',
      {
        method: 'POST',
        body: ['a'],
        headers: new Headers([['Trailer', 'A']]),
        trailers: () => Promise.reject(new Error('no sum')),
      },
      'Error: no sum',
    ],
  ]
  test.each(BROKEN)(
    'cuts the connection at a body %s (RFC 9112 §8)',
    async (_what, options, code) => {
      const made = await rig()
      expect(await codeOf(made.client.request({ origin: made.origin, ...options }))).toBe(code)
      const connection = await made.server.connection(0)
      await connection.closed
      expect(connection.received).not.toContain('0\r\n\r\n')
      expect(made.client.connectionCount).toBe(0)
    },
  )

  const ORIGINS = [
    '',
    'localhost',
    'ftp://a',
    'http://',
    'http://a/b',
    'http://a?b',
    'http://u:p@a',
    'http://a#',
    'http://a:70000',
    'http://a\\b',
    'http://a b',
    'http://[fe80::1%25eth0]',
  ]
  test.each(ORIGINS)('refuses %j as an origin (RFC 9110 §4.3.1)', async (origin) => {
    const made = await rig()
    expect(await codeOf(made.client.request({ origin }))).toBe('ERR_OPTION')
  })
})
