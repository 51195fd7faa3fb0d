import { describe, expect, test } from 'vitest'
import { readTrustedProxies } from '../src/trusted-proxies.ts'
import { answer, chain, get, OK, PLAIN_OK, running } from './support/chain.ts'
import { exchange, RawClient } from './support/raw-client.ts'
import { startScriptedUpstream } from './support/scripted-upstream.ts'
import { startTestApplication } from './support/test-application.ts'

describe('what the upstream gets', () => {
  test('is the path and query in origin-form, behind the path of its own', async () => {
    const { port, upstream } = await chain(PLAIN_OK, {}, '/base/')
    await exchange(port, get('/httpbin/a/../b%2F?x=1&y'))
    expect(upstream.requests[0]).toMatch(/^GET \/base\/a\/\.\.\/b%2F\?x=1&y HTTP\/1\.1\r\n/)
  })

  test('is Host of its own, and who the request is from (RFC 9110 §7.6.3)', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    await exchange(port, get('/httpbin/get', 'Via: 1.0 earlier\r\nX-Forwarded-For: 8.8.8.8\r\n'))
    const request = upstream.requests[0] ?? ''
    expect(request.match(/^host: .*$/gim)).toEqual([`Host: ${upstream.url.host}`])
    expect(request.match(/^x-forwarded-.*$/gim)).toEqual([
      'X-Forwarded-For: 127.0.0.1',
      'X-Forwarded-Proto: http',
      'X-Forwarded-Host: client.test',
    ])
    expect(request.match(/^via: .*$/gim)).toEqual(['Via: 1.0 earlier', 'Via: 1.1 rawhttp'])
  })

  test('is what a trusted peer says of its client, ahead of that peer', async () => {
    const { port, upstream } = await chain(PLAIN_OK, { trustProxy: readTrustedProxies('loopback') })
    await exchange(port, get('/httpbin/get', 'X-Forwarded-For: 8.8.8.8\r\n'))
    expect(upstream.requests[0]).toContain('X-Forwarded-For: 8.8.8.8, 127.0.0.1\r\n')
  })

  test('is the authority of an absolute URI, not what Host says (RFC 9112 §3.2.2)', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    await exchange(port, get('http://real.test/httpbin/get'))
    expect(upstream.requests[0]).toContain('X-Forwarded-Host: real.test\r\n')
    expect(upstream.requests[0]).toContain(';host=real.test\r\n')
  })

  test.each([
    ['3', 'Max-Forwards: 2\r\n'],
    ['1', 'Max-Forwards: 0\r\n'],
    ['9999', 'Max-Forwards: 255\r\n'],
    ['many', 'Max-Forwards: many\r\n'],
  ])('is OPTIONS with one forward less than %s (RFC 9110 §7.6.2)', async (left, field) => {
    const { port, upstream } = await chain(PLAIN_OK)
    const request = get('/httpbin/get', `Max-Forwards: ${left}\r\n`)
    await exchange(port, request.replace('GET', 'OPTIONS'))
    expect(upstream.requests[0]).toContain(field)
  })

  test('is no OPTIONS that may not be forwarded (RFC 9110 §7.6.2)', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    const request = get('/httpbin/get', 'Max-Forwards: 0\r\n').replace('GET', 'OPTIONS')
    expect(await exchange(port, request)).toMatch(/^HTTP\/1\.1 204 [^]*\r\nAllow: GET, HEAD/)
    expect(upstream.requests).toEqual([])
  })

  test('is no content that it may leave unread on a connection of others (RFC 9110 §9.3.1)', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    const content = 'GET /stolen HTTP/1.1\r\nHost: a\r\n\r\n'
    const request = get('/httpbin/get', `Content-Length: ${content.length}\r\n`) + content
    expect(await exchange(port, request)).toMatch(/^HTTP\/1\.1 200 /)
    await upstream.closedConnections(1)
    expect(upstream.requests[0]).toContain('\r\nConnection: close\r\n')
    expect(await exchange(port, get('/httpbin/next'))).toMatch(/^HTTP\/1\.1 200 /)
    expect(upstream.requests[1]).toMatch(/^GET \/next /)
  })

  test('is no host that the client did not name', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    await exchange(port, 'GET /httpbin/get HTTP/1.0\r\n\r\n')
    expect(upstream.requests[0]).not.toMatch(/x-forwarded-host/i)
    expect(upstream.requests[0]).toContain('Via: 1.0 rawhttp\r\n')
  })

  test('are end-to-end fields only (RFC 9110 §7.6.1)', async () => {
    const { port, upstream } = await chain(PLAIN_OK, { allowHost: 'any' })
    await exchange(
      port,
      get(
        '/httpbin/get',
        'Connection: X-Token, "quoted"\r\nX-Token: secret\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n' +
          'TE: trailers, gzip\r\nUpgrade: h2c\r\nProxy-Authorization: Basic Zm9v\r\nForwarded: for=8.8.8.8\r\n' +
          'X-Stay: yes\r\nX-Stay: caf\xe9\r\nAccept-Encoding: br\r\nExpect: 100-continue\r\n',
      ),
    )
    const names = (upstream.requests[0] ?? '').match(/^[^:\r\n ]+(?=:)/gm)
    expect(names?.map((name) => name.toLowerCase())).toEqual([
      'host',
      'x-stay',
      'x-stay',
      'accept-encoding',
      'te',
      'x-forwarded-for',
      'x-forwarded-proto',
      'x-forwarded-host',
      'forwarded',
      'via',
      'connection',
    ])
    expect(upstream.requests[0]).toContain('X-Stay: caf\xe9\r\n')
    expect(upstream.requests[0]).toContain('TE: trailers\r\n')
    expect(upstream.requests[0]).toContain('Connection: TE\r\n')
  })

  test.each([
    '/httpbin//evil.test/a',
    '/httpbin///evil.test/a',
    '/httpbin/http://evil.test/a',
    '/httpbin/@evil.test/a',
    '/httpbin/%2f%2fevil.test/a',
    '/httpbin/..//evil.test/a',
    '/httpbin?@evil.test/',
    '/httpbin/%0d%0aHost:%20evil.test',
    'http://evil.test/httpbin/a',
    'http://evil.test/httpbin//evil.test',
  ])('never comes to another host for %s', async (target) => {
    const { port, upstream } = await chain(PLAIN_OK)
    expect(await exchange(port, get(target))).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    const request = upstream.requests[0] ?? ''
    expect(request).toMatch(/^GET \/[\x21-\x7e]* HTTP\/1\.1\r\n/)
    expect(request.match(/^host: .*$/gim)).toEqual([`Host: ${upstream.url.host}`])
  })

  test('is nothing for a backslash, which some take for a slash', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    expect(await exchange(port, get('/httpbin/\\\\evil.test\\a'))).toMatch(/^HTTP\/1\.1 400 /)
    expect(upstream.requests).toEqual([])
  })

  test.each(['/httpbin@evil.test/a', '/httpbin:80@evil.test/a', '/httpbin.evil.test/a'])(
    'is nothing at all for %s',
    async (target) => {
      const { port, upstream } = await chain(PLAIN_OK)
      expect(await exchange(port, get(target))).toContain('<h1>Success!</h1>')
      expect(upstream.requests).toEqual([])
    },
  )

  test('is the body as it comes, with its length', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    await exchange(
      port,
      'POST /httpbin/post HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
    )
    expect(upstream.requests[0]).toMatch(/\r\ncontent-length: 5\r\n(?:[^\r\n]+\r\n)*\r\nhello$/i)
  })

  test('is the body in chunks when its length is not known', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    const client = new RawClient(port)
    client.send('POST /httpbin/post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    client.send('5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n')
    await client.until(/200 OK/)
    client.socket.destroy()
    expect(upstream.requests[0]).toMatch(/\r\ntransfer-encoding: chunked\r\n/i)
    expect(upstream.requests[0]).not.toMatch(/content-length/i)
  })

  test('is no faster than it reads', async () => {
    const size = 64 * 1024 * 1024
    const { port } = await chain((socket) => socket.pause(), { maxBodySize: size })
    const client = new RawClient(port)
    client.send(`POST /httpbin/post HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`)
    client.send('x'.repeat(size))
    for (let i = 0; i < 20; i++) await exchange(port, get('/'))
    expect(client.socket.writableLength).toBeGreaterThan(size / 2)
    client.socket.destroy()
  })
})

describe('trailers of a request', () => {
  test('are passed on when they may be trailers (RFC 9110 §6.5.1)', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    const client = new RawClient(port).send(
      'POST /httpbin/post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, Host\r\n\r\n' +
        '5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n',
    )
    await expect
      .poll(() => upstream.requests[0])
      .toMatch(/\r\nTrailer: X-Sum\r\n[^]*\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n$/i)
    client.socket.destroy()
  })

  test('are passed on though nothing announced them (RFC 9110 §6.6.2)', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    const client = new RawClient(port).send(
      'POST /httpbin/post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: X-Hop\r\n\r\n' +
        '5\r\nhello\r\n0\r\nX-Sum: 1\r\nx_hop: a\r\nX-Forwarded-Port: a\r\nx-more: 2\r\n\r\n',
    )
    await expect
      .poll(() => upstream.requests[0])
      .toMatch(/\r\nhello\r\n0\r\nX-Sum: 1\r\nx-more: 2\r\n\r\n$/)
    expect(upstream.requests[0]).not.toMatch(/\r\ntrailer:/i)
    client.socket.destroy()
  })

  test('that may not be any reach no upstream as a whole request (RFC 9110 §6.5.1)', async () => {
    const { port, upstream } = await chain(() => undefined)
    const response = await exchange(
      port,
      'POST /httpbin/post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '5\r\nhello\r\n0\r\nSet-Cookie: a=1\r\n\r\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 400 /)
    await upstream.closedConnections(1)
    expect(upstream.requests[0]).not.toMatch(/\r\n0\r\n/)
  })

  test('keep their letter case and their lines, and only end-to-end ones go on (RFC 9110 §6.5.1)', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    const client = new RawClient(port).send(
      'POST /httpbin/post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: X-Own, X_Hop\r\n' +
        'Trailer: X-SUM, X-Own, x_hop, X_Forwarded_For, X-Real-IP\r\n\r\n5\r\nhello\r\n0\r\n' +
        'X-SUM: 1\r\nX-Own: a\r\nx_hop: a\r\nX_Forwarded_For: a\r\nX-Real-IP: a\r\nX-SUM: 2\r\n\r\n',
    )
    await client.until(/200 OK/)
    await expect
      .poll(() => upstream.requests[0])
      .toMatch(/\r\nTrailer: X-SUM\r\n[^]*\r\nhello\r\n0\r\nX-SUM: 1\r\nX-SUM: 2\r\n\r\n$/)
    client.socket.destroy()
  })
})

describe('a path behind a path', () => {
  test.each([
    '/httpbin/..',
    '/httpbin/a/../../b',
    '/httpbin/%2e%2E/b',
    '/httpbin/.%2e%2fb',
    '/httpbin/..;x/b',
  ])('is refused when it climbs out of it: %s', async (target) => {
    const { port, upstream } = await chain(PLAIN_OK, {}, '/base')
    expect(await exchange(port, get(target))).toMatch(/^HTTP\/1\.1 400 /)
    expect(upstream.requests).toEqual([])
  })

  test.each(['/httpbin/a/../b', '/httpbin/...', '/httpbin/a?/../..', '/httpbin/./a//..'])(
    'goes on as it is when it does not: %s',
    async (target) => {
      const { port, upstream } = await chain(PLAIN_OK, {}, '/base')
      await exchange(port, get(target))
      expect(upstream.requests[0]).toContain(`GET /base${target.slice('/httpbin'.length)} HTTP/1.1`)
    },
  )
})

describe('100-continue', () => {
  const EXPECTING =
    'POST /httpbin/post HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n'

  test('is sent when the upstream says so, once (RFC 9110 §10.1.1)', async () => {
    const { port, upstream } = await chain((socket) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      socket.on('data', (octets) => {
        if (String(octets).endsWith('hello')) socket.write(OK)
      })
    })
    const client = new RawClient(port).send(EXPECTING)
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    expect(upstream.requests[0]).toMatch(/\r\nExpect: 100-continue\r\n[^]*\r\n\r\n$/)
    client.send('hello')
    await client.until(/\r\n0\r\n/)
    expect(client.received).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
    client.socket.destroy()
  })

  test('is not sent when the upstream refuses the body (RFC 9110 §10.1.1)', async () => {
    const { port, upstream } = await chain(
      answer('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno'),
    )
    const client = new RawClient(port).send(EXPECTING)
    await client.until(/\r\n0\r\n/)
    expect(client.received).toMatch(/^HTTP\/1\.1 417 Expectation Failed\r\n[^]*\r\nno\r\n/)
    await upstream.closedConnections(1)
    expect(upstream.requests[0]).toMatch(/\r\n\r\n$/)
    client.socket.destroy()
  })

  test('is asked of no upstream for content of 0 octets (RFC 9110 §10.1.1)', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    const client = new RawClient(port).send(EXPECTING.replace('Length: 5', 'Length: 0'))
    await client.until(/^HTTP\/1\.1 200 OK\r\n/)
    expect(upstream.requests[0]).toMatch(/\r\nContent-Length: 0\r\n/)
    expect(upstream.requests[0]).not.toMatch(/expect/i)
    client.socket.destroy()
  })

  test('is not sent when there is no upstream', async () => {
    const { port, upstream } = await chain(PLAIN_OK)
    upstream.stop()
    const client = new RawClient(port)
    client.send(
      'POST /httpbin/post HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
    )
    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  })
})

describe('a proxy that is its own upstream', () => {
  test('is found out at the first turn: 508 (RFC 9110 §7.6.3)', async () => {
    const upstream = await startScriptedUpstream((socket, head) => {
      const { port } = application
      const back = new RawClient(port)
      back.send(`${head.trimEnd().replace('GET /a', 'GET /httpbin/a')}\r\n\r\n`)
      void back.until(/\.\n$/).then(() => socket.end(back.received, 'latin1'))
    })
    const application = await startTestApplication({ upstream: upstream.url, via: 'turn' })
    running.push(application, upstream)
    const response = await exchange(application.port, get('/httpbin/a'))
    expect(response).toMatch(/^HTTP\/1\.1 508 Loop Detected\r\n/)
    expect(upstream.requests).toHaveLength(1)
  })

  test.each([
    ['1.1 rawhttp', 508],
    ['1.0 a, HTTP/1.1\tRAWHTTP (comment)', 508],
    ['1.1 a\r\nVia: 1.1 rawhttp', 508],
    ['1.1 rawhttp-2, 1.1 my-rawhttp, rawhttp, 1.1 a (rawhttp)', 200],
  ])('knows itself by its pseudonym in Via: %s gives %i (RFC 9110 §7.6.3)', async (via, status) => {
    const { port, upstream } = await chain(PLAIN_OK)
    const response = await exchange(port, get('/httpbin/a', `Via: ${via}\r\n`))
    expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(upstream.requests).toHaveLength(status === 200 ? 1 : 0)
    expect(
      await exchange(
        port,
        get('/httpbin/a', `Max-Forwards: 0\r\nVia: ${via}\r\n`).replace('GET', 'OPTIONS'),
      ),
    ).toMatch(/^HTTP\/1\.1 204 /)
    expect(await exchange(port, get('/', `Via: ${via}\r\n`))).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('is no other one of its kind (RFC 9110 §7.6.3)', async () => {
    const { application, upstream } = await chain(PLAIN_OK, { via: 'inner' })
    const url = new URL(`http://127.0.0.1:${application.port}/httpbin`)
    const outer = await startTestApplication({ upstream: url, via: 'outer' })
    running.push(outer)
    expect(await exchange(outer.port, get('/httpbin/a'))).toMatch(/^HTTP\/1\.1 200 /)
    expect(upstream.requests[0]?.match(/^via: .*(?=\r)/gim)).toEqual([
      'Via: 1.1 outer',
      'Via: 1.1 inner',
    ])
  })
})
