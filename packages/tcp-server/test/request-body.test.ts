import { UsageError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import type { Handler, IncomingRequest } from '../src/index.ts'
import { connect, request, settle } from './support/connect.ts'
import { echo, echoTarget, fieldLines, gate } from './support/handlers.ts'

const post = (length: number, ...lines: readonly string[]): string =>
  request('POST /', `Content-Length: ${length}`, ...lines)
const CHUNKED = request('POST /', 'Transfer-Encoding: chunked')

// Answers with what `read` makes of the body, or with the error.
function reading(read: (incoming: IncomingRequest) => Promise<unknown>): Handler {
  return async (incoming, writer) => {
    const outcome = await read(incoming).catch((error: unknown) => error)
    writer.respond(200, outcome instanceof Error ? outcome.message : String(outcome))
  }
}

async function join(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const octets of body) text += `[${Buffer.from(octets).toString()}]`
  return text
}

describe('RFC 9112 §6 bodies', () => {
  test('gives the octets as they come, framing removed (RFC 9112 §7.1)', async () => {
    const rig = connect(reading(({ body }) => join(body)))
    await rig.send(`${CHUNKED}2\r\nab\r\n`)
    await rig.send('1\r\nc')
    await rig.send('\r\n0\r\n\r\n')
    expect(rig.responses()).toMatchObject([{ body: '[ab][c]' }])
  })

  const bodies = [
    { title: 'no body', octets: request('GET /'), text: '' },
    { title: 'Content-Length: 0', octets: post(0), text: '' },
    { title: 'a body in one piece', octets: `${post(5)}hello`, text: 'hello' },
    {
      title: 'a chunked body in many',
      octets: `${CHUNKED}1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n`,
      text: 'abc',
    },
    { title: 'octets that are UTF-8', octets: `${post(3)}\xe2\x82\xac`, text: 'â\x82¬' },
  ]
  test.each(bodies)('collects $title whole, in any delivery', async ({ octets, text }) => {
    for (const size of [octets.length, 1, 3]) {
      const rig = connect(reading(({ body }) => body.text()))
      for (let i = 0; i < octets.length; i += size) await rig.send(octets.slice(i, i + size))
      expect(rig.responses()).toMatchObject([{ body: text }])
    }
  })

  test('lends small pieces that are here together as one, and large ones alone', async () => {
    const lengths: number[] = []
    const arrival = gate()
    const rig = connect(
      reading(async ({ body }) => {
        await arrival.opened
        for await (const octets of body.borrowed()) lengths.push(octets.length)
        return lengths.join(' ')
      }),
    )
    const chunk = (length: number): string => `${length.toString(16)}\r\n${'x'.repeat(length)}\r\n`
    await rig.send(CHUNKED + chunk(1).repeat(1000) + chunk(3000) + chunk(3000) + chunk(2))
    await rig.send(chunk(2048).repeat(20))
    await rig.send(`${chunk(2048).repeat(20)}0\r\n\r\n`)
    arrival.open()
    await settle()
    expect(rig.responses()).toMatchObject([{ body: '4000 3000 65536 16386' }])
  })

  test('lends what came before a fault, and then tells of the fault', async () => {
    const seen: string[] = []
    const rig = connect(async ({ body }, writer) => {
      for await (const octets of body.borrowed()) seen.push(Buffer.from(octets).toString())
      writer.respond(200)
    })
    await rig.send(`${CHUNKED}1\r\na\r\n1\r\nb\r\nxyz\r\n`)
    expect(seen).toEqual(['ab'])
    expect(rig.responses()).toMatchObject([{ statusCode: 400 }])
  })

  test('lends octets in one memory that is used again, to one body at a time', async () => {
    const seen: { text: string; memory: unknown }[] = []
    const rig = connect(async ({ body }, writer) => {
      for await (const octets of body.borrowed()) {
        await settle()
        seen.push({ text: Buffer.from(octets).toString(), memory: octets.buffer })
      }
      writer.respond(200, (await body.trailers()).get('x-sum') ?? '')
    })
    for (let round = 0; round < 2; round++) {
      await rig.send(`${CHUNKED}2\r\nab\r\n`)
      await rig.send('3\r\ncde\r\n1\r\nf')
      await rig.send('\r\n0\r\nX-Sum: 7\r\n\r\n')
      for (let i = 0; i < 10; i++) await settle()
    }
    expect(rig.responses()).toMatchObject([{ body: '7' }, { body: '7' }])
    expect(seen.map(({ text }) => text)).toEqual(['ab', 'cdef', 'ab', 'cdef'])
    expect(new Set(seen.map(({ memory }) => memory)).size).toBe(1)
  })

  test('does not lend to others what somebody may still look at', async () => {
    const held: Uint8Array[] = []
    const first = connect(async ({ body }) => {
      for await (const octets of body.borrowed()) held.push(octets)
    })
    await first.send(`${post(10)}first`)
    first.stream.breakWith(new Error('ECONNRESET'))
    await settle()
    const second = connect(reading(({ body }) => join(body.borrowed())))
    await second.send(`${post(6)}second`)
    expect(second.responses()).toMatchObject([{ body: '[second]' }])
    expect(Buffer.concat(held).toString()).toBe('first')
  })

  test('lends what is larger than its memory as it is, and only once', async () => {
    const large = 'x'.repeat(100_000)
    const rig = connect(
      reading(async ({ body }) => {
        const lengths: number[] = []
        for await (const octets of body.borrowed()) lengths.push(octets.length)
        const again: unknown = await join(body.borrowed()).catch((error: unknown) => error)
        return `${lengths.join(',')} ${String(again)}`
      }),
      { reading: 'events' },
    )
    await rig.send(post(100_000) + large)
    expect(rig.responses()).toMatchObject([{ body: expect.stringMatching(/^100000 .*only once/) }])
  })

  test('gives the same octets by bytes() and by iteration', async () => {
    const octets = Uint8Array.from({ length: 5000 }, (_, i) => i % 256)
    const rig = connect(async (incoming, writer) => {
      writer.respond(200, await incoming.body.bytes())
    })
    await rig.send(post(5000))
    for (let i = 0; i < 5000; i += 999) await rig.send(octets.subarray(i, i + 999))
    expect(Buffer.from(rig.responses()[0]?.body ?? '', 'latin1')).toEqual(Buffer.from(octets))
  })

  test('gives the trailer section behind the body (RFC 9112 §7.1.2)', async () => {
    const rig = connect(echo)
    await rig.send(`${CHUNKED}1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n`)
    expect(rig.responses()).toMatchObject([{ body: 'POST / a x-sum:7' }])
  })

  test('drops a body that only its trailers are asked of (RFC 9112 §7.1.2)', async () => {
    const rig = connect(reading(async ({ body }) => (await body.trailers()).get('x-sum')))
    await rig.send(`${CHUNKED}1\r\na\r\n`)
    await rig.send('0\r\nX-Sum: 7\r\n\r\n')
    expect(rig.responses()).toMatchObject([{ body: '7' }])
  })

  test('gives the trailers to who asked before the body was read (RFC 9112 §7.1.2)', async () => {
    const rig = connect(
      reading(async ({ body }) => {
        const [text, trailers, again] = await Promise.all([
          body.text(),
          body.trailers(),
          body.trailers(),
        ])
        return [text, trailers.get('x-sum'), again.size]
      }),
    )
    await rig.send(`${CHUNKED}1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n`)
    expect(rig.responses()).toMatchObject([{ body: 'a,7,1' }])
  })

  test('has no trailers where there can be none', async () => {
    const rig = connect(reading(async ({ body }) => (await body.trailers()).size))
    await rig.send(`${post(1)}a`)
    expect(rig.responses()).toMatchObject([{ body: '0' }])
  })

  const misuses = [
    {
      title: 'twice',
      read: async ({ body }: IncomingRequest) => [await body.text(), await body.text()],
    },
    {
      title: 'whole behind an iteration',
      read: async ({ body }: IncomingRequest) => [await join(body), await body.bytes()],
    },
    {
      title: 'twice at the same time',
      read: ({ body }: IncomingRequest) => {
        const iterator = body[Symbol.asyncIterator]()
        void iterator.next()
        return iterator.next()
      },
    },
  ]
  test.each(misuses)('refuses to be read $title', async ({ read }) => {
    let caught: unknown
    const rig = connect(
      reading((incoming) =>
        read(incoming).catch((error: unknown) => {
          caught = error
          throw error
        }),
      ),
    )
    await rig.send(post(3))
    await rig.send('abc')
    expect(caught).toBeInstanceOf(UsageError)
    expect(caught).toMatchObject({ code: 'ERR_BODY_READ' })
    expect(rig.responses()[0]?.body).toMatch(/^Body: /)
  })

  test('is dropped where the handler stops iterating (RFC 9112 §9.3)', async () => {
    const rig = connect(
      reading(async ({ body }) => {
        for await (const octets of body) return octets.length
        return 0
      }),
    )
    await rig.send(`${post(6)}abc`)
    await rig.send(`def${request('GET /')}`)
    expect(rig.responses().map((response) => response.body)).toEqual(['3', '0'])
  })

  test('gives nothing to a handler that reads when its response is complete', async () => {
    let kept: IncomingRequest | undefined
    const second = gate()
    const rig = connect(async (incoming, writer) => {
      if (kept !== undefined) await second.opened
      kept ??= incoming
      writer.respond(200)
    })
    await rig.send(`${post(3)}abc${post(3)}def`)
    await expect(kept?.body.text()).rejects.toMatchObject({ code: 'ERR_BODY_READ' })
    await expect(kept?.body.trailers()).rejects.toMatchObject({ code: 'ERR_BODY_READ' })
    second.open()
    await settle()
    expect(rig.responses()).toHaveLength(2)
  })

  test('ends the wait of a handler that answered meanwhile', async () => {
    let waited: unknown
    const rig = connect((incoming, writer) => {
      incoming.body.bytes().catch((error: unknown) => {
        waited = error
      })
      writer.respond(200)
    })
    await rig.send(post(3))
    expect(waited).toMatchObject({ code: 'ERR_BODY_READ' })
    await rig.send('abc')
    expect(rig.connection.state).toBe('Idle')
  })
})

describe('RFC 9110 §10.1.1 Expect: 100-continue', () => {
  const EXPECT = 'Expect: 100-continue'

  test.each([
    { title: 'a length of 0', octets: post(0, EXPECT) },
    { title: 'no framing', octets: request('POST /', EXPECT) },
    {
      title: 'HTTP/1.0',
      octets: 'POST / HTTP/1.0\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n',
    },
  ])('gets no 100 where no content can come: $title (RFC 9110 §10.1.1)', async ({ octets }) => {
    const rig = connect(reading(({ body }) => body.text()))
    await rig.send(octets)
    expect(rig.responses()).toMatchObject([{ statusCode: 200, interim: [], body: '' }])
  })

  test('is answered with 100 when the handler first reads (RFC 9110 §10.1.1)', async () => {
    const { opened, open } = gate()
    const rig = connect(async (incoming, writer) => {
      await opened
      writer.respond(200, await incoming.body.text())
    })
    await rig.send(post(5, EXPECT))
    expect(rig.stream.sent).toBe('')
    open()
    await settle()
    expect(rig.stream.sent).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    await rig.send('hello')
    expect(rig.responses()).toMatchObject([{ statusCode: 200, body: 'hello', interim: [100] }])
    expect(rig.connection.state).toBe('Idle')
  })

  const rows = [
    { title: 'a body that has come already', octets: `${post(5, EXPECT)}hello` },
    { title: 'no body', octets: request('GET /', EXPECT) },
    { title: 'an empty body', octets: post(0, EXPECT) },
    { title: 'HTTP/1.0', octets: `POST / HTTP/1.0\r\n${EXPECT}\r\nContent-Length: 1\r\n\r\n` },
  ]
  test.each(rows)('is not answered with 100 for $title (RFC 9110 §10.1.1)', async ({ octets }) => {
    const rig = connect(echo)
    await rig.send(octets)
    expect(rig.stream.sent).not.toContain('100')
  })

  test('is never answered with 100 behind a final status (RFC 9110 §10.1.1)', async () => {
    const rig = connect(async (incoming, writer) => {
      writer.writeStatusLine(200)
      writer.writeHeaders(fieldLines())
      writer.writeChunkedBody('early')
      await incoming.body.text()
      writer.writeChunkedBodyDone()
    })
    await rig.send(post(5, EXPECT))
    await rig.send('hello')
    expect(rig.responses()).toMatchObject([{ statusCode: 200, body: 'early', interim: [] }])
    expect(rig.stream.sent).not.toContain('100 Continue')
  })

  test('closes when it was not answered, for nobody knows whether the body comes (RFC 9110 §10.1.1)', async () => {
    const rig = connect(echoTarget)
    await rig.send(post(5, EXPECT))
    expect(rig.responses()[0]?.fields.get('connection')).toBe('close')
    await rig.send(request('GET /smuggled'))
    expect(rig.responses()).toHaveLength(1)
  })

  test('is refused with 417 when it is another expectation (RFC 9110 §10.1.1)', async () => {
    const rig = connect(echo)
    await rig.send(post(5, 'Expect: a-pony'))
    expect(rig.responses()).toMatchObject([{ statusCode: 417 }])
  })

  test('is refused with 413 before the body is sent (RFC 9110 §15.5.14)', async () => {
    const rig = connect(echo, { limits: { maxBodyBytes: 4 } })
    await rig.send(post(5, EXPECT))
    expect(rig.responses()).toMatchObject([{ statusCode: 413, interim: [] }])
  })
})

describe('RFC 9112 §9.3 a body that the handler left unread', () => {
  const next = request('GET /next')
  const smuggled = request('GET /smuggled')

  const rows = [
    { title: 'a short one', body: post(smuggled.length) + smuggled, kept: true },
    { title: 'one as long as the bound', body: post(256) + 'x'.repeat(256), kept: true },
    { title: 'one that is longer', body: post(257) + 'x'.repeat(257), kept: false },
    { title: 'a short chunked one', body: `${CHUNKED}3\r\nabc\r\n0\r\n\r\n`, kept: true },
    { title: 'a chunked one whose end is not here', body: `${CHUNKED}3\r\nabc\r\n`, kept: false },
    { title: 'a malformed chunked one', body: `${CHUNKED}zz\r\n`, kept: false },
    {
      title: 'a chunked one in very many chunks',
      body: `${CHUNKED}${'1\r\na\r\n'.repeat(300)}0\r\n\r\n`,
      kept: false,
    },
  ]
  test.each(rows)(
    'keeps the connection or says close: $title (RFC 9112 §9.6)',
    async ({ body, kept }) => {
      const rig = connect(echoTarget, { maxDiscardBytes: 256 })
      await rig.send(body + next)
      const seen = rig.responses()
      expect(seen[0]?.fields.get('connection')).toBe(kept ? 'keep-alive' : 'close')
      expect(seen.map((response) => response.body)).toEqual(kept ? ['/', '/next'] : ['/'])
      expect(rig.stream.sent).not.toContain('smuggled')
    },
  )

  test('drops what comes after the response, and goes on behind it (RFC 9112 §9.3)', async () => {
    const rig = connect(echoTarget)
    await rig.send(post(10))
    expect(rig.responses()).toHaveLength(1)
    await rig.send('12345')
    await rig.send(`67890${next}`)
    expect(rig.responses().map((response) => response.body)).toEqual(['/', '/next'])
  })

  test('gives to a late reader what was looked at for the head of the response', async () => {
    const rig = connect(async (incoming, writer) => {
      writer.writeStatusLine(200)
      writer.writeHeaders(fieldLines())
      writer.writeChunkedBody(await incoming.body.text())
      writer.writeChunkedBodyDone()
    })
    await rig.send(`${CHUNKED}3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n`)
    expect(rig.responses()).toMatchObject([{ body: 'abcdef' }])
  })

  test('tells of a malformed body behind a response that is complete', async () => {
    const rig = connect(echoTarget)
    await rig.send(`${CHUNKED}zz\r\n`)
    expect(rig.errors).toMatchObject([{ error: { code: 'ERR_CHUNK_SIZE' } }])
    expect(rig.responses()).toMatchObject([{ statusCode: 200 }])
  })
})
