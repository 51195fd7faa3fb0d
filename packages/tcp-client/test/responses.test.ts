import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import type { RequestOptions } from '../src/index.ts'
import { answer, codeOf, response, rig, until } from './support/rig.ts'

const OK = response('ok')

describe('RFC 9112 §6.3 the end of a body', () => {
  const ROWS: readonly (readonly [string, string, string, string])[] = [
    ['204 has none (rule 1)', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
    ['304 has none (rule 1)', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', ''],
    [
      'chunks end with the last one (rule 4)',
      'GET',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nab\r\n3\r\ncde\r\n0\r\n\r\n',
      'abcde',
    ],
    ['a length is a length (rule 6)', 'GET', response('abcde'), 'abcde'],
  ]
  test.each(ROWS)('%s, and the connection goes on', async (_title, method, text, body) => {
    const { client, origin, server } = await rig(answer(text))
    for (let i = 0; i < 3; i++) {
      const received = await client.request({ origin, method })
      expect(await received.body.text()).toBe(body)
    }
    expect(server.connections).toHaveLength(1)
  })

  test('HEAD has none (rule 1), and the connection ends, for some peers send one', async () => {
    const { client, origin, server } = await rig(
      answer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'),
    )
    for (let i = 0; i < 3; i++) {
      const received = await client.request({ origin, method: 'HEAD' })
      expect(await received.body.text()).toBe('')
      expect(client.connectionCount).toBe(0)
    }
    expect(server.connections).toHaveLength(3)
    expect(server.connections[2]?.received).toContain('Connection: close\r\n')
  })

  test('a body without length ends with the connection (rule 8)', async () => {
    const { client, origin } = await rig((connection) => {
      connection.send('HTTP/1.1 200 OK\r\n\r\nall of it').socket.end()
    })
    const { body, framing } = await client.request({ origin })
    expect(framing.kind).toBe('close-delimited')
    expect(await body.text()).toBe('all of it')
    expect(client.connectionCount).toBe(0)
  })

  const CUT = [
    ['in the status line', 'HTTP/1.1 2', false],
    ['in the header section', 'HTTP/1.1 200 OK\r\nA: b', false],
    ['behind an interim response', 'HTTP/1.1 103 Early Hints\r\n\r\n', false],
    ['in a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart', true],
    ['before a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', true],
    ['in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\npart', true],
    [
      'before the last chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
      true,
    ],
    [
      'in the trailer section',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n0\r\nA: b\r\n',
      true,
    ],
  ] as const
  test.each(CUT)(
    'a response that is cut %s is an error (RFC 9112 §8)',
    async (_where, text, head) => {
      const { client, origin } = await rig((connection) => {
        connection.send(text).socket.end()
      })
      const asked = client.request({ origin })
      if (!head) {
        expect(await codeOf(asked)).toBe('ERR_INCOMPLETE_MESSAGE')
        return
      }
      const { body } = await asked
      expect(await codeOf(body.bytes())).toBe('ERR_INCOMPLETE_MESSAGE')
      expect(await codeOf(body.trailers())).toBe('ERR_INCOMPLETE_MESSAGE')
    },
  )

  test('a connection that is reset in a body is an error (RFC 9112 §8)', async () => {
    const { client, origin, server } = await rig((connection) => {
      connection.send('HTTP/1.1 200 OK\r\n\r\npart')
    })
    const { body } = await client.request({ origin })
    const pieces: string[] = []
    const reading = body.forEach((octets) => {
      pieces.push(Buffer.from(octets).toString())
    })
    await until(() => pieces.length > 0)
    server.connections[0]?.socket.resetAndDestroy()
    expect(await codeOf(reading)).toBe('ERR_SOCKET')
    expect(pieces).toEqual(['part'])
  })

  test('gives the trailer section (RFC 9112 §7.1.2)', async () => {
    const { client, origin } = await rig(
      answer(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Sum: 7\r\n\r\n',
      ),
    )
    const { body } = await client.request({ origin })
    expect(await body.text()).toBe('ab')
    expect((await body.trailers()).get('x-sum')).toBe('7')
    const second = await client.request({ origin })
    expect((await second.body.trailers()).get('x-sum')).toBe('7')
  })
})

describe('RFC 9112 §4 what is no response', () => {
  const ROWS = [
    ['garbage', 'this is not HTTP\r\n\r\n', 'ERR_HTTP_VERSION'],
    ['another version', OK.replace('1.1', '2.0'), 'ERR_HTTP_VERSION_UNSUPPORTED'],
    ['two lengths', response('ok', 'Content-Length: 3'), 'ERR_CONTENT_LENGTH'],
    [
      'a response that was not asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'ERR_PROTOCOL_SWITCH',
    ],
    [
      'content after an interim response (RFC 9110 §15.2)',
      `HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nhello${OK}`,
      'ERR_HTTP_VERSION',
    ],
    ['a line without a colon', 'HTTP/1.1 200 OK\r\nnothing\r\n\r\n', 'ERR_FIELD_LINE'],
    [
      'a space before the colon',
      'HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n',
      'ERR_FIELD_NAME',
    ],
  ] as const
  test.each(ROWS)('refuses %s', async (_what, text, code) => {
    const { client, origin, server } = await rig(answer(text))
    expect(await codeOf(client.request({ origin }))).toBe(code)
    await server.connections[0]?.closed
    expect(client.connectionCount).toBe(0)
  })

  test('gives the content before a fault in a body, and then the fault (RFC 9112 §7.1)', async () => {
    const { client, origin } = await rig(
      answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nxyz\r\n'),
    )
    const { body } = await client.request({ origin })
    const pieces: string[] = []
    const reading = body.forEach((octets) => {
      pieces.push(Buffer.from(octets).toString())
    })
    expect(await codeOf(reading)).toBe('ERR_CHUNK_SIZE')
    expect(pieces).toEqual(['part'])
  })

  test('lets the mistakes of old servers pass by name, and tells (RFC 9112 §5.1)', async () => {
    const text = 'HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok'
    const { client, origin } = await rig(answer(text, text, response('ok', 'Connection: close')))
    const rules: string[] = []
    const lenient: Partial<RequestOptions> = {
      lenient: ['space-before-colon'],
      onAnomaly: ({ rule }) => rules.push(rule),
    }
    const { body } = await client.request({ origin, ...lenient })
    expect(await body.text()).toBe('ok')
    expect(rules).toEqual(['space-before-colon'])
    // Only for that request: the next one on the connection is read strictly.
    expect(await codeOf(client.request({ origin }))).toBe('ERR_FIELD_NAME')
  })

  test('has the limits of the parser (RFC 9112 §5)', async () => {
    const { client, origin } = await rig(answer(response('ok', 'A: b', 'C: d')))
    const limits = { maxFieldLines: 2 }
    expect(await codeOf(client.request({ origin, limits }))).toBe('ERR_TOO_MANY_FIELD_LINES')
  })
})

describe('RFC 9110 §15.2 interim responses', () => {
  test('are told one by one, and are not the response', async () => {
    const { client, origin, server } = await rig(
      answer(`HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`),
    )
    const told: (number | string | undefined)[] = []
    for (let i = 0; i < 2; i++) {
      const { statusLine, body } = await client.request({
        origin,
        onInformational: (statusCode, headers) => told.push(statusCode, headers.get('link')),
      })
      expect(statusLine.statusCode).toBe(200)
      expect(await body.text()).toBe('ok')
    }
    expect(told).toEqual([102, undefined, 103, '</a>', 102, undefined, 103, '</a>'])
    expect(server.connections).toHaveLength(1)
  })

  test('fail the request when the one who is told fails', async () => {
    const { client, origin } = await rig(answer(`HTTP/1.1 102 Processing\r\n\r\n${OK}`))
    const onInformational = (): void => {
      throw new Error('not so')
    }
    expect(await codeOf(client.request({ origin, onInformational }))).toBe('Error: not so')
    expect(client.connectionCount).toBe(0)
  })
})

describe('RFC 9110 §10.1.1 Expect: 100-continue', () => {
  const headers = new Headers([['Expect', '100-continue']])
  const HEAD = 'Expect: 100-continue\r\nContent-Length: 4\r\n\r\n'

  test('holds the body back until 100 comes', async () => {
    const { client, origin, server } = await rig()
    const asked = client.request({ origin, method: 'PUT', headers, body: 'body' })
    const connection = await server.connection(0)
    await connection.requests(1)
    expect(connection.received.endsWith(HEAD)).toBe(true)
    connection.send('HTTP/1.1 100 Continue\r\n\r\n')
    await connection.until(() => connection.received.endsWith('body'))
    connection.send(OK)
    expect(await (await asked).body.text()).toBe('ok')
    expect(client.connectionCount).toBe(1)
  })

  test('sends the body when neither comes for a while', async () => {
    const { client, origin, server, clock } = await rig()
    const asked = client.request({ origin, method: 'PUT', headers, body: 'body' })
    const connection = await server.connection(0)
    await connection.requests(1)
    clock.advance(500)
    clock.advance(900)
    expect(connection.received.endsWith(HEAD)).toBe(true)
    clock.advance(600)
    await connection.until(() => connection.received.endsWith('body'))
    connection.send(OK)
    expect(await (await asked).body.text()).toBe('ok')
  })

  test.each([417, 200])('never sends the body when %s comes first', async (statusCode) => {
    const { client, origin, server } = await rig(answer(OK.replace('200 OK', `${statusCode} So`)))
    let asked = false
    const body = {
      *[Symbol.iterator]() {
        asked = true
        yield 'body'
      },
    }
    const received = await client.request({ origin, method: 'PUT', headers, body })
    expect(received.statusLine.statusCode).toBe(statusCode)
    expect(await received.body.text()).toBe('ok')
    await server.connections[0]?.closed
    expect(server.connections[0]?.received).toMatch(/\r\n\r\n$/)
    expect(asked).toBe(false)
    expect(client.connectionCount).toBe(0)
  })
})

describe('RFC 9112 §9.5 a response that comes before the request is complete', () => {
  test('stops the body when it is no success, and ends the connection', async () => {
    const { client, origin, server } = await rig((connection) => {
      connection.socket.once('data', () => {
        connection.send('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig')
      })
    })
    let returned = false
    async function* endless() {
      try {
        for (;;) yield await Promise.resolve('x'.repeat(1000))
      } finally {
        returned = true
      }
    }
    const { statusLine, body } = await client.request({ origin, method: 'POST', body: endless() })
    expect(statusLine.statusCode).toBe(413)
    expect(await body.text()).toBe('big')
    await server.connections[0]?.closed
    await until(() => returned)
    expect(client.connectionCount).toBe(0)
  })

  test('goes on sending while a success answers what has come so far', async () => {
    const { client, origin, server } = await rig((connection) => {
      connection.socket.once('data', () => {
        connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n')
      })
    })
    let more = (): void => {}
    const answered = new Promise<void>((resolve) => {
      more = resolve
    })
    async function* conversation() {
      yield 'first'
      await answered
      yield 'second'
    }
    const { body } = await client.request({ origin, method: 'POST', body: conversation() })
    more()
    const connection = await server.connection(0)
    await connection.until(() => connection.received.endsWith('6\r\nsecond\r\n0\r\n\r\n'))
    connection.send('1\r\nb\r\n0\r\n\r\n')
    expect(await body.text()).toBe('ab')
    expect(client.connectionCount).toBe(0)
  })

  test('ends the connection when the response ends first, and stops the body', async () => {
    const { client, origin, server } = await rig((connection) => {
      connection.socket.once('data', () => connection.send(OK))
    })
    let returned = false
    const body = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => {
          returned = true
          return Promise.reject(new Error('nobody wants to know'))
        },
      }),
    }
    const received = await client.request({ origin, method: 'POST', body })
    expect(await received.body.text()).toBe('ok')
    await server.connections[0]?.closed
    expect(returned).toBe(true)
    expect(client.connectionCount).toBe(0)
  })

  test('stops a large body that was given whole', async () => {
    const { client, origin, server } = await rig((connection) => {
      connection.socket.once('data', () => {
        connection.socket.pause()
        connection.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
      })
    })
    const body = new Uint8Array(64 * 1024 * 1024)
    const received = await client.request({ origin, method: 'PUT', body })
    expect(await received.body.text()).toBe('no')
    expect(client.connectionCount).toBe(0)
    server.connections[0]?.socket.destroy()
  })

  test('is refused when it changes the protocol (RFC 9110 §7.8)', async () => {
    const { client, origin } = await rig((connection) => {
      connection.socket.once('data', () => {
        connection.send(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
        )
      })
    })
    const headers = new Headers([
      ['Connection', 'Upgrade'],
      ['Upgrade', 'x'],
    ])
    const body = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }),
    }
    const asked = client.request({ origin, method: 'POST', headers, body })
    expect(await codeOf(asked)).toBe('ERR_PROTOCOL_SWITCH')
  })
})

describe('another protocol', () => {
  const UPGRADE =
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: shout\r\n\r\n'
  const headers = new Headers([
    ['Connection', 'Upgrade'],
    ['Upgrade', 'shout'],
  ])
  const SWITCHES: readonly (readonly [string, Partial<RequestOptions>, string])[] = [
    ['behind 101 (RFC 9110 §7.8)', { headers }, `${UPGRADE}left over`],
    [
      'behind 2xx to CONNECT (RFC 9110 §9.3.6)',
      { method: 'CONNECT', requestTarget: 'far.example:443' },
      'HTTP/1.1 200 OK\r\n\r\nleft over',
    ],
  ]
  test.each(SWITCHES)('is taken over %s', async (_where, options, text) => {
    const { client, origin, server } = await rig(answer(text))
    const received = await client.request({ origin, ...options })
    expect(received.switchesProtocol).toBe(true)
    expect(await received.body.bytes()).toHaveLength(0)
    const { stream, octets } = received.takeOver()
    expect(Buffer.from(octets).toString()).toBe('left over')
    expect(client.connectionCount).toBe(0)
    const connection = await server.connection(0)
    stream.write('to the server')
    await connection.until(() => connection.received.endsWith('to the server'))
    connection.send('to the client').socket.end()
    let came = ''
    for await (const piece of stream) came += String(piece)
    expect(came).toBe('to the client')
    expect(() => received.takeOver()).toThrow(
      expect.objectContaining({ code: 'ERR_TAKE_OVER' }) as Error,
    )
    stream.destroy()
    await client.close()
  })

  // What is asked for, what is switched to, and whether that is right.
  const CHOICES: readonly (readonly [string, string, string, boolean])[] = [
    ['the one', 'websocket', 'Connection: Upgrade\r\nUpgrade: websocket', true],
    ['the one in other letters', 'websocket', 'Connection: upgrade\r\nUpgrade: WebSocket', true],
    ['one of several', 'x, y/2', 'Connection: a, UPGRADE\r\nUpgrade: y/2', true],
    ['several of several', 'x, y, z', 'Connection: upgrade\r\nUpgrade: z\r\nUpgrade: x', true],
    ['a version of the one', 'y', 'Connection: upgrade\r\nUpgrade: y/3', true],
    ['the one without its version', 'y/3', 'Connection: upgrade\r\nUpgrade: y', true],
    ['another version', 'HTTP/2.0', 'Connection: upgrade\r\nUpgrade: HTTP/3.0', false],
    ['another one', 'websocket', 'Connection: upgrade\r\nUpgrade: h2c', false],
    ['one of which it begins', 'x', 'Connection: upgrade\r\nUpgrade: xy', false],
    [
      'the one and another one',
      'websocket',
      'Connection: upgrade\r\nUpgrade: websocket, h2c',
      false,
    ],
    ['one in quotes', 'a, b', 'Connection: upgrade\r\nUpgrade: "a, b"', false],
    ['no name', 'websocket', 'Connection: upgrade\r\nUpgrade: ,', false],
    ['nothing', 'websocket', 'Connection: upgrade', false],
    ['the one for another hop', 'websocket', 'Upgrade: websocket', false],
  ]
  test.each(CHOICES)(
    'may be %s (RFC 9110 §7.8): %s, %s: %s',
    async (_what, asked, lines, right) => {
      const { client, origin, server } = await rig(
        answer(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n\r\n`),
      )
      const headers = new Headers([['Upgrade', asked]])
      const switching = client.request({ origin, headers }).then((received) => received.takeOver())
      switching.then(({ stream }) => stream.destroy()).catch(() => {})
      expect(await codeOf(switching)).toBe(right ? 'fulfilled' : 'ERR_PROTOCOL_SWITCH')
      await server.connections[0]?.closed
      expect(client.connectionCount).toBe(0)
    },
  )

  test('is not behind 101 to CONNECT (RFC 9110 §9.3.6)', async () => {
    const { client, origin } = await rig(answer(UPGRADE))
    const asked = client.request({ origin, method: 'CONNECT', requestTarget: 'a:1' })
    await expect(asked).rejects.toThrow('got 101 to "shout"')
    expect(await codeOf(asked)).toBe('ERR_PROTOCOL_SWITCH')
  })

  test('keeps what comes before the stream is taken', async () => {
    const { client, origin, server } = await rig(answer(UPGRADE))
    const received = await client.request({ origin, headers })
    server.connections[0]?.send('early')
    const { stream } = received.takeOver()
    const [first] = await new Promise<Buffer[]>((resolve) => {
      stream.once('data', (octets: Buffer) => resolve([octets]))
      stream.resume()
    })
    expect(String(first)).toBe('early')
    stream.destroy()
  })

  test('is given up by the signal until the stream is taken', async () => {
    const { client, origin, server } = await rig(answer(UPGRADE))
    const controller = new AbortController()
    const received = await client.request({ origin, headers, signal: controller.signal })
    controller.abort()
    await server.connections[0]?.closed
    expect(() => received.takeOver()).toThrow('takeOver is due once')
  })

  test('is not there behind other responses', async () => {
    const { client, origin } = await rig(answer(OK))
    const received = await client.request({ origin, headers })
    expect(() => received.takeOver()).toThrow('takeOver is due behind 101')
    expect(await received.body.text()).toBe('ok')
    const refused = await client.request({ origin, method: 'CONNECT', requestTarget: 'a:1' })
    expect(refused.switchesProtocol).toBe(true)
    refused.takeOver().stream.destroy()
  })
})
