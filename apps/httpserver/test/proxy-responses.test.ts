import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { answer, chain, get, OK } from './support/chain.ts'
import { exchange, RawClient } from './support/raw-client.ts'

describe('what the client gets', () => {
  test('are end-to-end fields only (RFC 9110 §7.6.1)', async () => {
    const { port } = await chain(
      answer(
        'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Secret\r\nX-Secret: leak\r\nKeep-Alive: timeout=99\r\n' +
          'Proxy-Connection: keep-alive\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nTE: trailers\r\n' +
          'Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Name: caf\xe9\r\nContent-Length: 2\r\n\r\nok',
      ),
    )
    const response = await exchange(port, get('/httpbin/get'))
    const names = response.slice(0, response.indexOf('\r\n\r\n')).match(/^[^:\r\n ]+(?=:)/gm)
    expect(names).toEqual([
      'Set-Cookie',
      'Set-Cookie',
      'X-Name',
      'Via',
      'Trailer',
      'Transfer-Encoding',
      'Date',
      'Connection',
    ])
    expect(response).toContain('X-Name: caf\xe9\r\n')
    expect(response).toContain('\r\nConnection: close\r\n')
  })

  test.each([
    ['401', 'WWW-Authenticate: Basic realm="a"'],
    ['405', 'Allow: GET, PURGE'],
    ['407', 'Proxy-Authenticate: Basic realm="a"\r\nProxy-Authenticate: Digest realm="b"'],
    ['416', 'Content-Range: bytes */5'],
    ['426', 'Upgrade: websocket, chat/2'],
    ['206', 'Content-Range: bytes 0-1/5'],
  ])(
    'has the fields that a %s must have, whatever Connection names (RFC 9110 §15)',
    async (status, lines) => {
      const name = lines.slice(0, lines.indexOf(':'))
      for (const connection of [name, `close, ${name.toUpperCase()}`, 'keep-alive']) {
        const { port } = await chain(
          answer(
            `HTTP/1.1 ${status} Such\r\nConnection: ${connection}\r\n${lines}\r\nContent-Length: 2\r\n\r\nok`,
          ),
        )
        const response = await exchange(port, get('/httpbin/get'))
        expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} Such\r\n`))
        expect(response).toContain(`\r\n${lines}\r\n`)
        const says = status === '426' ? 'Upgrade, close' : 'close'
        expect(response).toContain(`\r\nConnection: ${says}\r\n`)
      }
    },
  )

  test('has no Upgrade and no challenge for proxies with another status (RFC 9110 §7.8, §11.7)', async () => {
    const { port } = await chain(
      answer(
        'HTTP/1.1 401 No\r\nUpgrade: websocket\r\nProxy-Authenticate: Basic\r\nProxy-Authentication-Info: a=b\r\n' +
          'WWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
      ),
    )
    const response = await exchange(port, get('/httpbin/get'))
    expect(response).not.toMatch(/upgrade|proxy-auth/i)
    expect(response).toContain('\r\nWWW-Authenticate: Basic\r\n')
  })

  test.each(['1.0', '1.1'])(
    'is told that the response came through a gateway, from HTTP/%s (RFC 9110 §7.6.3)',
    async (version) => {
      const { port } = await chain(
        answer(`HTTP/${version} 200 OK\r\nVia: 1.1 inner\r\nContent-Length: 0\r\n\r\n`),
      )
      const response = await exchange(port, get('/httpbin/get'))
      expect(response.match(/^via: .*$/gim)).toEqual(['Via: 1.1 inner', `Via: ${version} rawhttp`])
    },
  )

  test.each(['X_Hop', 'x-hop', '"X-Hop"x, ,\tX_HOP\t'])(
    'is no field that Connection names in any spelling: %s (RFC 9110 §7.6.1)',
    async (named) => {
      const { port } = await chain(
        answer(
          `HTTP/1.1 200 OK\r\nConnection: ${named}\r\nX_Hop: 1\r\nX-HOP: 2\r\nX-Kept: 3\r\nContent-Length: 0\r\n\r\n`,
        ),
      )
      const response = await exchange(port, get('/httpbin/get'))
      expect(response.match(/^x[-_](?:hop|kept): .*$/gim)).toEqual(['X-Kept: 3'])
    },
  )

  test('is the Date of the upstream (RFC 9110 §6.6.1)', async () => {
    const date = 'Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n'
    const { port } = await chain(answer(`HTTP/1.1 200 OK\r\n${date}Content-Length: 0\r\n\r\n`))
    const response = await exchange(port, get('/httpbin/get'))
    expect(response.match(/^date: .*\r\n/gim)).toEqual([date])
  })

  test('is a redirection as it is', async () => {
    const location = 'http://elsewhere.test/a%0d%0aX-Injected:%201'
    const { port, upstream } = await chain(
      answer(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
    )
    const response = await exchange(port, get('/httpbin/redirect/1'))
    expect(response).toMatch(/^HTTP\/1\.1 302 Found\r\n/)
    expect(response).toContain(`\r\nLocation: ${location}\r\n`)
    expect(upstream.requests).toHaveLength(1)
  })

  test('comes as soon as the upstream sends it', async () => {
    let upstreamSocket: Socket | undefined
    const { port } = await chain((socket) => {
      upstreamSocket = socket
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    })
    const client = new RawClient(port).send(get('/httpbin/stream'))
    await client.until(/\r\n\r\n$/)
    upstreamSocket?.write('3\r\none\r\n')
    await client.until(/\r\n\r\n3\r\none\r\n$/)
    upstreamSocket?.write('3\r\ntwo\r\n0\r\n\r\n')
    expect(await client.untilClosed()).toMatch(
      /\r\n3\r\none\r\n3\r\ntwo\r\n0\r\nX-Content-SHA256: [0-9a-f]{64}\r\nX-Content-Length: 6\r\n\r\n$/,
    )
  })

  test('are interim responses, but in HTTP/1.0 (RFC 9110 §15.2)', async () => {
    const script = answer(
      `HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: x\r\nX: 1\r\n\r\n${OK}`,
    )
    const response = await exchange((await chain(script)).port, get('/httpbin/get'))
    expect(response).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
    )
    const old = await exchange((await chain(script)).port, 'GET /httpbin/get HTTP/1.0\r\n\r\n')
    expect(old).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  test('is the whole response though the upstream did not read the request', async () => {
    const { port } = await chain((socket) => {
      socket.pause()
      socket.write(
        'HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno',
      )
    })
    const client = new RawClient(port)
    client.send('POST /httpbin/post HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx')
    await client.until(/\r\n0\r\n/)
    expect(client.received).toMatch(/^HTTP\/1\.1 413 [^]*\r\n\r\n2\r\nno\r\n0\r\n/)
    client.socket.destroy()
  })

  test('of the trailer fields only those that may be trailers (RFC 9110 §6.5.1)', async () => {
    const { port } = await chain(
      answer(
        'HTTP/1.1 200 OK\r\nTrailer: X-Sum, Content-Length, x-content-length, b@d\r\nTransfer-Encoding: chunked\r\n\r\n' +
          '2\r\nok\r\n0\r\nX-Sum: 1\r\nX-Content-Length: 77\r\n\r\n',
      ),
    )
    const response = await exchange(port, get('/httpbin/get'))
    expect(response).toContain('\r\nTrailer: X-Sum, X-Content-SHA256, X-Content-Length\r\n')
    const trailers = response.slice(response.indexOf('\r\n0\r\n'))
    expect(trailers).toMatch(
      /^\r\n0\r\nx-sum: 1\r\nX-Content-Length: 2\r\nX-Content-SHA256: \w{64}\r\n\r\n$/i,
    )
  })

  test('are trailer fields as they came, announced or not, but for hop-by-hop ones (RFC 9110 §6.5)', async () => {
    const { port } = await chain(
      answer(
        'HTTP/1.1 200 OK\r\nConnection: X_Hop\r\nTrailer: X-Hop\r\nTransfer-Encoding: chunked\r\n\r\n' +
          '2\r\nok\r\n0\r\nX-SUM: 1\r\nX-Hop: leak\r\nx-Sum: 2\r\n\r\n',
      ),
    )
    const response = await exchange(port, get('/httpbin/get'))
    expect(response).not.toMatch(/x-hop/i)
    expect(response).toMatch(
      /\r\n0\r\nX-SUM: 1\r\nx-Sum: 2\r\nX-Content-SHA256: \w{64}\r\nX-Content-Length: 2\r\n\r\n$/,
    )
  })

  test('is whole without the fields that may not be trailers (RFC 9110 §6.5.1)', async () => {
    const { port } = await chain(
      answer(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' +
          '2\r\nok\r\n0\r\nSet-Cookie: a=1\r\nX-Sum: 1\r\nCache-Control: public\r\n\r\n',
      ),
    )
    const response = await exchange(port, get('/httpbin/get'))
    expect(response).not.toMatch(/set-cookie|cache-control/i)
    expect(response).toMatch(
      /\r\n0\r\nX-Sum: 1\r\nX-Content-SHA256: \w{64}\r\nX-Content-Length: 2\r\n\r\n$/,
    )
  })

  test.each(['Content-Length: 2', 'Transfer-Encoding: chunked', 'Host: a'])(
    'is a cut behind a trailer field that frames or routes, %s (RFC 9110 §6.5.1)',
    async (line) => {
      const { port } = await chain(
        answer(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${line}\r\n\r\n`,
        ),
      )
      const response = await exchange(port, get('/httpbin/get'))
      expect(response).toContain('\r\nok\r\n')
      expect(response).not.toMatch(/\r\n0\r\n/)
    },
  )

  test.each([
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['205 with content', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nok'],
    ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n'],
  ])('is %s without content', async (_title, octets) => {
    for (const version of ['1.0', '1.1']) {
      const { port } = await chain(answer(octets))
      const response = await exchange(
        port,
        `GET /httpbin/get HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`,
      )
      expect(response.startsWith(octets.slice(0, 12))).toBe(true)
      expect(response.endsWith('\r\n\r\n')).toBe(true)
      expect(response).not.toMatch(/chunked|ok/)
    }
  })

  // What GET has is chunked, so its HEAD has no length; HTTP/1.0 has no chunks.
  test.each([
    ['1.1', ['Transfer-Encoding: chunked']],
    ['1.0', ['Content-Length: 2']],
  ])('is framed for HEAD as for GET, by HTTP/%s (RFC 9110 §8.6)', async (version, framing) => {
    const { port } = await chain((socket, head) => {
      socket.end(head.startsWith('HEAD') ? OK.slice(0, -2) : OK)
    })
    const heads = []
    for (const method of ['GET', 'HEAD']) {
      const response = await exchange(
        port,
        `${method} /httpbin/get HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`,
      )
      const end = response.indexOf('\r\n\r\n') + 4
      heads.push(response.slice(0, end).replace(/\r\nDate: .*/, ''))
      if (method === 'HEAD') expect(response).toHaveLength(end)
    }
    expect(heads[1]).toBe(heads[0])
    expect(heads[1]?.match(/^(?:content-length|transfer-encoding): .*$/gim)).toEqual(framing)
  })

  test.each([
    ['204 (RFC 9110 §8.6)', 'HTTP/1.1 204 No Content\r\n\r\n'],
    // What GET would have had is in chunks, whatever length it had on its way here.
    ['304 (RFC 9110 §8.6)', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n'],
    [
      '304 that speaks of chunks (RFC 9112 §6.1)',
      'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
  ])('has no framing with %s', async (_title, octets) => {
    const { port } = await chain((socket) => {
      socket.end(octets)
    })
    for (const method of ['GET', 'HEAD']) {
      const response = await exchange(
        port,
        `${method} /httpbin/get HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      )
      expect(response.startsWith(octets.slice(0, 12))).toBe(true)
      expect(response).not.toMatch(/content-length|transfer-encoding|trailer/i)
    }
  })

  test('does not wait for the end of content that goes nowhere (RFC 9110 §15.3.6)', async () => {
    const { port, upstream } = await chain(
      answer('HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nnever\r\n'),
    )
    const response = await exchange(
      port,
      `GET /httpbin/get HTTP/1.1\r\nHost: a\r\n\r\n${get('/yourproblem')}`,
    )
    expect(response).toMatch(/^HTTP\/1\.1 205 [^]*\r\n\r\nHTTP\/1\.1 400 /)
    await upstream.closedConnections(1)
  })
})
